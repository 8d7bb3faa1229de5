package jobs

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"catalogsync/models"
)

// pool is the workers of one stage. The dispatcher gives it claimed items and takes
// finished ones; between the two, a worker that ends takes its next item by itself,
// without waiting for the dispatcher.
type pool struct {
	name    models.StageName
	workers int
	base    context.Context // of all items; its values, never its end
	run     func(*held) finished
	wake    func()
	now     func() time.Time
	logs    *logbook

	mu       sync.Mutex
	queue    map[string][]models.JobItem // claimed, not started, by source
	queued   int
	last     string // the source that was served last
	busy     []*held
	spawned  []bool
	running  map[string]int  // by source
	elsehave map[string]bool // sources with ready items that are not claimed yet
	done     []finished
	closed   error // why no item is started any more
	pace     float64
	stats    []workerStats
	flushed  bool // the last flush saw it at rest
}

// held is an item in a worker's hands.
type held struct {
	item      models.JobItem
	slot      int
	worker    string
	ctx       context.Context
	cancel    context.CancelCauseFunc
	started   time.Time
	ended     time.Time // when its context was ended; zero = it was not
	abandoned bool
	tracker   *tracker
}

// finished is a claimed item that is out of its worker's hands.
type finished struct {
	item     models.JobItem
	returned bool // it was never started
	outcome  Outcome
	err      error
	cause    error // why its context was ended, nil = it was not
	progress trackerState
	at       time.Time
}

// workerStats is what one worker did so far.
type workerStats struct {
	items, bytes int64
	speed        meter
}

func newPool(base context.Context, name models.StageName, workers int, now func() time.Time, logs *logbook, wake func()) *pool {
	return &pool{
		base: base, name: name, workers: workers, now: now, logs: logs, wake: wake,
		queue: map[string][]models.JobItem{}, running: map[string]int{},
		busy: make([]*held, workers), spawned: make([]bool, workers), stats: make([]workerStats, workers),
	}
}

// give hands over claimed items, and tells which sources have more.
func (p *pool) give(items []models.JobItem, ready []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, item := range items {
		p.queue[item.Source] = append(p.queue[item.Source], item)
		p.queued++
	}
	p.elsehave = make(map[string]bool, len(ready))
	for _, source := range ready {
		p.elsehave[source] = true
	}
	if p.closed != nil {
		p.recallLocked()
		return
	}
	start := p.queued
	for slot := range p.spawned {
		if start > 0 && !p.spawned[slot] {
			p.spawned[slot] = true
			start--
			go p.work(slot)
		}
	}
}

// work is one worker's goroutine; it ends when nothing is left for it.
func (p *pool) work(slot int) {
	for h := p.next(slot); h != nil; h = p.next(slot) {
		f := p.run(h)
		if !p.finish(h, f) {
			return // it was abandoned; another goroutine has its place
		}
		p.wake()
	}
}

func (p *pool) next(slot int) *held {
	p.mu.Lock()
	defer p.mu.Unlock()
	item, ok := p.pick()
	if !ok {
		p.spawned[slot] = false
		return nil
	}
	h := &held{item: item, slot: slot, worker: workerName(p.name, slot), started: p.now()}
	h.ctx, h.cancel = context.WithCancelCause(p.base)
	stage := item.JobStageID
	h.tracker = &tracker{now: p.now, logs: p.logs, line: models.JobLog{
		JobRunID: item.JobRunID, JobStageID: &stage, ItemID: &h.item.ID, Source: item.Source}}
	h.tracker.state.beat = h.started
	h.tracker.state.speed.sample(h.started, 0)
	p.busy[slot] = h
	p.running[item.Source]++
	return h
}

// pick takes the next queued item, source by source. While others have something to do,
// a source keeps to its share of the workers.
func (p *pool) pick() (models.JobItem, bool) {
	if p.closed != nil || p.queued == 0 {
		return models.JobItem{}, false
	}
	sources := make([]string, 0, len(p.queue))
	for source := range p.queue {
		sources = append(sources, source)
	}
	for _, source := range after(sources, p.last) {
		if p.running[source] >= sourceCap(p.workers) && p.othersHave(source) {
			continue
		}
		items := p.queue[source]
		p.queue[source] = items[1:]
		if len(items) == 1 {
			delete(p.queue, source)
		}
		p.queued--
		p.last = source
		return items[0], true
	}
	return models.JobItem{}, false
}

// othersHave says that another source has items that could be run now.
func (p *pool) othersHave(source string) bool {
	for other := range p.queue {
		if other != source {
			return true
		}
	}
	for other := range p.elsehave {
		if other != source {
			return true
		}
	}
	return false
}

func (p *pool) finish(h *held, f finished) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	h.cancel(nil)
	if h.abandoned {
		return false
	}
	p.release(h, f)
	return true
}

// release takes an item out of its worker's hands.
func (p *pool) release(h *held, f finished) {
	item := h.item
	p.busy[h.slot] = nil
	if p.running[item.Source]--; p.running[item.Source] == 0 {
		delete(p.running, item.Source)
	}
	p.pace = smooth(p.pace, f.at.Sub(h.started).Seconds())
	stats := &p.stats[h.slot]
	stats.items++
	stats.bytes += f.outcome.Bytes
	p.done = append(p.done, f)
}

// smooth follows a value; one sample in eight counts.
func smooth(old, sample float64) float64 {
	if old == 0 {
		return sample
	}
	return old + (sample-old)/8
}

// aheadTime is how much work is claimed ahead of the workers: a few turns of the dispatcher,
// so that no worker waits for one. Items that take longer are not claimed ahead.
const aheadTime = 25 * time.Millisecond

// maxAhead bounds the items that are claimed ahead.
const maxAhead = 400

// ahead is how many items to claim beyond the workers, 0 until it is known that they
// are quick.
func (p *pool) ahead() int {
	if p.pace == 0 || p.pace > aheadTime.Seconds() {
		return 0
	}
	return int(math.Min(maxAhead, float64(p.workers)*aheadTime.Seconds()/p.pace))
}

// demand says how many items each ready source may be claimed for.
func (p *pool) demand(ready []string) map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed != nil {
		return nil
	}
	size := p.workers + p.ahead()
	counts := make(map[string]int, len(p.running))
	total := p.queued
	for source, n := range p.running {
		counts[source] += n
		total += n
	}
	for source, items := range p.queue {
		counts[source] += len(items)
	}
	return share(ready, counts, size-total, sourceCap(size), p.last)
}

// recall gives back what is queued beyond need: everything when the pool is closed, and
// what was claimed ahead when items turned out to be slow.
func (p *pool) recall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed != nil || (p.pace > 4*aheadTime.Seconds() && p.queued > 0) {
		p.recallLocked()
	}
}

func (p *pool) recallLocked() {
	at := p.now()
	for source, items := range p.queue {
		for _, item := range items {
			p.done = append(p.done, finished{item: item, returned: true, at: at})
		}
		delete(p.queue, source)
	}
	p.queued = 0
}

// recallSource gives back what is queued of one source.
func (p *pool) recallSource(source string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.now()
	for _, item := range p.queue[source] {
		p.done = append(p.done, finished{item: item, returned: true, at: at})
		p.queued--
	}
	delete(p.queue, source)
}

// close stops starting items; a cause that is not errPaused also ends the contexts of
// those that run.
func (p *pool) close(cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = cause
	p.recallLocked()
	if errors.Is(cause, errPaused) {
		return
	}
	at := p.now()
	for _, h := range p.busy {
		if h != nil && h.ended.IsZero() {
			h.ended = at
			h.cancel(cause)
		}
	}
}

// reopen lets a pool that was closed by a pause go on.
func (p *pool) reopen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = nil
}

// results looks at up to n finished items; forget takes them away once they are written.
func (p *pool) results(n int) []finished {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done[:min(n, len(p.done)):min(n, len(p.done))]
}

func (p *pool) forget(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = append([]finished(nil), p.done[n:]...)
}

// atRest says that the pool holds nothing at all.
func (p *pool) atRest() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queued == 0 && len(p.done) == 0 && len(p.running) == 0
}

// holds lists the ids of all items that are in the pool.
func (p *pool) holds() []int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []int64
	for _, items := range p.queue {
		for i := range items {
			ids = append(ids, items[i].ID)
		}
	}
	for _, h := range p.busy {
		if h != nil {
			ids = append(ids, h.item.ID)
		}
	}
	for i := range p.done {
		ids = append(ids, p.done[i].item.ID)
	}
	return ids
}
