package jobs

import (
	"context"
	"time"

	"catalogsync/models"
)

// WaitsForHours begins the message of a stage that waits for the hours of downloads.
const WaitsForHours = "downloads wait until"

// Hours are the times at which downloads may begin.
type Hours interface {
	// At says whether they may at an instant, and when that changes next: the zero time when
	// it never does.
	At(t time.Time) (open bool, change time.Time)
}

// window is the last answer of Hours, which holds until it changes.
type window struct {
	asked, change time.Time
	open          bool
}

// maxWindow is how long an answer that never changes is believed.
const maxWindow = time.Hour

// downloadWindow says whether downloads may begin now, and when that changes.
func (e *engine) downloadWindow() (open bool, change time.Time) {
	if e.opts.DownloadHours == nil {
		return true, time.Time{}
	}
	now, w := e.opts.Clock().Round(0), &e.window // by the wall, also when that is set back
	until := w.change
	if until.IsZero() {
		until = w.asked.Add(maxWindow)
	}
	if w.asked.IsZero() || now.Before(w.asked) || !now.Before(until) {
		w.asked = now
		w.open, w.change = e.opts.DownloadHours.At(now)
	}
	return w.open, w.change
}

// outOfHours says that a stage may not begin items at this time of the day.
func (e *engine) outOfHours(job *models.JobDetail, lane models.Lane) bool {
	if lane != models.LaneDownload || job.AnyHour {
		return false
	}
	open, _ := e.downloadWindow()
	return !open
}

// hoursMessage says until when downloads wait.
func (e *engine) hoursMessage() string {
	_, change := e.downloadWindow()
	layout := "15:04"
	now := e.opts.Clock().In(change.Location())
	if now.YearDay() != change.YearDay() || now.Year() != change.Year() {
		layout = "2006-01-02 15:04"
	}
	return WaitsForHours + " " + change.Format(layout)
}

// keepBack lets stages begin no more items while something holds them back: what runs is
// finished, then the place in the lane is given up. When it is over before that, they go on.
func (e *engine) keepBack(ctx context.Context, job *models.JobDetail) (bool, error) {
	if job.State != models.JobRunning {
		return false, nil
	}
	for _, stage := range job.Stages {
		s := e.stages[stage.ID]
		if s == nil {
			continue
		}
		why := e.withheld(job, stage.Lane)
		if why == "" {
			if s.held {
				s.held, s.look = false, true
				s.pool.reopen()
				return e.tellMessage(ctx, job, stage, "")
			}
			continue
		}
		s.held = true
		if moved, err := e.tellMessage(ctx, job, stage, why); moved || err != nil {
			return moved, err
		}
		s.pool.close(errPaused)
		if !s.busy() {
			e.dismiss(s)
			return true, nil
		}
	}
	return false, nil
}

// planDownloadNow lets a job download whatever the hours of the day.
func planDownloadNow(_ context.Context, _ *engine, job models.JobDetail, _ models.JobCommand) (models.JobChange, error) {
	switch {
	case !job.State.Live():
		return models.JobChange{}, models.NewError(models.ClassConflict, models.CodeJobFinished, "the job is finished (%s)", job.State)
	case job.AnyHour:
		return models.JobChange{}, models.NewError(models.ClassConflict, models.CodeNotAllowed, "the job downloads at any hour already")
	}
	return models.JobChange{AnyHour: true}, nil
}
