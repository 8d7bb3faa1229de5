package jobs

import (
	"cmp"
	"slices"

	"catalogsync/models"
)

// room says whether one more stage may run in a lane. What is still running down counts:
// the download lane is free when nothing downloads any more.
func (e *engine) room(stage models.JobStage) bool {
	limit := e.opts.GeneralStages
	if stage.Lane == models.LaneDownload {
		limit = 1
	}
	taken := 0
	for _, s := range e.all() {
		if s.row.ID == stage.ID {
			return false // its last run is not at rest yet
		}
		if s.row.Lane == stage.Lane {
			taken++
		}
	}
	return taken < limit
}

// all lists the stages that have a place in a lane, in the order of their ids, and those
// that are leaving.
func (e *engine) all() []*stageRun {
	list := make([]*stageRun, 0, len(e.stages)+len(e.leaving))
	for _, s := range e.stages {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *stageRun) int { return cmp.Compare(a.row.ID, b.row.ID) })
	return append(list, e.leaving...)
}

// order lists the unfinished jobs as the scheduler serves them: by priority, then by age.
func (e *engine) order() []*models.JobDetail {
	list := make([]*models.JobDetail, 0, len(e.jobs))
	for _, job := range e.jobs {
		list = append(list, job)
	}
	slices.SortFunc(list, func(a, b *models.JobDetail) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// admit gives a stage its place in its lane, with workers of its own.
func (e *engine) admit(job *models.JobDetail, stage models.JobStage) {
	s := &stageRun{
		row: stage, def: e.opts.Stages[stage.Name], exec: e.opts.Executors[stage.Name],
		told: Stage{Job: job.JobRun, Scope: scopeOf(job), Row: stage}, look: true,
	}
	workers := max(stage.Workers, 1)
	if overlapper, ok := s.exec.(Overlapper); ok {
		workers += max(overlapper.Overlap(workers), 0)
	}
	s.pool = newPool(e.base, stage.Name, workers, e.opts.Clock, e.logs, e.inbox.ring)
	s.pool.run = func(h *held) finished { return runItem(s.exec, s.told, h) }
	e.stages[stage.ID] = s
	e.publish()
}

// dismiss takes a stage its place; it counts until it is at rest.
func (e *engine) dismiss(s *stageRun) {
	delete(e.stages, s.row.ID)
	if s.busy() {
		e.leaving = append(e.leaving, s)
	}
	e.publish()
}

// adopt takes a job's rows as they are in the database now, and lets its stages follow:
// a paused or ended job gives up its places.
func (e *engine) adopt(detail models.JobDetail) {
	e.jobs[detail.ID] = &detail
	if !detail.State.Live() {
		delete(e.jobs, detail.ID)
	}
	for _, row := range detail.Stages {
		if s := e.stages[row.ID]; s != nil {
			s.row, s.look = row, true
			e.follow(s, detail.State)
		}
	}
	e.news.tell()
}

// follow brings a stage's workers in line with the job's state.
func (e *engine) follow(s *stageRun, state models.JobState) {
	now := e.opts.Clock()
	switch state {
	case models.JobRunning, models.JobQueued:
		s.pool.reopen()
		if s.row.State.Final() {
			e.dismiss(s)
		}
	case models.JobPauseRequested:
		s.planning.stop(now, errPaused)
		s.pool.close(errPaused)
		if s.row.State.Final() {
			e.dismiss(s)
		}
	case models.JobPaused, models.JobCompleted, models.JobCompletedWithErrors:
		e.dismiss(s)
	case models.JobCanceled, models.JobFailed:
		cause := errJobFailed
		if state == models.JobCanceled {
			cause = errCanceled
		}
		s.planning.stop(now, cause)
		s.finishing.stop(now, cause)
		s.pool.close(cause)
		e.dismiss(s)
	}
}

// publish shows the workers to Live.
func (e *engine) publish() {
	pools := make([]*pool, 0, len(e.stages)+len(e.leaving))
	for _, s := range e.all() {
		pools = append(pools, s.pool)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pools = pools
}
