package jobs

import (
	"context"
	"fmt"
	"log/slog"

	"catalogsync/models"
)

// plan has the executor plan a stage whose items are not all written. The first ones run
// while the rest is being written.
func (e *engine) plan(s *stageRun) {
	if s.row.State != models.StagePlanning || !s.planning.due(e.opts.Clock()) {
		return
	}
	told := s.told
	told.Row = s.row
	e.begin(&s.planning, func(ctx context.Context) error {
		return s.exec.Plan(ctx, told, func(items []models.JobItem) error {
			if err := ctx.Err(); err != nil {
				return context.Cause(ctx)
			}
			return e.addItems(ctx, s, items)
		})
	})
}

// planBatch bounds the items of one transaction, so that the writer is free again soon.
const planBatch = 2000

func (e *engine) addItems(ctx context.Context, s *stageRun, items []models.JobItem) error {
	for len(items) > 0 {
		n := min(len(items), planBatch)
		batch := make([]models.JobItem, n)
		for i, item := range items[:n] {
			item.Title = clip(item.Title, maxTitle)
			batch[i] = item
		}
		if _, err := e.store.AddItems(ctx, s.told.Job.ID, s.told.Row.ID, batch); err != nil {
			return err
		}
		e.inbox.leave(func() { s.look = true })
		items = items[n:]
	}
	return nil
}

// wrapUp has the executor finish a stage whose items have all ended.
func (e *engine) wrapUp(s *stageRun, finisher Finisher) {
	if !s.finishing.due(e.opts.Clock()) {
		return
	}
	told := s.told
	told.Row = s.row
	e.begin(&s.finishing, func(ctx context.Context) error { return finisher.Finish(ctx, told) })
}

// settleTasks acts on plannings and finishings that have ended.
func (e *engine) settleTasks(ctx context.Context, job *models.JobDetail) (bool, error) {
	for _, stage := range job.Stages {
		s := e.stages[stage.ID]
		if s == nil {
			continue
		}
		if s.planning.ended {
			return e.settleTask(ctx, s, &s.planning, "planning", e.planned)
		}
		if s.finishing.ended {
			return e.settleTask(ctx, s, &s.finishing, "finishing", e.finished)
		}
	}
	return false, nil
}

// settleTask looks at a task's result: success goes on with next, an error goes by the same
// table as an item's.
func (e *engine) settleTask(ctx context.Context, s *stageRun, t *task, what string, next func(context.Context, *stageRun) (bool, error)) (moved bool, err error) {
	switch {
	case t.err == nil:
		t.tries = 0
		moved, err = next(ctx, s)
	case toldToEnd(t.err):
		t.tries--
	default:
		moved, err = e.taskFailed(ctx, s, t, what)
	}
	if err == nil {
		t.ended, t.err = false, nil
	}
	return moved, err
}

// planned lets a stage run whose items are all written. While an earlier stage has work
// again it stays in planning, since what was read for its plan is old.
func (e *engine) planned(ctx context.Context, s *stageRun) (bool, error) {
	for _, stage := range e.jobs[s.row.JobRunID].Stages {
		if stage.Ordinal < s.row.Ordinal && !e.passed(stage) {
			return false, nil
		}
	}
	s.wrappedUp = false // there may be more to finish now
	return e.change(ctx, models.JobChange{
		JobID:  s.row.JobRunID,
		Stages: []models.StageChange{{StageID: s.row.ID, To: models.StageRunning, Planned: true}},
		Events: []models.JobEventRow{stageEvent(eventStagePlanned, s.row, "%s is planned", s.row.Name)},
	})
}

func (e *engine) finished(_ context.Context, s *stageRun) (bool, error) {
	s.wrappedUp = true
	return true, nil
}

// taskFailed retries, pauses or fails the job, by the class of the error.
func (e *engine) taskFailed(ctx context.Context, s *stageRun, t *task, what string) (bool, error) {
	id := s.row.ID
	e.logs.add(models.JobLog{JobRunID: s.row.JobRunID, JobStageID: &id}, slog.LevelError,
		fmt.Sprintf("%s %s: %v", what, s.row.Name, t.err))
	d := e.opts.Backoff.decide(t.err, t.tries, t.tries-1, s.def.Attempts, e.opts.Random)
	switch {
	case d.pause:
		return true, e.pause(ctx, s.row.JobRunID, t.err)
	case d.to == models.ItemPending:
		t.after = e.opts.Clock().Add(d.delay)
		return false, nil
	default:
		return e.fail(ctx, s.row.JobRunID, s, fmt.Errorf("%s %s: %w", what, s.row.Name, t.err))
	}
}
