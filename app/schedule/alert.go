package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"catalogsync/models"
)

// grace is how long after its planned time a run may take before somebody should look.
const grace = 6 * time.Hour

// Alert says that nothing of a schedule finished that should have: nobody notices a run
// that never was, unless it is said.
type Alert struct {
	// Planned is the run that should have finished by Since, in the schedule's zone.
	Planned, Since time.Time
	// LastFinished is when a run last did, zero for never.
	LastFinished time.Time
	// Running: a run is under way, but has taken too long.
	Running bool
}

// String is the alert in one sentence.
func (a Alert) String() string {
	const layout = "2006-01-02 15:04"
	last := "none ever did"
	if !a.LastFinished.IsZero() {
		last = "the last one did on " + a.LastFinished.Format(layout)
	}
	text := fmt.Sprintf("No run has finished that was planned for %s and expected by %s; %s.", a.Planned.Format(layout), a.Since.Format(layout), last)
	if a.Running {
		text += " A run is still under way."
	}
	return text
}

// alertOf is the alert of a schedule, nil when all is well. openSince is when its latest
// unfinished run began, 0 when there is none. What is expected is the first planned time
// since a run last finished: done within the grace, or when the next one is planned. A
// run that began in time has the grace for itself.
func alertOf(sc models.Schedule, plan Plan, openSince int64, now time.Time) *Alert {
	if !sc.Enabled {
		return nil
	}
	planned := plan.Next(time.UnixMilli(max(sc.ArmedAtMS, sc.LastFinishedMS)))
	if planned.IsZero() {
		return nil
	}
	by := planned.Add(grace)
	if next := plan.Next(planned); !next.IsZero() && next.Before(by) {
		by = next
	}
	if began := time.UnixMilli(openSince); openSince > 0 && !began.After(by) && by.Before(began.Add(grace)) {
		by = began.Add(grace)
	}
	if now.Before(by) {
		return nil
	}
	a := &Alert{Planned: planned, Since: by, Running: openSince > 0}
	if sc.LastFinishedMS > 0 {
		a.LastFinished = time.UnixMilli(sc.LastFinishedMS).In(plan.Zone())
	}
	return a
}

// openSince gives of each schedule with an unfinished run when the latest one began.
func (s *Service) openSince(ctx context.Context) (map[int64]int64, error) {
	runs, err := s.Store.OpenScheduleRuns(ctx)
	if err != nil {
		return nil, err
	}
	since := map[int64]int64{}
	for _, r := range runs {
		since[r.ScheduleID] = max(since[r.ScheduleID], r.CreatedAtMS)
	}
	return since, nil
}

// ring notes and logs every alert that begins or ends, once.
func (s *Service) ring(ctx context.Context, list []models.Schedule) error {
	open, err := s.openSince(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, sc := range list {
		plan, err := Parse(sc.Cron, sc.TimeZone)
		if err != nil {
			continue // the look at the clock has said so
		}
		alert := alertOf(sc, plan, open[sc.ID], s.Now())
		switch {
		case alert != nil && sc.AlertedAtMS == 0:
			s.Log.Warn("scheduled run overdue", "schedule", sc.Name, "alert", alert.String())
			errs = append(errs, s.Store.SetScheduleAlert(ctx, sc.ID, models.NowMS(alert.Since)))
		case alert == nil && sc.AlertedAtMS > 0:
			s.Log.Info("scheduled runs finish again", "schedule", sc.Name)
			errs = append(errs, s.Store.SetScheduleAlert(ctx, sc.ID, 0))
		}
	}
	return errors.Join(errs...)
}
