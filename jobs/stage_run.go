package jobs

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"catalogsync/models"
)

// stageRun is a stage that has its place in a lane: its workers, and what the loop knows
// of it. Only the loop touches it.
type stageRun struct {
	row  models.JobStage // as last read
	def  StageDefinition
	exec Executor
	told Stage // what the executor is told
	pool *pool

	look   bool     // its row and its ready items have to be read
	ready  []string // sources that have ready items
	nextMS int64    // when the first waiting item is due, 0 = none waits
	held   bool     // it begins no items, since something holds its lane back

	planning  task
	finishing task
	wrappedUp bool // the Finisher is through
}

// task is a planning or a finishing in a goroutine of its own.
type task struct {
	cancel context.CancelCauseFunc // nil = it does not run
	began  time.Time
	since  time.Time // when it was told to end
	cause  error     // why it was told to
	ended  bool      // it has a result that the loop has not looked at
	err    error
	turn   int       // counts the beginnings, to tell an old result from a new one
	tries  int       // that count against the bound
	after  time.Time // not begun earlier
}

// due says that the task can be begun.
func (t *task) due(now time.Time) bool {
	return t.cancel == nil && !t.ended && !now.Before(t.after)
}

// stop tells a running task to end.
func (t *task) stop(now time.Time, cause error) {
	if t.cancel != nil && t.since.IsZero() {
		t.since, t.cause = now, cause
		t.cancel(cause)
	}
}

// watch ends a task whose time is up, and abandons one that does not end although it was
// told to: whatever it returns later is ignored.
func (t *task) watch(now time.Time, limit, grace time.Duration) {
	switch {
	case t.cancel == nil:
	case t.since.IsZero():
		if limit > 0 && now.Sub(t.began) >= limit {
			t.stop(now, errTimeLimit("it ran", limit))
		}
	case now.Sub(t.since) >= grace:
		t.cancel, t.ended, t.err = nil, true, t.cause
	}
}

// begin runs work in a goroutine. A panic is an error of the work. The result arrives as
// a note in the inbox; a task that was given up meanwhile is recognised by its turn.
func (e *engine) begin(t *task, work func(ctx context.Context) error) {
	ctx, cancel := context.WithCancelCause(e.base)
	t.cancel, t.began, t.since = cancel, e.opts.Clock(), time.Time{}
	t.tries++
	t.turn++
	turn := t.turn
	go func() {
		err := guard(func() error { return work(ctx) })
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		cancel(nil)
		e.inbox.leave(func() {
			if t.cancel != nil && t.turn == turn {
				t.cancel, t.ended, t.err = nil, true, err
			}
		})
	}()
}

// guard runs work and turns a panic into an error with the stack.
func guard(work func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("%w\n%s", errPanic(value), debug.Stack())
		}
	}()
	return work()
}

// busy says that something of the stage still runs or is not written yet.
func (s *stageRun) busy() bool {
	return s.planning.cancel != nil || s.finishing.cancel != nil || !s.pool.atRest()
}

// allEnded says that every item of the stage is written and has ended.
func (s *stageRun) allEnded() bool {
	row := &s.row
	return row.State == models.StageRunning && row.PlannedAtMS > 0 && row.Pending+row.Running+row.Interrupted == 0 &&
		s.planning.cancel == nil && s.pool.atRest()
}
