package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"catalogsync/models"
)

// Runner runs jobs. Commands and new jobs are rows in the database, so they are not lost
// when it does not run; it takes them up when it starts.
type Runner struct {
	opts Options
	news *broadcast // a job changed its state, or a command was answered

	turns sync.Mutex // one Start or Stop at a time

	mu     sync.Mutex
	engine *engine // nil while it does not run
}

// NewRunner makes a runner; nothing runs before Start.
func NewRunner(opts Options) (*Runner, error) {
	if err := opts.check(); err != nil {
		return nil, err
	}
	return &Runner{opts: opts, news: newBroadcast()}, nil
}

// Start recovers what the last process left behind and begins to run jobs. ctx bounds
// the recovery; what runs afterwards ends with Stop.
func (r *Runner) Start(ctx context.Context) error {
	r.turns.Lock()
	defer r.turns.Unlock()
	if r.current() != nil {
		return errors.New("the job runner runs already")
	}
	found, err := r.opts.Store.RecoverJobs(ctx, r.opts.RecoverPaused)
	if err != nil {
		return err
	}
	if found.Jobs > 0 {
		r.opts.Logger.Info("jobs recovered", "jobs", found.Jobs, "items", found.Items)
	}
	e := newEngine(context.WithoutCancel(ctx), r.opts, r.news)
	if err := e.loadOutages(ctx); err != nil {
		e.cancel()
		return err
	}
	r.setCurrent(e)
	go e.supervise()
	return nil
}

// Stop takes no new items, lets the running ones go on for the drain grace or until ctx
// ends, then interrupts them; their jobs go on after the next start.
func (r *Runner) Stop(ctx context.Context) error {
	r.turns.Lock()
	defer r.turns.Unlock()
	e := r.current()
	if e == nil {
		return nil
	}
	defer r.setCurrent(nil)
	return e.shutdown(ctx)
}

func (r *Runner) setCurrent(e *engine) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.engine = e
}

// current is the running engine, nil when there is none.
func (r *Runner) current() *engine {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.engine
}

// Live is what runs now, from memory.
func (r *Runner) Live() Live {
	e := r.current()
	if e == nil {
		return Live{Health: Health{LastError: "the job runner does not run"}}
	}
	return e.live()
}

// Enqueue writes a job and wakes the scheduler. An unknown type, or one whose stages
// this process cannot run, is a ClassInvalid error.
func (r *Runner) Enqueue(ctx context.Context, n NewJob) (models.JobRun, error) {
	definition, ok := r.opts.definition(n.Type)
	if !ok {
		return models.JobRun{}, models.Invalid("type", models.CodeBadValue, "there is no job type %q", n.Type)
	}
	if n.Scope.Workers < 0 || n.Scope.Workers > maxWorkers {
		return models.JobRun{}, models.Invalid("workers", models.CodeBadValue, "workers must be between 1 and %d", maxWorkers)
	}
	scope, err := json.Marshal(n.Scope)
	if err != nil {
		return models.JobRun{}, fmt.Errorf("write job scope: %w", err)
	}
	stages, err := r.newStages(definition, n.Scope)
	if err != nil {
		return models.JobRun{}, err
	}
	run := models.JobRun{
		Type: n.Type, State: models.JobQueued, Title: clip(n.Title, maxTitle), ScopeJSON: string(scope),
		Origin: n.Origin, Priority: n.Priority, CurrentStage: stages[0].Name,
	}
	if run.Title == "" {
		run.Title = titleOf(n)
	}
	detail, err := r.opts.Store.CreateJob(ctx, run, stages, models.JobEventRow{Kind: eventCreated, Actor: n.Origin, Text: run.Title})
	if err != nil {
		return models.JobRun{}, err
	}
	if e := r.current(); e != nil {
		e.inbox.askForJobs()
	}
	return detail.JobRun, nil
}

func (r *Runner) newStages(d Definition, scope models.JobScope) ([]models.JobStage, error) {
	stages := make([]models.JobStage, 0, len(d.Stages))
	for i, name := range d.Stages {
		if r.opts.Executors[name] == nil {
			return nil, models.Invalid("type", models.CodeBadValue, "this program cannot run %s: it has no %s stage", d.Type, name)
		}
		stages = append(stages, models.JobStage{
			Ordinal: i, Name: name, Lane: r.opts.Stages[name].Lane, State: models.StagePending, Workers: r.opts.workersOf(name, scope)})
	}
	return stages, nil
}

// Command writes a command, wakes the runner and waits for its answer: the returned row
// is applied or rejected, with the reason. An unknown job is a ClassNotFound error. When
// no answer comes in time the command stays queued, and the error says so.
func (r *Runner) Command(ctx context.Context, jobID int64, kind models.CommandKind, itemID *int64, priority int, origin string) (models.JobCommand, error) {
	if err := checkCommand(kind, itemID); err != nil {
		return models.JobCommand{}, err
	}
	command, err := r.opts.Store.AddCommand(ctx, models.JobCommand{JobRunID: jobID, Kind: kind, ItemID: itemID, Priority: priority, Origin: origin})
	if err != nil {
		return models.JobCommand{}, err
	}
	if e := r.current(); e != nil {
		e.inbox.askForCommands()
	}
	limited, cancel := context.WithTimeout(ctx, r.opts.AnswerWait)
	defer cancel()
	err = r.await(limited, func() (bool, error) {
		row, err := r.opts.Store.GetCommand(limited, command.ID)
		if err == nil {
			command = row
		}
		return command.State != models.CommandPending, err
	})
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return command, models.NewError(models.ClassConflict, models.CodeTimeout,
			"the job runner did not answer in time; the command is kept and applied when it runs")
	}
	return command, err
}

// Wait returns the job when it is final.
func (r *Runner) Wait(ctx context.Context, jobID int64) (models.JobRun, error) {
	var run models.JobRun
	err := r.await(ctx, func() (bool, error) {
		detail, err := r.opts.Store.GetJob(ctx, jobID)
		run = detail.JobRun
		return err == nil && !run.State.Live(), err
	})
	return run, err
}

// await asks again at every piece of news, and now and then without any, until there is
// nothing to wait for.
func (r *Runner) await(ctx context.Context, done func() (bool, error)) error {
	poll := time.NewTicker(r.opts.Poll)
	defer poll.Stop()
	for {
		news := r.news.next()
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-news:
		case <-poll.C:
		}
	}
}
