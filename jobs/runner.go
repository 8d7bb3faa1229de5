package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

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

// Enqueue writes a job and wakes the scheduler. A type that cannot be started is refused
// as by CheckType.
func (r *Runner) Enqueue(ctx context.Context, n NewJob) (models.JobRun, error) {
	definition, err := r.definition(n.Type)
	if err != nil {
		return models.JobRun{}, err
	}
	if n.Scope.Workers < 0 || n.Scope.Workers > maxWorkers {
		return models.JobRun{}, models.Invalid("workers", models.CodeBadValue, "workers must be between 1 and %d", maxWorkers)
	}
	if order := n.Scope.DownloadOrder; order != "" && !slices.Contains(models.DownloadOrders, order) {
		return models.JobRun{}, models.Invalid("download_order", models.CodeBadValue, "download_order must be one of %v, not %q", models.DownloadOrders, order)
	}
	scope, err := json.Marshal(n.Scope)
	if err != nil {
		return models.JobRun{}, fmt.Errorf("write job scope: %w", err)
	}
	stages := r.newStages(definition, n.Scope)
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

func (r *Runner) newStages(d Definition, scope models.JobScope) []models.JobStage {
	stages := make([]models.JobStage, 0, len(d.Stages))
	for i, name := range d.Stages {
		stages = append(stages, models.JobStage{
			Ordinal: i, Name: name, Lane: r.opts.Stages[name].Lane, State: models.StagePending, Workers: r.opts.workersOf(name, scope)})
	}
	return stages
}

// Command gives a command to this runner; see CommandDesk.Give.
func (r *Runner) Command(ctx context.Context, c models.JobCommand) (models.JobCommand, error) {
	desk := CommandDesk{Store: r.opts.Store, Wait: r.opts.AnswerWait, Poll: r.opts.Poll, news: r.news, wake: func() {
		if e := r.current(); e != nil {
			e.inbox.askForCommands()
		}
	}}
	return desk.Give(ctx, c)
}

// CommandAtRest gives a command while the runner does not run, for a process that came
// only for that: all waiting commands are answered, no item runs, and what is left behind
// is taken over by the next start.
func (r *Runner) CommandAtRest(ctx context.Context, c models.JobCommand) (models.JobCommand, error) {
	r.turns.Lock()
	defer r.turns.Unlock()
	if r.current() != nil {
		return c, errors.New("the job runner runs, and answers commands by itself")
	}
	if err := checkCommand(c); err != nil {
		return c, err
	}
	command, err := r.opts.Store.AddCommand(ctx, c)
	if err != nil {
		return c, err
	}
	if err := r.answerAtRest(ctx); err != nil {
		return command, err
	}
	return r.opts.Store.GetCommand(ctx, command.ID)
}

// answerAtRest recovers before, so that commands are judged by what is, and after, so
// that what they began comes to rest: nothing runs, so what shall pause is paused.
func (r *Runner) answerAtRest(ctx context.Context) error {
	if _, err := r.opts.Store.RecoverJobs(ctx, false); err != nil {
		return err
	}
	e := newEngine(ctx, r.opts, r.news)
	defer e.cancel()
	if err := e.obey(ctx); err != nil {
		return err
	}
	_, err := r.opts.Store.RecoverJobs(ctx, false)
	return err
}

// Wait returns the job when it is final.
func (r *Runner) Wait(ctx context.Context, jobID int64) (models.JobRun, error) {
	var run models.JobRun
	err := await(ctx, r.news, r.opts.Poll, func() (bool, error) {
		detail, err := r.opts.Store.GetJob(ctx, jobID)
		run = detail.JobRun
		return err == nil && !run.State.Live(), err
	})
	return run, err
}
