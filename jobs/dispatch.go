package jobs

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// turnResults bounds the results of one transaction.
const turnResults = 500

// draft is a turn of the dispatcher that is being put together.
type draft struct {
	turn   models.ItemTurn
	taken  map[*stageRun]int  // results taken from each pool
	kinds  []models.StageName // of the results
	songs  map[int64][]int64  // that ended, by job
	pauses map[int64]error    // jobs that have to pause, and why
}

// dispatch records finished items and claims new ones for idle workers, all in one
// transaction.
func (e *engine) dispatch(ctx context.Context) (bool, error) {
	d := e.draft()
	if len(d.turn.Results)+len(d.turn.Stages) == 0 {
		return false, nil
	}
	turned, err := e.store.TurnItems(ctx, d.turn)
	if err != nil {
		return false, fmt.Errorf("turn items: %w", err)
	}
	e.outagesWritten(d.turn.Outages)
	for s, n := range d.taken {
		s.pool.forget(n)
	}
	e.tellEnded(d)
	for job, songs := range d.songs {
		e.songs[job] = append(e.songs[job], songs...)
	}
	claimed := map[int64][]models.JobItem{}
	for _, item := range turned.Claimed {
		claimed[item.JobStageID] = append(claimed[item.JobStageID], item)
	}
	for _, now := range turned.Stages {
		if s := e.stages[now.ID]; s != nil {
			s.row, s.ready, s.nextMS, s.look = now.JobStage, now.ReadySources, now.NextMS, false
			s.pool.give(claimed[now.ID], e.claimable(s))
		}
	}
	for id, reason := range d.pauses {
		if job := e.jobs[id]; job == nil || !job.State.Allows(models.JobPause) {
			continue // somebody was faster
		}
		if err := e.pause(ctx, id, reason); err != nil {
			return false, err
		}
	}
	return e.wants(), nil
}

// tellEnded tells of items whose end is written.
func (e *engine) tellEnded(d draft) {
	if e.opts.Ended == nil {
		return
	}
	for i, r := range d.turn.Results {
		if r.To.Ended() {
			e.opts.Ended(d.kinds[i], r)
		}
	}
}

// draft collects results and demands.
func (e *engine) draft() draft {
	now := models.NowMS(e.opts.Clock())
	d := draft{
		turn:  models.ItemTurn{NowMS: now, MaxWaitMS: 2 * e.opts.Backoff.MaxWait.Milliseconds()},
		taken: map[*stageRun]int{}, songs: map[int64][]int64{}, pauses: map[int64]error{},
	}
	all := e.all()
	for _, s := range all {
		s.pool.recall()
		e.collect(&d, s)
	}
	d.turn.Outages = e.changedOutages()
	for _, s := range all {
		if e.stages[s.row.ID] != s {
			continue // it is leaving
		}
		demands := e.demands(s, d.pauses)
		if s.look || d.taken[s] > 0 || len(demands) > 0 || (s.nextMS > 0 && now >= s.nextMS) {
			d.turn.Stages = append(d.turn.Stages, s.row.ID)
			d.turn.Claims = append(d.turn.Claims, demands...)
		}
	}
	return d
}

// collect takes the results of one stage as far as the turn has room.
func (e *engine) collect(d *draft, s *stageRun) {
	results := s.pool.results(turnResults - len(d.turn.Results))
	for _, f := range results {
		f.err = e.atGate(s.row.Lane, f.err)
		row, pause := e.resultOf(f, s.def.Attempts)
		d.turn.Results, d.kinds = append(d.turn.Results, row), append(d.kinds, s.row.Name)
		if pause != nil {
			d.pauses[row.JobID] = pause
		}
		if row.To == models.ItemSucceeded {
			e.delivered(row.ResultSource)
		}
		if row.To.Ended() && f.item.SongID != nil {
			d.songs[row.JobID] = append(d.songs[row.JobID], *f.item.SongID)
		}
	}
	d.taken[s] = len(results)
}

// demands asks for items of a stage as far as it has room for them.
func (e *engine) demands(s *stageRun, pauses map[int64]error) []models.ItemDemand {
	job := e.jobs[s.row.JobRunID]
	if job == nil || job.State != models.JobRunning || pauses[job.ID] != nil || e.isStopping() || e.withheld(job, s.row.Lane) != "" {
		return nil
	}
	var list []models.ItemDemand
	for source, n := range s.pool.demand(e.claimable(s)) {
		list = append(list, models.ItemDemand{JobID: job.ID, StageID: s.row.ID, Source: source, Limit: n})
	}
	return list
}

// wants says that another turn would do something at once.
func (e *engine) wants() bool {
	for _, s := range e.all() {
		if len(s.pool.results(1)) > 0 {
			return true
		}
	}
	for _, s := range e.stages {
		if len(e.demands(s, nil)) > 0 {
			return true
		}
	}
	return false
}
