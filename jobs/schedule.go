package jobs

import (
	"context"
	"encoding/json"
	"fmt"

	"catalogsync/models"
)

// advance moves every job one step on, if there is one to take.
func (e *engine) advance(ctx context.Context) (bool, error) {
	if e.isStopping() {
		return false, nil
	}
	moved := false
	for _, job := range e.order() {
		m, err := e.advanceJob(ctx, job)
		if err != nil {
			return false, err
		}
		moved = moved || m
	}
	return moved, nil
}

// advanceJob takes the first step that applies; each is one change of the job.
func (e *engine) advanceJob(ctx context.Context, job *models.JobDetail) (bool, error) {
	for _, step := range []func(context.Context, *models.JobDetail) (bool, error){
		e.settleTasks, e.finishStages, e.settlePause, e.keepBack, e.parkStages, e.beginStages,
	} {
		if moved, err := step(ctx, job); moved || err != nil {
			return moved, err
		}
	}
	return false, nil
}

// change applies a change and takes the job as it is afterwards. A refused change is
// logged and leaves everything as it was.
func (e *engine) change(ctx context.Context, c models.JobChange) (bool, error) {
	changed, err := e.store.ChangeJob(ctx, c)
	switch {
	case err == nil:
		e.adopt(changed.JobDetail)
		return true, nil
	case refused(err):
		e.log.Warn("change of a job refused", "job", c.JobID, "event", c.Event, "error", err)
		return false, nil
	default:
		return false, err
	}
}

// finishStages ends the stages whose items have all ended, and the job with the last.
func (e *engine) finishStages(ctx context.Context, job *models.JobDetail) (bool, error) {
	if job.State == models.JobRunning && allFinal(job.Stages) {
		return e.change(ctx, finishJob(job, job.Stages)) // nothing was left to reopen
	}
	for i := range job.Stages {
		s := e.stages[job.Stages[i].ID]
		if s == nil || !s.allEnded() {
			continue
		}
		if finisher, ok := s.exec.(Finisher); ok && !s.wrappedUp {
			e.wrapUp(s, finisher)
			continue
		}
		return e.change(ctx, finishStage(job, i, s.row))
	}
	return false, nil
}

func finishStage(job *models.JobDetail, i int, row models.JobStage) models.JobChange {
	to := models.StageCompleted
	if row.Failed > 0 {
		to = models.StageCompletedWithErrors
	}
	stages := append([]models.JobStage(nil), job.Stages...)
	stages[i] = row
	stages[i].State = to
	behind := replanBehind(stages, i)
	c := models.JobChange{JobID: job.ID}
	if allFinal(stages) && len(behind) == 0 {
		c = finishJob(job, stages)
	}
	c.Stages = append([]models.StageChange{{StageID: row.ID, To: to, Message: new(string)}}, behind...)
	c.Events = append([]models.JobEventRow{stageEvent(eventStageFinished, row, "%s: %d done, %d skipped, %d failed",
		row.Name, row.Succeeded, row.Skipped, row.Failed)}, c.Events...)
	return c
}

func finishJob(job *models.JobDetail, stages []models.JobStage) models.JobChange {
	event := models.JobFinish
	for _, stage := range stages {
		if stage.Failed > 0 || stage.State == models.StageFailed {
			event = models.JobFinishWithErrors
		}
	}
	next, _ := job.State.Next(event)
	return models.JobChange{JobID: job.ID, Event: event, Events: []models.JobEventRow{jobEvent(eventFinished, actorRunner, "the job is %s", next)}}
}

func allFinal(stages []models.JobStage) bool {
	for _, stage := range stages {
		if !stage.State.Final() {
			return false
		}
	}
	return true
}

// settlePause completes a pause when nothing of the job runs any more.
func (e *engine) settlePause(ctx context.Context, job *models.JobDetail) (bool, error) {
	if job.State != models.JobPauseRequested {
		return false, nil
	}
	for _, s := range e.all() {
		if s.row.JobRunID == job.ID && s.busy() {
			return false, nil
		}
	}
	return e.change(ctx, models.JobChange{JobID: job.ID, Event: models.JobDrained,
		Events: []models.JobEventRow{jobEvent(eventPaused, actorRunner, "the job is paused")}})
}

// passed says that the stages behind need not wait for this one.
func (e *engine) passed(stage models.JobStage) bool {
	return stage.State.Final() || e.parked[stage.ID]
}

// beginStages gives the job's stages their places, in order.
func (e *engine) beginStages(ctx context.Context, job *models.JobDetail) (bool, error) {
	if job.State != models.JobQueued && job.State != models.JobRunning {
		return false, nil
	}
	earlierFinal := true
	for _, stage := range job.Stages {
		if e.passed(stage) {
			continue
		}
		begun := stage.State != models.StagePending
		if s := e.stages[stage.ID]; s == nil && (begun || earlierFinal) {
			if moved, err := e.beginStage(ctx, job, stage); moved || err != nil {
				return moved, err
			}
		} else if s != nil && earlierFinal {
			e.plan(s)
		} else if s != nil {
			s.planning.stop(e.opts.Clock(), errOutdated)
		}
		earlierFinal = false
	}
	return false, nil
}

// beginStage starts a stage, and with it a queued job, if its lane has room.
func (e *engine) beginStage(ctx context.Context, job *models.JobDetail, stage models.JobStage) (bool, error) {
	if e.opts.Executors[stage.Name] == nil {
		return e.fail(ctx, job.ID, nil, models.NewError(models.ClassPermanent, models.CodeInternal, "this program has no %s stage", stage.Name))
	}
	if why := e.withheld(job, stage.Lane); why != "" {
		return e.tellMessage(ctx, job, stage, why)
	}
	if !e.room(stage) {
		return e.tellWaiting(ctx, job, stage)
	}
	if ok, moved, err := e.hasResources(ctx, job, stage); !ok || err != nil {
		return moved, err
	}
	c := models.JobChange{JobID: job.ID}
	if job.State == models.JobQueued {
		c.Event = models.JobStart
		c.Events = append(c.Events, jobEvent(eventStarted, actorRunner, "the job starts"))
	}
	if stage.State == models.StagePending {
		c.CurrentStage = stage.Name
		c.Stages = append(c.Stages, models.StageChange{StageID: stage.ID, To: models.StagePlanning, Message: new(string)})
		c.Events = append(c.Events, stageEvent(eventStageStarted, stage, "%s starts with %d workers", stage.Name, stage.Workers))
	} else if stage.Message != "" {
		c.Stages = append(c.Stages, models.StageChange{StageID: stage.ID, Message: new(string)})
	}
	if c.Event != "" || len(c.Stages) > 0 {
		moved, err := e.change(ctx, c)
		if err != nil || !moved {
			return false, err
		}
	}
	return true, e.place(job.ID, stage.ID)
}

// place admits a stage with the rows as they are now.
func (e *engine) place(jobID, stageID int64) error {
	job := e.jobs[jobID]
	if job == nil {
		return fmt.Errorf("job %d has no rows", jobID)
	}
	for _, stage := range job.Stages {
		if stage.ID == stageID {
			e.admit(job, stage)
			return nil
		}
	}
	return fmt.Errorf("job %d has no stage %d", jobID, stageID)
}

// tellWaiting lets the stage say why it does not begin.
func (e *engine) tellWaiting(ctx context.Context, job *models.JobDetail, stage models.JobStage) (bool, error) {
	return e.tellMessage(ctx, job, stage, fmt.Sprintf("waits for the %s lane", stage.Lane))
}

func (e *engine) tellMessage(ctx context.Context, job *models.JobDetail, stage models.JobStage, message string) (bool, error) {
	if stage.Message == message {
		return false, nil
	}
	return e.change(ctx, models.JobChange{JobID: job.ID, Stages: []models.StageChange{{StageID: stage.ID, Message: &message}}})
}

// pause makes a job pause because it cannot go on, with the reason as the prompt.
func (e *engine) pause(ctx context.Context, jobID int64, reason error) error {
	text := clip(reason.Error(), maxErrorText)
	_, err := e.change(ctx, models.JobChange{JobID: jobID, Event: models.JobPause, PauseReason: text,
		Events: []models.JobEventRow{jobEvent(eventPauseRequested, actorRunner, "the job pauses: %s", text)}})
	return err
}

// fail ends a job that cannot be saved. Its items stay as they are, so that it can be
// taken up again.
func (e *engine) fail(ctx context.Context, jobID int64, s *stageRun, reason error) (bool, error) {
	c := models.JobChange{JobID: jobID, Event: models.JobFail, ErrorCode: models.CodeOf(reason), ErrorText: clip(reason.Error(), maxErrorText)}
	if s != nil {
		c.Stages = append(c.Stages, models.StageChange{StageID: s.row.ID, To: models.StageFailed})
		c.Events = append(c.Events, stageEvent(eventStageFinished, s.row, "%s failed", s.row.Name))
	}
	c.Events = append(c.Events, jobEvent(eventFinished, actorRunner, "the job failed: %s", c.ErrorText))
	return e.change(ctx, c)
}

func scopeOf(job *models.JobDetail) models.JobScope {
	var scope models.JobScope
	if err := json.Unmarshal([]byte(job.ScopeJSON), &scope); err != nil {
		return models.JobScope{}
	}
	return scope
}
