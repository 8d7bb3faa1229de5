package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

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
		run, err := e.startRun(a, found.ID)
		if err != nil {
			return err
		}
		err = e.watch(a, *run.JobRunID, c.JSON)
		interrupted := errors.Is(err, errInterrupted)
		if err != nil && !interrupted {
			return err
		}
		return c.report(e, a, run, interrupted)
	})
}

func (c *scheduleRunCmd) report(e *env, a *app.App, run models.ScheduleRun, interrupted bool) error {
	run, err := settledRun(context.WithoutCancel(e.ctx), a, run, interrupted)
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

// startRun makes the job of a schedule, here or in the process that works on the data.
func (e *env) startRun(a *app.App, scheduleID int64) (models.ScheduleRun, error) {
	if a.Guest() {
		run, err := a.Schedules.OrderRun(e.ctx, scheduleID, "cli")
		if err != nil {
			return run, err
		}
		return awaitRun(e.ctx, a, run, func(r models.ScheduleRun) bool { return r.JobRunID != nil })
	}
	if err := a.StartRunner(e.ctx); err != nil {
		return models.ScheduleRun{}, err
	}
	return a.Schedules.RunNow(e.ctx, scheduleID, "cli")
}

// settledRun is a run with its report, unless its job goes on.
func settledRun(ctx context.Context, a *app.App, run models.ScheduleRun, goesOn bool) (models.ScheduleRun, error) {
	switch {
	case !a.Guest():
		if err := a.Schedules.Settle(ctx); err != nil {
			return run, err
		}
	case !goesOn:
		return awaitRun(ctx, a, run, func(r models.ScheduleRun) bool { return r.ReportJSON != "" })
	}
	return a.Schedules.GetRun(ctx, run.ScheduleID, run.ID)
}

// awaitRun looks at a run until the process that works on the data has taken it further.
func awaitRun(ctx context.Context, a *app.App, run models.ScheduleRun, done func(models.ScheduleRun) bool) (models.ScheduleRun, error) {
	ctx, cancel := context.WithTimeout(ctx, runPatience)
	defer cancel()
	tick := time.NewTicker(hostInterval)
	defer tick.Stop()
	for {
		found, err := a.Schedules.GetRun(ctx, run.ScheduleID, run.ID)
		if err != nil || done(found) {
			return found, err
		}
		select {
		case <-ctx.Done():
			return found, models.NewError(models.ClassConflict, models.CodeTimeout,
				"the running console has not taken up run %d in %s; it is kept, and taken up when the console gets to it", run.ID, runPatience)
		case <-tick.C:
		}
	}
}

// runPatience is how long a running console may take to begin a run, or to report on it.
const runPatience = 30 * time.Second

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
