package cli

import (
	"errors"
	"time"

	"catalogsync/app"
	"catalogsync/config"
	"catalogsync/models"
)

// jobsCmd is the commands about jobs that exist already. They work beside a running
// console, which obeys them, and without one.
type jobsCmd struct {
	List         jobsListCmd         `cmd:"" help:"List jobs, newest first."`
	Show         jobsShowCmd         `cmd:"" help:"Show a job: stages, failures by cause, latest events."`
	Pause        jobsPlainCmd        `cmd:"" help:"Let a job take no new items; the running ones end."`
	Resume       jobsPlainCmd        `cmd:"" help:"Let a paused job go on."`
	Cancel       jobsPlainCmd        `cmd:"" help:"End a job for good; what was done stays."`
	Retry        jobsRetryCmd        `cmd:"" help:"Run failed items again: all, those of one cause, or one."`
	DownloadNow  jobsPlainCmd        `cmd:"" help:"Let a job download although the hours of the day say to wait."`
	Reprioritize jobsReprioritizeCmd `cmd:"" help:"Give a job another priority; the highest runs first."`
}

// newJobsCmd fills in what tells the plain commands apart.
func newJobsCmd() jobsCmd {
	return jobsCmd{
		Pause:       jobsPlainCmd{word: "pause", kind: models.CommandPause},
		Resume:      jobsPlainCmd{word: "resume", kind: models.CommandResume},
		Cancel:      jobsPlainCmd{word: "cancel", kind: models.CommandCancel},
		DownloadNow: jobsPlainCmd{word: "download-now", kind: models.CommandDownloadNow},
	}
}

// Help shows examples and exit codes.
func (jobsCmd) Help() string {
	return "Examples:\n" +
		"  catalogsync jobs list --data ./data\n" +
		"  catalogsync jobs show 12 --data ./data\n" +
		"  catalogsync jobs pause 12 --data ./data\n" +
		"  catalogsync jobs retry 12 --cause no_source --data ./data\n\n" +
		"Exit codes: 0 the command was applied, 1 it was rejected, 2 there is no such job,\n3 it could not be given or nobody answered."
}

// whichJob names a job on the command line.
type whichJob struct {
	ID int64 `arg:"" name:"id" help:"Number of the job, as in catalogsync jobs list."`
}

// jobFlags are what all these commands have.
type jobFlags struct {
	dataFlags `embed:""`
	JSON      bool `name:"json" help:"Print JSON."`
}

// look opens the data beside whoever works on it and calls fn.
func (f *jobFlags) look(e *env, fn func(v *app.Visitor) error) error {
	c, err := e.load(f.values())
	if err != nil {
		return err
	}
	return visit(e, c, fn)
}

func visit(e *env, c *config.Config, fn func(v *app.Visitor) error) (err error) {
	v, err := app.Visit(e.ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	return fn(v)
}

// jobJSON is a job as printed with --json; the names are those of the API.
type jobJSON struct {
	ID           int64            `json:"id"`
	Type         models.JobType   `json:"type"`
	Title        string           `json:"title"`
	State        models.JobState  `json:"state"`
	Priority     int              `json:"priority"`
	Origin       string           `json:"origin"`
	CurrentStage models.StageName `json:"current_stage,omitempty"`
	PauseReason  string           `json:"pause_reason,omitempty"`
	Error        string           `json:"error,omitempty"`
	ItemsTotal   int64            `json:"items_total"`
	ItemsDone    int64            `json:"items_done"`
	ItemsFailed  int64            `json:"items_failed"`
	ItemsSkipped int64            `json:"items_skipped"`
	Bytes        int64            `json:"bytes"`
	CreatedAt    *time.Time       `json:"created_at"`
	StartedAt    *time.Time       `json:"started_at"`
	FinishedAt   *time.Time       `json:"finished_at"`
	Stages       []stageJSON      `json:"stages"`
}

type stageJSON struct {
	Name      models.StageName  `json:"name"`
	State     models.StageState `json:"state"`
	Total     int64             `json:"total"`
	Pending   int64             `json:"pending"`
	Running   int64             `json:"running"`
	Succeeded int64             `json:"succeeded"`
	Skipped   int64             `json:"skipped"`
	Failed    int64             `json:"failed"`
	Canceled  int64             `json:"canceled"`
	Message   string            `json:"message,omitempty"`
}

func jobOf(d models.JobDetail) jobJSON {
	j := jobJSON{
		ID: d.ID, Type: d.Type, Title: d.Title, State: d.State, Priority: d.Priority, Origin: d.Origin, CurrentStage: d.CurrentStage,
		PauseReason: d.PauseReason, Error: d.ErrorText, ItemsTotal: d.ItemsTotal, ItemsDone: d.ItemsDone, ItemsFailed: d.ItemsFailed,
		ItemsSkipped: d.ItemsSkipped, Bytes: d.BytesDone, CreatedAt: instant(d.CreatedAtMS), StartedAt: instant(d.StartedAtMS), FinishedAt: instant(d.FinishedAtMS),
	}
	for _, s := range d.Stages {
		j.Stages = append(j.Stages, stageJSON{Name: s.Name, State: s.State, Total: s.Total, Pending: s.Pending, Running: s.Running,
			Succeeded: s.Succeeded, Skipped: s.Skipped, Failed: s.Failed, Canceled: s.Canceled, Message: s.Message})
	}
	return j
}

// instant is a time of a row, nil when it is not known.
func instant(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := time.UnixMilli(ms).UTC()
	return &t
}
