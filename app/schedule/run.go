package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"catalogsync/models"
)

// RunNow makes the job of a schedule by hand, whether it is on or off; its plan stays as
// it is. While its last job runs and runs may not overlap, it is CodeScheduleRunning.
func (s *Service) RunNow(ctx context.Context, id int64, origin string) (models.ScheduleRun, error) {
	s.serving.Lock()
	defer s.serving.Unlock()
	sc, run, err := s.order(ctx, id, origin)
	if err != nil {
		return run, err
	}
	defer s.wake()
	err = s.launch(ctx, sc, &run)
	return run, err
}

// OrderRun is RunNow for a process that only visits: the one that works on the data makes
// the job, as it does with runs that were cut short. The run has no job yet.
func (s *Service) OrderRun(ctx context.Context, id int64, origin string) (models.ScheduleRun, error) {
	_, run, err := s.order(ctx, id, origin)
	return run, err
}

// order writes down that a schedule runs now.
func (s *Service) order(ctx context.Context, id int64, origin string) (sc models.Schedule, run models.ScheduleRun, err error) {
	if sc, err = s.Store.GetSchedule(ctx, id); err != nil {
		return sc, run, err
	}
	if err := s.refuseOverlap(ctx, sc); err != nil {
		return sc, run, err
	}
	run, err = s.claimNow(ctx, sc, origin)
	return sc, run, err
}

func (s *Service) refuseOverlap(ctx context.Context, sc models.Schedule) error {
	if sc.Overlap != models.OverlapSkip {
		return nil
	}
	job, busy, err := s.Store.ScheduleBusy(ctx, sc.ID)
	if err != nil || !busy {
		return err
	}
	e := models.NewError(models.ClassConflict, models.CodeScheduleRunning,
		"job %d of this schedule has not ended, and its runs may not overlap; wait for it, cancel it, or let runs queue", job)
	e.Params = map[string]any{"Job": job}
	return e
}

// claimNow writes a run down at this moment, which is never a whole minute: those belong
// to the plan.
func (s *Service) claimNow(ctx context.Context, sc models.Schedule, origin string) (models.ScheduleRun, error) {
	now := s.nowMS()
	if now%time.Minute.Milliseconds() == 0 {
		now++
	}
	for ; ; now++ {
		run, claimed, err := s.Store.ClaimScheduleRun(ctx, models.ScheduleClaim{
			Run: models.ScheduleRun{ScheduleID: sc.ID, PlannedMS: now, State: models.ScheduleRunFired, Origin: origin,
				JobTitle: jobTitle(sc, time.UnixMilli(now), "2006-01-02 15:04:05.000")},
			Result: models.ScheduleRunning,
		})
		if claimed || err != nil {
			return run, err
		}
	}
}

// Settle ends the runs whose jobs have ended, for a process without the loop of Run.
func (s *Service) Settle(ctx context.Context) error {
	s.serving.Lock()
	defer s.serving.Unlock()
	return s.settle(ctx)
}

// settle goes through the unfinished runs: one without a job gets it, one whose job has
// ended gets its report.
func (s *Service) settle(ctx context.Context) error {
	runs, err := s.Store.OpenScheduleRuns(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, run := range runs {
		if run.JobRunID != nil {
			errs = append(errs, s.finish(ctx, run))
			continue
		}
		sc, err := s.Store.GetSchedule(ctx, run.ScheduleID)
		if err == nil {
			err = s.launch(ctx, sc, &run)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// launch makes the job of a claimed run. After a crash the job may be there already, or
// the run may be too old to be of use.
func (s *Service) launch(ctx context.Context, sc models.Schedule, run *models.ScheduleRun) error {
	jobID, err := s.Store.FindScheduleJob(ctx, *run)
	if err != nil {
		return err
	}
	if age := s.nowMS() - run.CreatedAtMS; jobID == 0 && age > abandoned.Milliseconds() && !sc.CatchUp {
		return s.Store.FinishScheduleRun(ctx, models.ScheduleFinish{Run: *run, State: models.ScheduleRunMissed, Result: models.ScheduleMissed, FinishedAtMS: s.nowMS()})
	}
	if jobID == 0 {
		job, err := s.Jobs.Enqueue(ctx, sc.JobType, ScopeOf(sc), run.JobTitle, run.Origin, 0)
		if models.ClassOf(err) == models.ClassInvalid && err != nil {
			return errors.Join(err, s.giveUp(ctx, *run, err))
		}
		if err != nil {
			return fmt.Errorf("make the job of schedule %q: %w", sc.Name, err)
		}
		jobID = job.ID
	}
	run.JobRunID = &jobID
	return s.Store.LinkScheduleJob(ctx, *run, jobID)
}

// giveUp ends a run whose job cannot be made, such as one of a source that is no more.
func (s *Service) giveUp(ctx context.Context, run models.ScheduleRun, reason error) error {
	report, err := json.Marshal(models.ScheduleReport{Result: models.ScheduleFailed, Error: reason.Error()})
	if err != nil {
		return err
	}
	return s.Store.FinishScheduleRun(ctx, models.ScheduleFinish{Run: run, Result: models.ScheduleFailed, ReportJSON: string(report), FinishedAtMS: s.nowMS()})
}
