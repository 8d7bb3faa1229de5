package schedule

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"catalogsync/models"
)

// Times of the loop.
const (
	// punctual is how late a run may start and still count as on time.
	punctual = 2 * time.Minute
	// abandoned is when a run that a crash left without a job is given up.
	abandoned = time.Hour
)

// Bounds of what is written down about a time when nobody was there.
const (
	missedKept  = 100
	missedReach = 30 * 24 * time.Hour
)

// Run looks at the clock until ctx ends.
func (s *Service) Run(ctx context.Context) {
	for ctx.Err() == nil {
		wait, err := s.guarded(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Error("look for due schedules", "error", err)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-s.edited:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// guarded is a turn whose panic is an error: schedules may fail, the program goes on.
func (s *Service) guarded(ctx context.Context) (wait time.Duration, err error) {
	defer func() {
		if r := recover(); r != nil {
			wait, err = s.LongestSleep, fmt.Errorf("the scheduler panicked: %v\n%s", r, debug.Stack())
		}
	}()
	return s.turn(ctx)
}

// turn ends the runs whose jobs have ended, starts what is due, and tells how long
// nothing else is.
func (s *Service) turn(ctx context.Context) (time.Duration, error) {
	s.serving.Lock()
	defer s.serving.Unlock()
	errs := []error{s.settle(ctx)}
	list, err := s.Store.ListSchedules(ctx)
	if err != nil {
		return s.LongestSleep, err
	}
	now := s.Now()
	for _, sc := range list {
		switch {
		case !sc.Enabled || sc.NextRunMS == 0:
		case sc.NextRunMS <= models.NowMS(now):
			errs = append(errs, s.serve(ctx, sc, now))
		default:
			if plan, err := Parse(sc.Cron, sc.TimeZone); err == nil { // else the fault is shown with the schedule
				errs = append(errs, s.replan(ctx, sc, plan, now))
			}
		}
	}
	errs = append(errs, s.settle(ctx)) // makes the jobs of what was just claimed
	wait, err := s.rest(ctx)
	return wait, errors.Join(append(errs, err)...)
}

// rest tells how long there is nothing to do, after a look at the alerts.
func (s *Service) rest(ctx context.Context) (time.Duration, error) {
	list, err := s.Store.ListSchedules(ctx)
	if err != nil {
		return s.LongestSleep, err
	}
	open, err := s.Store.OpenScheduleRuns(ctx)
	if err != nil {
		return s.LongestSleep, err
	}
	wait := s.LongestSleep
	if len(open) > 0 {
		wait = min(wait, s.JobLook)
	}
	now := s.Now()
	for _, sc := range list {
		if _, err := Parse(sc.Cron, sc.TimeZone); err != nil || !sc.Enabled || sc.NextRunMS == 0 {
			continue // one that cannot be read stays due, but need not be looked at all the time
		}
		wait = min(wait, max(time.UnixMilli(sc.NextRunMS).Sub(now), time.Second))
	}
	return wait, s.ring(ctx, list)
}

// replan moves a plan that was made by another clock: one that was ahead and has been set
// right since, or one of another zone. Otherwise the schedule would rest until then, and
// nobody would be told. A clock that stands before the schedule was made is the wrong one.
func (s *Service) replan(ctx context.Context, sc models.Schedule, plan Plan, now time.Time) error {
	next := plan.Next(now)
	if next.IsZero() || models.NowMS(next) >= sc.NextRunMS || models.NowMS(now) < sc.CreatedAtMS {
		return nil
	}
	s.Log.Warn("the clock was set back; schedule planned anew", "schedule", sc.Name, "planned", time.UnixMilli(sc.NextRunMS), "next", next)
	return s.Store.ReplanSchedule(ctx, sc, models.NowMS(now), models.NowMS(next))
}

// serve claims what is due of a schedule. Of several planned times that passed, the
// latest counts; the others are written down as missed.
func (s *Service) serve(ctx context.Context, sc models.Schedule, now time.Time) error {
	plan, err := Parse(sc.Cron, sc.TimeZone)
	if err != nil {
		return fmt.Errorf("schedule %q: %w", sc.Name, err)
	}
	planned, missed, next := due(plan, time.UnixMilli(sc.NextRunMS), now)
	claim := models.ScheduleClaim{
		Run:    models.ScheduleRun{ScheduleID: sc.ID, PlannedMS: models.NowMS(planned), Origin: OriginClock, JobTitle: jobTitle(sc, planned.In(plan.Zone()), "2006-01-02 15:04 MST")},
		Missed: missed, SeenNextMS: sc.NextRunMS,
	}
	if !next.IsZero() {
		claim.NextMS = models.NowMS(next)
	}
	if err := s.decide(ctx, &claim, sc, now.Sub(planned)); err != nil {
		return err
	}
	run, claimed, err := s.Store.ClaimScheduleRun(ctx, claim)
	if claimed {
		s.Log.Info("schedule due", "schedule", sc.Name, "planned", planned.In(plan.Zone()), "state", run.State, "missed", len(missed))
	}
	return err
}

// decide tells what is done about a run that is late by so much.
func (s *Service) decide(ctx context.Context, c *models.ScheduleClaim, sc models.Schedule, late time.Duration) error {
	c.Run.State, c.Result = models.ScheduleRunFired, models.ScheduleRunning
	if late > punctual {
		c.Run.State = models.ScheduleRunCaughtUp
		if !sc.CatchUp {
			c.Run.State, c.Result = models.ScheduleRunMissed, models.ScheduleMissed
		}
	}
	if c.Result == models.ScheduleRunning && sc.Overlap == models.OverlapSkip {
		_, busy, err := s.Store.ScheduleBusy(ctx, sc.ID)
		if err != nil {
			return err
		}
		if busy {
			c.Run.State, c.Result = models.ScheduleRunSkipped, models.ScheduleSkipped
		}
	}
	if c.Result != models.ScheduleRunning {
		c.Run.FinishedAtMS = s.nowMS()
	}
	return nil
}

// due walks through the planned times from first, which has passed, to now: the latest,
// those before it, and the one to come.
func due(plan Plan, first, now time.Time) (latest time.Time, missed []int64, next time.Time) {
	latest = first
	if horizon := now.Add(-missedReach); first.Before(horizon) {
		if at := plan.Next(horizon); !at.IsZero() && !at.After(now) {
			latest = at
		}
	}
	for next = plan.Next(latest); !next.IsZero() && !next.After(now); next = plan.Next(next) {
		missed = append(missed, models.NowMS(latest))
		latest = next
	}
	return latest, missed[max(0, len(missed)-missedKept):], next
}

func jobTitle(sc models.Schedule, planned time.Time, layout string) string {
	return sc.Name + " · " + planned.Format(layout)
}
