package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"catalogsync/app"
	"catalogsync/app/schedule"
	"catalogsync/config"
	"catalogsync/models"
)

type scheduleRunCmd struct {
	whichSchedule `embed:""`
	scheduleFlags `embed:""`
}

// scheduleRunResult is what a run by hand prints with --json.
type scheduleRunResult struct {
	ScheduleID  int64                  `json:"schedule_id"`
	RunID       int64                  `json:"run_id"`
	JobID       int64                  `json:"job_id"`
	Report      *models.ScheduleReport `json:"report"`
	Interrupted bool                   `json:"interrupted,omitempty"`
}

// Help shows an example.
func (scheduleRunCmd) Help() string {
	return "Example:\n  catalogsync schedule run \"Nightly catalog sync\" --data ./data"
}

// Run makes the job now, follows it to its end, and prints the report.
func (c *scheduleRunCmd) Run(e *env) error {
	return c.with(e, func(_ *config.Config, a *app.App) error {
		found, err := c.find(e, a.Schedules)
		if err != nil {
			return err
		}
		if err := a.StartRunner(e.ctx); err != nil {
			return err
		}
		run, err := a.Schedules.RunNow(e.ctx, found.ID, "cli")
		if err != nil {
			return err
		}
		err = e.follow(a, *run.JobRunID, c.JSON)
		interrupted := errors.Is(err, errInterrupted)
		if err != nil && !interrupted {
			return err
		}
		return c.report(e, a, run, interrupted)
	})
}

func (c *scheduleRunCmd) report(e *env, a *app.App, run models.ScheduleRun, interrupted bool) error {
	ctx := context.WithoutCancel(e.ctx)
	if err := a.Schedules.Settle(ctx); err != nil {
		return err
	}
	run, err := a.Schedules.GetRun(ctx, run.ScheduleID, run.ID)
	if err != nil {
		return err
	}
	result := scheduleRunResult{ScheduleID: run.ScheduleID, RunID: run.ID, JobID: *run.JobRunID, Report: schedule.ReportOf(run), Interrupted: interrupted}
	if c.JSON {
		if err := json.NewEncoder(e.out).Encode(result); err != nil {
			return err
		}
	} else {
		printReport(e, result)
	}
	if result.Report == nil || result.Report.Result != models.ScheduleSucceeded {
		return errWithErrors
	}
	return nil
}

func printReport(e *env, r scheduleRunResult) {
	if r.Report == nil {
		fmt.Fprintf(e.out, "Job %d was interrupted; it goes on when the console or a job command runs.\n", r.JobID)
		return
	}
	n := r.Report.Numbers
	fmt.Fprintf(e.out, "Job %d %s: %d new playlists, %d songs in, %d out; %d downloaded, %d skipped, %d failed, %s in %.1f s.\n",
		r.JobID, r.Report.Result, n.NewPlaylists, n.SongsIn, n.SongsOut, n.Downloaded, n.Skipped, n.Failed, sizeText(n.Bytes), float64(n.DurationMS)/1000)
	if d := r.Report.Change; d != nil {
		fmt.Fprintf(e.out, "Against the run before: %+d new playlists, %+d songs in, %+d out; %+d downloaded, %+d skipped, %+d failed.\n",
			d.NewPlaylists, d.SongsIn, d.SongsOut, d.Downloaded, d.Skipped, d.Failed)
	}
	for _, f := range r.Report.Failures {
		fmt.Fprintf(e.out, "  %d × %s %s %s: %s\n", f.Count, f.Stage, f.Source, f.Code, f.Sample)
	}
}
