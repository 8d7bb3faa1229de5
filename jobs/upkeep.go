package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"catalogsync/models"
)

// upkeep does about once a second what need not be done at once: limits, progress, logs,
// playlists that are through.
func (e *engine) upkeep(ctx context.Context) (bool, error) {
	now := e.opts.Clock()
	if now.Before(e.flushAt) {
		return false, nil
	}
	e.flushAt = now.Add(e.tick())
	for _, s := range e.all() {
		s.pool.watch(s.def, e.opts.CancelGrace)
		for _, t := range []*task{&s.planning, &s.finishing} {
			t.watch(now, s.def.HardLimit, e.opts.CancelGrace)
		}
	}
	if err := e.flush(ctx); err != nil {
		return false, err
	}
	return false, nil
}

// release frees the places of stages that have come to rest.
func (e *engine) release(context.Context) (bool, error) {
	before := len(e.leaving)
	e.leaving = slices.DeleteFunc(e.leaving, func(s *stageRun) bool { return !s.busy() })
	if len(e.leaving) == before {
		return false, nil
	}
	e.publish()
	return true, nil
}

// tick is the time to the next upkeep: shorter while something is waited for that has
// been told to end.
func (e *engine) tick() time.Duration {
	if len(e.leaving) > 0 || e.isStopping() {
		return min(e.opts.Flush, e.opts.CancelGrace/4)
	}
	return e.opts.Flush
}

// flush writes what is kept in memory.
func (e *engine) flush(ctx context.Context) error {
	var p models.JobProgress
	for _, s := range e.stages {
		part := s.pool.progress(s.row.JobRunID, s.row.ID)
		p.Items = append(p.Items, part.Items...)
		p.Workers = append(p.Workers, part.Workers...)
	}
	p.Logs = e.logs.take()
	if len(p.Items)+len(p.Workers)+len(p.Logs) > 0 {
		if err := e.store.SaveProgress(ctx, p); err != nil {
			e.logs.restore(p.Logs)
			return err
		}
	}
	return e.finishPlaylists(ctx)
}

// finishPlaylists marks playlists whose last song ended.
func (e *engine) finishPlaylists(ctx context.Context) error {
	for job, songs := range e.songs {
		if err := e.store.FinishJobPlaylists(ctx, job, songs); err != nil {
			return fmt.Errorf("mark finished playlists: %w", err)
		}
		delete(e.songs, job)
	}
	return nil
}

// sweep cancels what a cancel left waiting, a batch each turn.
func (e *engine) sweep(ctx context.Context) (bool, error) {
	for job := range e.sweeping {
		more, err := e.store.CancelLeftovers(ctx, job)
		if err != nil {
			return false, err
		}
		if !more {
			delete(e.sweeping, job)
		}
	}
	return len(e.sweeping) > 0, nil
}

// missedBeats is how many polls may be missed before the loop counts as stuck.
const missedBeats = 10

// live is what runs now.
func (e *engine) live() Live {
	now := e.opts.Clock()
	e.mu.Lock()
	live := Live{Health: e.health, Outages: e.blocked}
	beat := time.UnixMilli(max(e.health.BeatAtMS, e.health.StartedAtMS))
	live.Health.OK = !e.failing && now.Sub(beat) < missedBeats*e.opts.Poll
	pools := e.pools
	e.mu.Unlock()
	for _, p := range pools {
		live.Running = append(live.Running, p.live(now)...)
	}
	slices.SortStableFunc(live.Running, func(a, b RunningItem) int {
		return int(a.StartedAtMS - b.StartedAtMS)
	})
	for i := range live.Running {
		live.BytesPerSecond += live.Running[i].BytesPerSecond
	}
	return live
}
