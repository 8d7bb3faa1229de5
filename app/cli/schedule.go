package cli

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"catalogsync/app"
	"catalogsync/app/schedule"
	"catalogsync/config"
	"catalogsync/models"
)

// scheduleCmd is the commands about schedules. The console starts what is due; these
// commands only keep the list, and "run" runs one at once.
type scheduleCmd struct {
	List    scheduleListCmd    `cmd:"" help:"List the schedules with their next runs, last results and alerts."`
	Add     scheduleAddCmd     `cmd:"" help:"Add a schedule."`
	Edit    scheduleEditCmd    `cmd:"" help:"Change a schedule."`
	Enable  scheduleEnableCmd  `cmd:"" help:"Switch a schedule on."`
	Disable scheduleDisableCmd `cmd:"" help:"Switch a schedule off."`
	Remove  scheduleRemoveCmd  `cmd:"" help:"Remove a schedule and its reports; its jobs stay."`
	Next    scheduleNextCmd    `cmd:"" help:"Tell when a schedule, or a cron expression, runs next."`
	Run     scheduleRunCmd     `cmd:"" help:"Run a schedule's job now, follow it, and print its report."`
}

// Help shows examples.
func (scheduleCmd) Help() string {
	return "Examples:\n" +
		"  catalogsync schedule list --data ./data\n" +
		"  catalogsync schedule enable \"Nightly catalog sync\" --data ./data\n" +
		"  catalogsync schedule add Charts --cron \"0 */6 * * *\" --time-zone Asia/Shanghai --type sync_download --sources qq --data ./data\n" +
		"  catalogsync schedule next --cron \"30 3 * * MON-FRI\""
}

// scheduleJSON is a schedule as printed with --json; the names are those of the API.
type scheduleJSON struct {
	ID         int64                 `json:"id"`
	Name       string                `json:"name"`
	Cron       string                `json:"cron"`
	TimeZone   string                `json:"time_zone"`
	JobType    models.JobType        `json:"job_type"`
	Scope      models.JobScope       `json:"scope"`
	Enabled    bool                  `json:"enabled"`
	Overlap    models.Overlap        `json:"overlap"`
	CatchUp    bool                  `json:"catch_up"`
	NextRuns   []time.Time           `json:"next_runs"`
	LastJobID  int64                 `json:"last_job_id,omitempty"`
	LastResult models.ScheduleResult `json:"last_result"`
	Alert      string                `json:"alert,omitempty"`
	Fault      string                `json:"fault,omitempty"`
}

func scheduleOf(e schedule.Entry) scheduleJSON {
	out := scheduleJSON{ID: e.ID, Name: e.Name, Cron: e.Cron, TimeZone: e.TimeZone, JobType: e.JobType, Scope: e.Scope, Enabled: e.Enabled,
		Overlap: e.Overlap, CatchUp: e.CatchUp, NextRuns: e.Next, LastJobID: e.LastJobID, LastResult: e.LastResult}
	if e.Alert != nil {
		out.Alert = e.Alert.String()
	}
	if e.Fault != nil {
		out.Fault = e.Fault.Error()
	}
	return out
}

// whichSchedule names a schedule on the command line.
type whichSchedule struct {
	Schedule string `arg:"" name:"schedule" help:"Name or number of the schedule."`
}

func (w whichSchedule) find(e *env, kept *schedule.Service) (schedule.Entry, error) {
	list, err := kept.List(e.ctx)
	if err != nil {
		return schedule.Entry{}, err
	}
	number, _ := strconv.ParseInt(w.Schedule, 10, 64) // 0 for a name, which no schedule has
	for _, s := range list {
		if strings.EqualFold(s.Name, w.Schedule) {
			return s, nil
		}
	}
	for _, s := range list {
		if s.ID == number {
			return s, nil
		}
	}
	return schedule.Entry{}, models.NotFound("there is no schedule %q; catalogsync schedule list names them", w.Schedule)
}

// scheduleFlags are what all these commands have.
type scheduleFlags struct {
	dataFlags `embed:""`
	JSON      bool `name:"json" help:"Print JSON."`
}

// with opens the program, also beside a process that works on the data, and calls fn.
func (f *scheduleFlags) with(e *env, fn func(c *config.Config, a *app.App) error) error {
	c, err := e.load(f.values())
	if err != nil {
		return err
	}
	return e.withJobs(c, true, func(a *app.App) error { return fn(c, a) })
}

// kept calls fn with the schedules, also beside a console that works on the data: they are
// rows, and the console looks at them again when somebody else wrote.
func (f *scheduleFlags) kept(e *env, fn func(kept *schedule.Service) error) error {
	c, err := e.load(f.values())
	if err != nil {
		return err
	}
	err = e.withApp(c, true, func(a *app.App) error { return fn(a.Schedules) })
	if models.CodeOf(err) == models.CodeInstanceLocked && err != nil {
		return visit(e, c, func(v *app.Visitor) error { return fn(v.Schedules) })
	}
	return err
}

// show prints one schedule as it is now.
func (f *scheduleFlags) show(e *env, kept *schedule.Service, id int64) error {
	entry, err := kept.Get(e.ctx, id)
	if err != nil {
		return err
	}
	if f.JSON {
		return json.NewEncoder(e.out).Encode(scheduleOf(entry))
	}
	return printSchedules(e, []schedule.Entry{entry})
}

type scheduleListCmd struct {
	scheduleFlags `embed:""`
}

// Run prints all schedules.
func (c *scheduleListCmd) Run(e *env) error {
	return c.kept(e, func(kept *schedule.Service) error {
		list, err := kept.List(e.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			out := make([]scheduleJSON, len(list))
			for i, entry := range list {
				out[i] = scheduleOf(entry)
			}
			return json.NewEncoder(e.out).Encode(out)
		}
		return printSchedules(e, list)
	})
}

func printSchedules(e *env, list []schedule.Entry) error {
	if len(list) == 0 {
		fmt.Fprintln(e.out, "There are no schedules; catalogsync schedule add makes one.")
		return nil
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NO.\tNAME\tSTATE\tCRON\tTIME ZONE\tJOB\tNEXT RUN\tLAST RESULT")
	for _, s := range list {
		state, next, last := "off", "-", "-"
		if s.Enabled {
			state = "on"
			if len(s.Next) > 0 {
				next = s.Next[0].Format(runLayout)
			}
		}
		if s.LastResult != models.ScheduleNever {
			last = string(s.LastResult)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Name, state, s.Cron, s.TimeZone, s.JobType, next, last)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, s := range list {
		if s.Alert != nil {
			fmt.Fprintf(e.out, "Alert: %s: %s\n", s.Name, s.Alert)
		}
		if s.Fault != nil {
			fmt.Fprintf(e.out, "Fault: %s: %v\n", s.Name, s.Fault)
		}
	}
	return nil
}

// runLayout is how the time of a run is printed.
const runLayout = "Mon 2006-01-02 15:04 MST"

type scheduleEnableCmd struct {
	whichSchedule `embed:""`
	scheduleFlags `embed:""`
}

// Run switches a schedule on.
func (c *scheduleEnableCmd) Run(e *env) error {
	return c.change(e, c.whichSchedule, func(d *schedule.Draft) { d.Enabled = true })
}

type scheduleDisableCmd struct {
	whichSchedule `embed:""`
	scheduleFlags `embed:""`
}

// Run switches a schedule off.
func (c *scheduleDisableCmd) Run(e *env) error {
	return c.change(e, c.whichSchedule, func(d *schedule.Draft) { d.Enabled = false })
}

// change edits one schedule and shows it.
func (f *scheduleFlags) change(e *env, which whichSchedule, edit func(*schedule.Draft)) error {
	return f.kept(e, func(kept *schedule.Service) error {
		found, err := which.find(e, kept)
		if err != nil {
			return err
		}
		if _, err := kept.Edit(e.ctx, found.ID, edit); err != nil {
			return err
		}
		return f.show(e, kept, found.ID)
	})
}

type scheduleRemoveCmd struct {
	whichSchedule `embed:""`
	scheduleFlags `embed:""`
}

// Run removes a schedule.
func (c *scheduleRemoveCmd) Run(e *env) error {
	return c.kept(e, func(kept *schedule.Service) error {
		found, err := c.find(e, kept)
		if err != nil {
			return err
		}
		if err := kept.Delete(e.ctx, found.ID); err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(e.out).Encode(map[string]int64{"removed": found.ID})
		}
		fmt.Fprintf(e.out, "Removed schedule %d, %s.\n", found.ID, found.Name)
		return nil
	})
}

type scheduleNextCmd struct {
	Schedule      string `arg:"" optional:"" help:"Name or number of the schedule; left out with --cron."`
	Cron          string `placeholder:"EXPR" help:"Try a cron expression instead of a schedule."`
	TimeZone      string `name:"time-zone" placeholder:"ZONE" help:"Time zone of --cron, such as Asia/Shanghai (default: this machine's)."`
	scheduleFlags `embed:""`
}

// Run prints the next runs.
func (c *scheduleNextCmd) Run(e *env) error {
	if (c.Schedule == "") == (c.Cron == "") {
		return models.Invalid("schedule", models.CodeBadValue, "name a schedule, or try an expression with --cron, one of the two")
	}
	if c.Cron != "" {
		plan, err := schedule.Parse(c.Cron, c.TimeZone)
		if err != nil {
			return err
		}
		return c.print(e, plan.NextN(time.Now(), 5))
	}
	return c.kept(e, func(kept *schedule.Service) error {
		found, err := whichSchedule{c.Schedule}.find(e, kept)
		if err != nil {
			return err
		}
		if found.Fault != nil {
			return found.Fault
		}
		if !found.Enabled {
			fmt.Fprintf(e.errOut, "%s is off; it would run:\n", found.Name)
		}
		return c.print(e, found.Next)
	})
}

func (c *scheduleNextCmd) print(e *env, runs []time.Time) error {
	if c.JSON {
		return json.NewEncoder(e.out).Encode(map[string][]time.Time{"next_runs": runs})
	}
	for _, at := range runs {
		fmt.Fprintln(e.out, at.Format(runLayout))
	}
	return nil
}
