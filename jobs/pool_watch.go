package jobs

import (
	"time"

	"catalogsync/models"
)

// watch ends items that hang or take too long, and abandons those that do not end
// although their context did: their worker's place is given to others, and whatever
// they return later is ignored.
func (p *pool) watch(def StageDefinition, grace time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	for _, h := range p.busy {
		if h == nil {
			continue
		}
		switch {
		case !h.ended.IsZero():
			if now.Sub(h.ended) >= grace {
				p.abandon(h, now)
			}
		case def.HardLimit > 0 && now.Sub(h.started) >= def.HardLimit:
			h.end(now, errTimeLimit("it ran", def.HardLimit))
		case def.SoftLimit > 0 && now.Sub(h.tracker.look(now, false).beat) >= def.SoftLimit:
			h.end(now, errTimeLimit("there was no progress", def.SoftLimit))
		}
	}
}

// end ends the item's context.
func (h *held) end(now time.Time, cause error) {
	h.ended = now
	h.cancel(cause)
}

func (p *pool) abandon(h *held, now time.Time) {
	h.abandoned = true
	p.release(h, finished{item: h.item, err: causeOf(h), cause: causeOf(h), progress: h.tracker.look(now, false), at: now})
	p.spawned[h.slot] = false
	p.wake()
}

// live lists what runs now, for the dashboard.
func (p *pool) live(now time.Time) []RunningItem {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []RunningItem
	for _, h := range p.busy {
		if h != nil {
			list = append(list, h.live(p.name, h.tracker.look(now, false)))
		}
	}
	return list
}

func (h *held) live(stage models.StageName, state trackerState) RunningItem {
	item := RunningItem{
		ItemID: h.item.ID, JobID: h.item.JobRunID, StageID: h.item.JobStageID, Stage: stage, Worker: h.worker,
		Title: h.item.Title, Source: h.item.Source,
		Done: state.done, Total: state.total, Unit: state.unit, Text: state.text,
		EtaMS: state.speed.eta(state.done, state.total).Milliseconds(), StartedAtMS: models.NowMS(h.started), Attempt: h.item.Attempts,
	}
	if h.item.SongID != nil {
		item.SongID = *h.item.SongID
	}
	if h.item.PlaylistID != nil {
		item.PlaylistID = *h.item.PlaylistID
	}
	if state.unit == unitBytes {
		item.BytesPerSecond = state.speed.rate
	}
	return item
}

// unitBytes is the progress unit whose speed is shown.
const unitBytes = "bytes"

// progress takes what is to be saved: the items whose progress changed and all workers.
// A pool that rests is saved once.
func (p *pool) progress(jobID, stageID int64) models.JobProgress {
	p.mu.Lock()
	defer p.mu.Unlock()
	var saved models.JobProgress
	resting := len(p.running) == 0
	if resting && p.flushed {
		return saved
	}
	p.flushed = resting
	now := p.now()
	for slot, h := range p.busy {
		worker := p.workerRow(jobID, stageID, slot, now)
		if h != nil {
			state := h.tracker.look(now, true)
			h.describe(&worker, state)
			if state.changed {
				saved.Items = append(saved.Items, models.ItemProgress{
					ItemID: h.item.ID, Done: state.done, Total: state.total, Unit: state.unit, Text: state.text})
			}
		}
		saved.Workers = append(saved.Workers, worker)
	}
	return saved
}

func (p *pool) workerRow(jobID, stageID int64, slot int, now time.Time) models.JobWorker {
	stats := &p.stats[slot]
	stats.speed.sample(now, stats.items)
	return models.JobWorker{
		JobRunID: jobID, JobStageID: stageID, Name: workerName(p.name, slot), State: "idle",
		ItemsPerSecond: stats.speed.rate, ItemsDone: stats.items, BytesDone: stats.bytes, HeartbeatMS: models.NowMS(now),
	}
}

// describe adds the item at hand to a worker's row.
func (h *held) describe(worker *models.JobWorker, state trackerState) {
	id := h.item.ID
	worker.ItemID, worker.ItemTitle, worker.State = &id, h.item.Title, "running"
	worker.ProgressText, worker.ProgressDone, worker.ProgressTotal = state.text, state.done, state.total
	worker.EtaMS = state.speed.eta(state.done, state.total).Milliseconds()
	worker.HeartbeatMS = models.NowMS(state.beat)
	if state.unit == unitBytes {
		worker.BytesPerSecond = state.speed.rate
	}
}
