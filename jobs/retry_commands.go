package jobs

import (
	"context"

	"catalogsync/models"
)

// planRetryItem queues one item again, and reopens what is finished around it.
func planRetryItem(ctx context.Context, e *engine, job models.JobDetail, c models.JobCommand) (models.JobChange, error) {
	if c.ItemID == nil {
		return models.JobChange{}, models.NewError(models.ClassConflict, models.CodeBadValue, "%s needs the id of an item", c.Kind)
	}
	change, err := reopening(job, c)
	if err != nil {
		return change, err
	}
	item, err := e.store.GetJobItem(ctx, job.ID, *c.ItemID)
	if err != nil {
		return change, err
	}
	event := models.ItemRetry
	if c.Kind == models.CommandForceRetryItem {
		event = models.ItemForceRetry
	}
	if !item.State.Allows(event) {
		return change, models.NewError(models.ClassConflict, models.CodeNotAllowed, "the item is %s; %s is not possible", item.State, c.Kind)
	}
	change.Items = &models.ItemsChange{Event: event, From: []models.ItemState{item.State}, ItemID: item.ID}
	change.Stages = reopenStages(job.Stages, func(s models.JobStage) bool { return s.ID == item.JobStageID })
	return change, nil
}

// planRetryFailed queues all failed items again. A stage that failed as a whole is taken
// up where it ended.
func planRetryFailed(_ context.Context, _ *engine, job models.JobDetail, c models.JobCommand) (models.JobChange, error) {
	change, err := reopening(job, c)
	if err != nil {
		return change, err
	}
	failedStage := false
	var failedItems int64
	for _, stage := range job.Stages {
		failedItems += stage.Failed
		failedStage = failedStage || stage.State == models.StageFailed
	}
	if failedItems == 0 && !failedStage && job.State != models.JobFailed {
		return change, models.NewError(models.ClassConflict, models.CodeNotAllowed, "no item of the job has failed")
	}
	change.Items = &models.ItemsChange{Event: models.ItemRetry, From: []models.ItemState{models.ItemFailed}, Optional: true}
	change.Stages = reopenStages(job.Stages, func(s models.JobStage) bool { return s.Failed > 0 || s.State == models.StageFailed })
	return change, nil
}

// reopening begins the change of a retry: a finished job is reopened if its state allows
// that.
func reopening(job models.JobDetail, c models.JobCommand) (models.JobChange, error) {
	if job.State.Live() {
		return models.JobChange{}, nil
	}
	if !job.State.Allows(models.JobReopen) {
		return models.JobChange{}, models.NewError(models.ClassConflict, models.CodeJobFinished, "the job is finished (%s)", job.State)
	}
	return models.JobChange{Event: models.JobReopen,
		Events: []models.JobEventRow{jobEvent(eventReopened, c.Origin, "the job has work again")}}, nil
}

// reopenStages lets the stages go on that have work again. The stages behind the first of
// them are planned once more when it is done: what it does now may add to their items.
func reopenStages(stages []models.JobStage, again func(models.JobStage) bool) []models.StageChange {
	var changes []models.StageChange
	behind := false
	for _, stage := range stages {
		change := models.StageChange{StageID: stage.ID}
		switch {
		case behind && stage.State.Final():
			change.To, change.Replan = models.StagePending, true
		case behind && stage.State != models.StagePending:
			change.To, change.Replan = models.StagePlanning, true
		case !behind && again(stage):
			behind = true
			if !stage.State.Final() {
				continue
			}
			change.To = models.StageRunning
			if stage.PlannedAtMS == 0 {
				change.To = models.StagePlanning
			}
		default:
			continue
		}
		changes = append(changes, change)
	}
	return changes
}
