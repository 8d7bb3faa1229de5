package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"catalogsync/app"
	"catalogsync/config"
	"catalogsync/models"
)

type jobsListCmd struct {
	State    string `placeholder:"LIST" help:"Only jobs in these states, e.g. running,paused."`
	Count    int    `default:"20" placeholder:"N" help:"At most N jobs, up to 500 (default 20)."`
	jobFlags `embed:""`
}

// Help shows an example.
func (jobsListCmd) Help() string {
	return "Example:\n  catalogsync jobs list --state running,paused --data ./data"
}

// Run prints the jobs, newest first.
func (c *jobsListCmd) Run(e *env) error {
	states, err := parseStates(c.State)
	if err != nil {
		return err
	}
	if c.Count < 1 || c.Count > 500 {
		return models.Invalid("--count", models.CodeBadValue, "must be from 1 to 500")
	}
	return c.look(e, func(v *app.Visitor) error {
		list, total, err := v.Store.ListJobs(e.ctx, models.JobFilter{States: states, Page: models.Page{Number: 1, Size: c.Count}})
		if err != nil {
			return err
		}
		if c.JSON {
			out := make([]jobJSON, len(list))
			for i, d := range list {
				out[i] = jobOf(d)
			}
			return json.NewEncoder(e.out).Encode(out)
		}
		return printJobs(e, list, total)
	})
}

// parseStates reads a list such as running,paused.
func parseStates(text string) ([]models.JobState, error) {
	var states []models.JobState
	for _, name := range config.SplitList(text) {
		state := models.JobState(name)
		if !slices.Contains(models.JobStates, state) {
			return nil, models.Invalid("--state", models.CodeBadValue, "%q is no state of a job; there are %s", name, joined(models.JobStates))
		}
		states = append(states, state)
	}
	return states, nil
}

func joined[T ~string](list []T) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = string(n)
	}
	return strings.Join(names, ", ")
}

func printJobs(e *env, list []models.JobDetail, total int64) error {
	if len(list) == 0 {
		fmt.Fprintln(e.out, "There are no such jobs.")
		return nil
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NO.\tSTATE\tSTAGE\tPRIORITY\tDONE\tFAILED\tSTARTED\tTITLE")
	for _, d := range list {
		fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%d/%d\t%d\t%s\t%s\n", d.ID, d.State, d.CurrentStage, d.Priority, d.ItemsDone, d.ItemsTotal, d.ItemsFailed, clock(d.StartedAtMS), plain(d.Title))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if more := total - int64(len(list)); more > 0 {
		fmt.Fprintf(e.out, "and %d more; --count shows more of them.\n", more)
	}
	return nil
}

// clock is a time of a row for a person, "-" when it is not known.
func clock(ms int64) string {
	if ms == 0 {
		return "-"
	}
	return time.UnixMilli(ms).Format(time.DateTime)
}

// plain is text from upstream on one line and without what a terminal would obey.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// shownEvents is how many of a job's latest events are shown.
const shownEvents = 8

// jobFailure is one cause of failures as printed with --json.
type jobFailure struct {
	Stage     models.StageName `json:"stage"`
	Source    string           `json:"source,omitempty"`
	ErrorCode models.Code      `json:"error_code"`
	Count     int64            `json:"count"`
	Sample    string           `json:"sample"`
}

// jobEvent is one event as printed with --json.
type jobEvent struct {
	At    *time.Time `json:"at"`
	Kind  string     `json:"kind"`
	Actor string     `json:"actor"`
	Text  string     `json:"text"`
}

// jobPage is all that jobs show prints.
type jobPage struct {
	jobJSON
	Failures []jobFailure `json:"failures"`
	Events   []jobEvent   `json:"events"`
}

type jobsShowCmd struct {
	whichJob `embed:""`
	jobFlags `embed:""`
}

// Help shows an example.
func (jobsShowCmd) Help() string { return "Example:\n  catalogsync jobs show 12 --data ./data" }

// Run prints one job.
func (c *jobsShowCmd) Run(e *env) error {
	return c.look(e, func(v *app.Visitor) error {
		page, err := readJob(e, v, c.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(e.out).Encode(page)
		}
		return printJob(e, page)
	})
}

func readJob(e *env, v *app.Visitor, id int64) (jobPage, error) {
	job, err := v.Store.GetJob(e.ctx, id)
	if err != nil {
		return jobPage{}, err
	}
	page := jobPage{jobJSON: jobOf(job), Failures: []jobFailure{}, Events: []jobEvent{}}
	groups, err := v.Store.GroupFailedItems(e.ctx, id)
	if err != nil {
		return page, err
	}
	for _, g := range groups {
		page.Failures = append(page.Failures, jobFailure(g))
	}
	events, err := v.Store.ListJobEvents(e.ctx, id, 0, shownEvents)
	for _, ev := range events {
		page.Events = append(page.Events, jobEvent{At: instant(ev.AtMS), Kind: ev.Kind, Actor: ev.Actor, Text: ev.Text})
	}
	return page, err
}

func printJob(e *env, p jobPage) error {
	fmt.Fprintf(e.out, "Job %d, %s: %s, priority %d, by %s.\n", p.ID, plain(p.Title), p.State, p.Priority, p.Origin)
	for _, reason := range []string{p.PauseReason, p.Error} {
		if reason != "" {
			fmt.Fprintln(e.out, "Reason:", plain(reason))
		}
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STAGE\tSTATE\tTOTAL\tWAITING\tRUNNING\tDONE\tSKIPPED\tFAILED\tCANCELED\t")
	for _, s := range p.Stages {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", s.Name, s.State, s.Total, s.Pending, s.Running, s.Succeeded, s.Skipped, s.Failed, s.Canceled, plain(s.Message))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, f := range p.Failures {
		fmt.Fprintf(e.out, "%d failed at %s %s (%s): %s\n", f.Count, f.Stage, f.Source, f.ErrorCode, plain(f.Sample))
	}
	for _, ev := range p.Events {
		fmt.Fprintf(e.out, "%s  %s: %s\n", ev.At.Local().Format(time.DateTime), ev.Actor, plain(ev.Text))
	}
	return nil
}
