package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"catalogsync/app"
	"catalogsync/config"
	"catalogsync/models"
)

// commandResult is a command and its answer as printed with --json.
type commandResult struct {
	ID        int64               `json:"id"`
	JobID     int64               `json:"job_id"`
	Kind      models.CommandKind  `json:"kind"`
	ItemID    *int64              `json:"item_id,omitempty"`
	Priority  int                 `json:"priority,omitempty"`
	Stage     models.StageName    `json:"stage,omitempty"`
	Source    string              `json:"source,omitempty"`
	ErrorCode models.Code         `json:"error_code,omitempty"`
	State     models.CommandState `json:"state"`
	Reason    string              `json:"reason,omitempty"`
	JobState  models.JobState     `json:"job_state"`
	// Running says that a program ran on the data and obeyed; without one the job was
	// changed, but goes on only when one runs.
	Running bool `json:"running"`
}

// give gives a command to the runner of the process that works on the data, or changes
// the job itself when there is none, and prints the answer.
func (f *jobFlags) give(e *env, c models.JobCommand) error {
	conf, err := e.load(f.values())
	if err != nil {
		return err
	}
	if _, err := os.Stat(conf.DBPath); errors.Is(err, fs.ErrNotExist) {
		return models.NewError(models.ClassLocal, models.CodeDatabase,
			"there is no database at %s; say where it is with --data or --db", conf.DBPath)
	}
	c.Origin = "cli"
	result, err := f.atRest(e, conf, c)
	if models.CodeOf(err) == models.CodeInstanceLocked && err != nil {
		result, err = f.beside(e, conf, c)
	}
	if err != nil {
		return err
	}
	return f.tell(e, result)
}

// atRest changes a job on which nobody works.
func (f *jobFlags) atRest(e *env, conf *config.Config, c models.JobCommand) (result commandResult, err error) {
	err = e.withApp(conf, true, func(a *app.App) error {
		answer, err := a.Runner.CommandAtRest(e.ctx, c)
		if err != nil {
			return err
		}
		job, err := a.Store.GetJob(e.ctx, c.JobRunID)
		result = resultOf(answer, job, false)
		return err
	})
	return result, err
}

// beside leaves the command to the process that holds the data.
func (f *jobFlags) beside(e *env, conf *config.Config, c models.JobCommand) (result commandResult, err error) {
	err = visit(e, conf, func(v *app.Visitor) error {
		answer, err := v.Desk.Give(e.ctx, c)
		if err != nil {
			return err
		}
		job, err := v.Store.GetJob(e.ctx, c.JobRunID)
		result = resultOf(answer, job, true)
		return err
	})
	return result, err
}

func resultOf(c models.JobCommand, job models.JobDetail, running bool) commandResult {
	return commandResult{ID: c.ID, JobID: c.JobRunID, Kind: c.Kind, ItemID: c.ItemID, Priority: c.Priority, Stage: c.Stage, Source: c.Source,
		ErrorCode: c.ErrorCode, State: c.State, Reason: c.Reason, JobState: job.State, Running: running}
}

// tell prints the answer; a rejection ends with exit code 1.
func (f *jobFlags) tell(e *env, r commandResult) error {
	if f.JSON {
		if err := json.NewEncoder(e.out).Encode(r); err != nil {
			return err
		}
	} else {
		printAnswer(e, r)
	}
	if r.State != models.CommandApplied {
		return errWithErrors
	}
	return nil
}

func printAnswer(e *env, r commandResult) {
	if r.State != models.CommandApplied {
		fmt.Fprintf(e.errOut, "Job %d: %s rejected: %s\n", r.JobID, r.Kind, plain(r.Reason))
		return
	}
	fmt.Fprintf(e.out, "Job %d: %s applied; it is %s.\n", r.JobID, r.Kind, r.JobState)
	if !r.Running && (r.JobState == models.JobQueued || r.JobState == models.JobRunning) {
		fmt.Fprintln(e.out, "Nothing runs on this data now; the job goes on when a console is started (catalogsync serve).")
	}
}

// jobsPlainCmd gives a command that needs no more than the job's number.
type jobsPlainCmd struct {
	whichJob `embed:""`
	jobFlags `embed:""`
	word     string // as typed
	kind     models.CommandKind
}

// Help shows an example.
func (c jobsPlainCmd) Help() string {
	return "Example:\n  catalogsync jobs " + c.word + " 12 --data ./data"
}

// Run gives the command.
func (c *jobsPlainCmd) Run(e *env) error {
	return c.give(e, models.JobCommand{JobRunID: c.ID, Kind: c.kind})
}

type jobsReprioritizeCmd struct {
	whichJob `embed:""`
	Priority int `required:"" placeholder:"N" help:"The new priority, -1000 to 1000; 0 is usual, the highest runs first."`
	jobFlags `embed:""`
}

// Help shows an example.
func (jobsReprioritizeCmd) Help() string {
	return "Example:\n  catalogsync jobs reprioritize 12 --priority 10 --data ./data"
}

// Run gives a job another priority.
func (c *jobsReprioritizeCmd) Run(e *env) error {
	if c.Priority < -1000 || c.Priority > 1000 {
		return models.Invalid("--priority", models.CodeBadValue, "must be from -1000 to 1000")
	}
	return c.give(e, models.JobCommand{JobRunID: c.ID, Kind: models.CommandReprioritize, Priority: c.Priority})
}
