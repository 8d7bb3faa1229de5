package cli

import (
	"fmt"
	"time"

	"catalogsync/app"
	"catalogsync/config"
	"catalogsync/models"
)

// hostInterval is how often a job that another process runs is looked at, and hostPatience
// how long it may stand still before somebody looks whether that process is still there.
const (
	hostInterval = 500 * time.Millisecond
	hostPatience = 5 * time.Second
)

// withJobs is withApp for commands that make jobs or keep schedules, which are rows: when
// another process works on the data, that one takes them up.
func (e *env) withJobs(c *config.Config, quiet bool, fn func(a *app.App) error) error {
	err := e.withApp(c, quiet, fn)
	if err == nil || models.CodeOf(err) != models.CodeInstanceLocked {
		return err
	}
	return e.open(app.Options{Config: c, Version: version, Logger: e.logger(c, quiet), Guest: true}, fn)
}

// followHosted shows the progress of a job that another process runs, until it ends or
// pauses, or until Ctrl-C, which leaves it going.
func (e *env) followHosted(a *app.App, jobID int64, quiet bool) error {
	fmt.Fprintf(e.errOut, "A console works on this data and runs job %d; songs are filed in %s.\n", jobID, a.LibraryRoot())
	show := newProgress(e.errOut, a, jobID, quiet)
	defer show.close()
	tick := time.NewTicker(hostInterval)
	defer tick.Stop()
	var seen models.JobDetail
	moved := time.Now()
	for {
		detail, err := a.Store.GetJob(e.ctx, jobID)
		if err != nil {
			if e.ctx.Err() != nil {
				return errInterrupted
			}
			return err
		}
		show.update(detail)
		switch {
		case !detail.State.Live():
			return nil
		case detail.State == models.JobPaused:
			return pausedError(jobID, detail.PauseReason)
		case detail.State != seen.State || detail.UpdatedAtMS != seen.UpdatedAtMS:
			seen, moved = detail, time.Now()
		case time.Since(moved) > hostPatience:
			if err := checkHosted(a, jobID); err != nil {
				return err
			}
			moved = time.Now()
		}
		select {
		case <-e.stop:
			return errInterrupted
		case <-tick.C:
		}
	}
}

// checkHosted says when the process that ran a job is gone.
func checkHosted(a *app.App, jobID int64) error {
	hosted, err := a.Hosted()
	if err != nil || hosted {
		return err
	}
	return models.NewError(models.ClassLocal, models.CodeInterrupted,
		"the process that ran job %d has ended; the same command, or catalogsync serve, goes on with it", jobID)
}
