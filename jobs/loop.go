package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"catalogsync/models"
)

// engine is the running part of a Runner: one loop that turns whenever somebody rings.
// The loop alone changes jobs, stages and items, so that every decision is made on what
// is, and each turn needs few transactions.
type engine struct {
	opts   Options
	store  Store
	log    *slog.Logger
	news   *broadcast
	inbox  *inbox
	logs   *logbook
	base   context.Context // of the loop and all that it runs
	cancel context.CancelFunc
	ended  chan struct{} // closed when the loop is over

	// Only the loop touches these.
	jobs     map[int64]*models.JobDetail    // unfinished jobs
	stages   map[int64]*stageRun            // by stage id: those with a place in a lane
	leaving  []*stageRun                    // lost their place, but not at rest yet
	sweeping map[int64]bool                 // canceled jobs with items left to cancel
	songs    map[int64][]int64              // by job: ended since its playlists were looked at
	asked    map[int64]time.Time            // by stage: when it was last refused for the machine's sake
	outages  map[string]*outage             // by source: those that are open, or were a short while ago
	parked   map[int64]bool                 // stages that gave up their places until a source serves again
	untold   map[int64][]models.JobEventRow // of outages, by job, not written yet
	lost     bool                           // memory and database may differ
	window   window                         // whether downloads may begin at this hour
	pollAt   time.Time
	watchAt  time.Time // when to ask for writes of other processes
	foreign  int64     // the answer of the last time
	flushAt  time.Time

	mu       sync.Mutex // guards what follows
	pools    []*pool
	blocked  []models.SourceOutage // open ones, for Live
	health   Health
	failing  bool // the last turn failed
	stopping bool
	stopAt   time.Time // when items are interrupted
}

func newEngine(ctx context.Context, opts Options, news *broadcast) *engine {
	e := &engine{
		opts: opts, store: opts.Store, log: opts.Logger, news: news, inbox: newInbox(), ended: make(chan struct{}),
		jobs: map[int64]*models.JobDetail{}, stages: map[int64]*stageRun{}, sweeping: map[int64]bool{}, songs: map[int64][]int64{},
		asked:   map[int64]time.Time{},
		outages: map[string]*outage{}, parked: map[int64]bool{}, untold: map[int64][]models.JobEventRow{},
	}
	e.base, e.cancel = context.WithCancel(ctx)
	e.logs = newLogbook(func() int64 { return models.NowMS(opts.Clock()) })
	e.health.StartedAtMS = models.NowMS(opts.Clock())
	e.flushAt = opts.Clock().Add(opts.Flush)
	return e
}

// supervise keeps the loop going: after a panic or an error it is started again, later
// each time, and takes up what it left.
func (e *engine) supervise() {
	defer close(e.ended)
	const first, last = 100 * time.Millisecond, 5 * time.Second
	delay := first
	for e.base.Err() == nil {
		began := e.opts.Clock()
		err := guard(e.loop)
		if err == nil {
			return
		}
		e.failed(err)
		if e.opts.Clock().Sub(began) > time.Minute {
			delay = first
		}
		select {
		case <-e.base.Done():
		case <-time.After(delay):
		}
		delay = min(2*delay, last)
	}
}

// failed notes that the loop ended by an error.
func (e *engine) failed(err error) {
	if e.base.Err() != nil {
		return
	}
	e.lost = true
	e.log.Error("job loop failed and is started again", "error", err)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.health.Restarts++
	e.health.LastError, _, _ = strings.Cut(clip(err.Error(), maxErrorText), "\n")
	e.failing = true
}

// loop turns until the engine is told to stop and nothing is left to do.
func (e *engine) loop() error {
	for {
		again, err := e.turn(e.base)
		if err != nil {
			return err
		}
		e.beat()
		if e.through() {
			return e.flush(e.base)
		}
		if !again {
			e.rest()
		}
	}
}

// rest waits for the bell or the next time at which something is due.
func (e *engine) rest() {
	timer := time.NewTimer(max(e.nextTime().Sub(e.opts.Clock()), 0))
	defer timer.Stop()
	select {
	case <-e.base.Done():
	case <-e.inbox.bell:
	case <-timer.C:
	}
}

// beat notes a turn that went well.
func (e *engine) beat() {
	now := models.NowMS(e.opts.Clock())
	e.mu.Lock()
	defer e.mu.Unlock()
	e.health.BeatAtMS = now
	e.failing = false
}

// turn does what there is to do; again says that there may be more at once.
func (e *engine) turn(ctx context.Context) (again bool, err error) {
	if err := e.base.Err(); err != nil {
		return false, err
	}
	now := e.opts.Clock()
	jobs, commands, notes := e.inbox.take()
	for _, note := range notes {
		note()
	}
	if e.lost {
		if err := e.findLost(ctx); err != nil {
			return false, err
		}
	}
	written, err := e.writtenElsewhere(ctx, now)
	if err != nil {
		return false, err
	}
	if poll := written || !now.Before(e.pollAt); poll || jobs || commands {
		if err := e.readNews(ctx, jobs || poll, commands || poll); err != nil {
			return false, err
		}
		if poll {
			e.pollAt = now.Add(e.opts.Poll)
		}
	}
	for _, step := range []func(context.Context) (bool, error){e.wind, e.tend, e.dispatch, e.release, e.writeEvents, e.advance, e.sweep, e.upkeep} {
		more, err := step(ctx)
		if err != nil {
			return false, err
		}
		again = again || more
	}
	return again, nil
}

// writtenElsewhere says, now and then, that another process wrote to the database: it may
// have left a command or a job.
func (e *engine) writtenElsewhere(ctx context.Context, now time.Time) (bool, error) {
	if now.Before(e.watchAt) {
		return false, nil
	}
	n, err := e.store.ForeignWrites(ctx)
	if err != nil {
		return false, fmt.Errorf("look for writes of others: %w", err)
	}
	changed := n != e.foreign
	e.foreign, e.watchAt = n, now.Add(e.opts.Watch)
	if changed && e.opts.OtherWrote != nil {
		e.opts.OtherWrote()
	}
	return changed, nil
}

// readNews takes up new jobs and answers commands. When it fails, both are asked for
// again.
func (e *engine) readNews(ctx context.Context, jobs, commands bool) error {
	if e.isStopping() {
		return nil
	}
	if jobs {
		if err := e.findJobs(ctx); err != nil {
			e.inbox.askForJobs()
			return err
		}
	}
	if commands {
		if err := e.obey(ctx); err != nil {
			e.inbox.askForCommands()
			return err
		}
	}
	return nil
}

// findJobs takes up unfinished jobs that the loop does not know.
func (e *engine) findJobs(ctx context.Context) error {
	live, err := e.store.LiveJobs(ctx)
	if err != nil {
		return fmt.Errorf("look for jobs: %w", err)
	}
	for _, detail := range live {
		if e.jobs[detail.ID] == nil {
			e.adopt(detail)
		}
	}
	return nil
}

// findLost brings memory and database together again after an error: items that nobody
// holds are queued, all jobs are read anew.
func (e *engine) findLost(ctx context.Context) error {
	var held []int64
	for _, s := range e.all() {
		held = append(held, s.pool.holds()...)
	}
	if _, err := e.store.RequeueLost(ctx, held); err != nil {
		return err
	}
	if err := e.loadOutages(ctx); err != nil {
		return err
	}
	e.wake()
	known := maps.Clone(e.jobs)
	live, err := e.store.LiveJobs(ctx)
	if err != nil {
		return err
	}
	for _, detail := range live {
		e.adopt(detail)
		delete(known, detail.ID)
	}
	for id := range known {
		detail, err := e.store.GetJob(ctx, id)
		if err != nil {
			return err
		}
		e.adopt(detail)
	}
	e.lost = false
	return nil
}

// nextTime is when the loop has something to do although nobody rings.
func (e *engine) nextTime() time.Time {
	now, next := e.opts.Clock(), e.pollAt
	sooner := func(t time.Time) {
		if t.Before(next) {
			next = t
		}
	}
	sooner(e.watchAt)
	if len(e.stages)+len(e.leaving)+len(e.songs) > 0 || !e.logs.empty() {
		sooner(e.flushAt)
	}
	for _, s := range e.stages {
		if s.nextMS > 0 {
			sooner(time.UnixMilli(s.nextMS))
		}
		for _, task := range []*task{&s.planning, &s.finishing} {
			if task.after.After(now) {
				sooner(task.after)
			}
		}
	}
	for _, o := range e.outages {
		if !o.open() || e.isStopping() { // while stopping nobody is probed or given up
			continue
		}
		if o.probe.cancel == nil {
			sooner(time.UnixMilli(o.row.UntilMS))
		}
	}
	if _, change := e.downloadWindow(); change.After(now) {
		sooner(change)
	}
	if at := e.interruptAt(); at.After(now) {
		sooner(at)
	}
	return next
}
