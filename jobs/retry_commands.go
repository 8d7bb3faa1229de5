package jobs

import (
	"context"

	"catalogsync/models"
)

// planRetryItem queues one item again, and reopens what is finished around it. A stage that
// failed as a whole is taken up too: without it the job could not come to a good end.
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
	change.Stages = reopenStages(job.Stages, func(s models.JobStage) bool { return s.ID == item.JobStageID || s.State == models.StageFailed })
	return change, nil
}

// planRetryFailed queues the failed items again, all or those of one cause. A stage that
// failed as a whole is taken up where it ended.
func planRetryFailed(ctx context.Context, e *engine, job models.JobDetail, c models.JobCommand) (models.JobChange, error) {
	change, err := reopening(job, c)
	if err != nil {
		return change, err
	}
	failed, err := failedStages(ctx, e.store, job, c.FailureCause)
	if err != nil {
		return change, err
	}
	whole := c.FailureCause == models.FailureCause{} && job.State == models.JobFailed
	if len(failed) == 0 && !whole {
		if c.FailureCause != (models.FailureCause{}) {
			return change, models.NewError(models.ClassConflict, models.CodeNotAllowed, "no item of the job has failed for that cause")
		}
		return change, models.NewError(models.ClassConflict, models.CodeNotAllowed, "no item of the job has failed")
	}
	change.Items = &models.ItemsChange{Event: models.ItemRetry, From: []models.ItemState{models.ItemFailed}, Cause: c.FailureCause, Optional: true}
	change.Stages = reopenStages(job.Stages, func(s models.JobStage) bool { return failed[s.Name] || s.State == models.StageFailed })
	return change, nil
}

// failedStages are the stages that failed, or of which items failed for the cause.
func failedStages(ctx context.Context, store Store, job models.JobDetail, cause models.FailureCause) (map[models.StageName]bool, error) {
	stages := map[models.StageName]bool{}
	if cause == (models.FailureCause{}) {
		for _, stage := range job.Stages {
			if stage.Failed > 0 || stage.State == models.StageFailed {
				stages[stage.Name] = true
			}
		}
		return stages, nil
	}
	groups, err := store.GroupFailedItems(ctx, job.ID)
	for _, g := range groups {
		if cause.Includes(g) {
			stages[g.Stage] = true
		}
	}
	return stages, err
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
