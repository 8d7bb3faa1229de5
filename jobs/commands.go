package jobs

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// commandBatch is the number of commands that are read at once.
const commandBatch = 50

// commandPlan turns a command into the change of the job that it asks for, or into the
// reason of its refusal.
type commandPlan func(ctx context.Context, e *engine, job models.JobDetail, c models.JobCommand) (models.JobChange, error)

// plans is the table of all commands.
var plans = map[models.CommandKind]commandPlan{
	models.CommandPause:          planPause,
	models.CommandResume:         planResume,
	models.CommandCancel:         planCancel,
	models.CommandRetryItem:      planRetryItem,
	models.CommandForceRetryItem: planRetryItem,
	models.CommandRetryFailed:    planRetryFailed,
	models.CommandReprioritize:   planReprioritize,
	models.CommandDownloadNow:    planDownloadNow,
}

// checkCommand refuses what can never be applied, before it is written.
func checkCommand(c models.JobCommand) error {
	if _, ok := plans[c.Kind]; !ok {
		return models.Invalid("kind", models.CodeBadValue, "there is no command %q", c.Kind)
	}
	if needsItem(c.Kind) && c.ItemID == nil {
		return models.Invalid("item_id", models.CodeBadValue, "%s needs the id of an item", c.Kind)
	}
	if c.Kind != models.CommandRetryFailed && c.FailureCause != (models.FailureCause{}) {
		return models.Invalid("error_code", models.CodeBadValue, "only %s takes a cause", models.CommandRetryFailed)
	}
	return nil
}

func needsItem(kind models.CommandKind) bool {
	return kind == models.CommandRetryItem || kind == models.CommandForceRetryItem
}

// obey answers all pending commands in the order in which they were given.
func (e *engine) obey(ctx context.Context) error {
	for {
		pending, err := e.store.PendingCommands(ctx, commandBatch)
		if err != nil {
			return fmt.Errorf("read commands: %w", err)
		}
		for _, c := range pending {
			if err := e.answer(ctx, c); err != nil {
				return fmt.Errorf("answer command %d: %w", c.ID, err)
			}
		}
		if len(pending) < commandBatch {
			return nil
		}
	}
}

// answer applies or rejects one command.
func (e *engine) answer(ctx context.Context, c models.JobCommand) error {
	err := e.apply(ctx, c)
	if !refused(err) {
		return err
	}
	defer e.news.tell()
	reason := plainReason(err)
	event := jobEvent(eventCommandRejected, c.Origin, "%s rejected: %s", c.Kind, reason)
	event.JobRunID = c.JobRunID
	return e.store.AnswerCommand(ctx, models.CommandAnswer{CommandID: c.ID, State: models.CommandRejected, Reason: reason}, event)
}

func (e *engine) apply(ctx context.Context, c models.JobCommand) error {
	plan, ok := plans[c.Kind]
	if !ok {
		return models.NewError(models.ClassConflict, models.CodeBadValue, "there is no command %q", c.Kind)
	}
	job, err := e.store.GetJob(ctx, c.JobRunID)
	if err != nil {
		return err
	}
	change, err := plan(ctx, e, job, c)
	if err != nil {
		return err
	}
	change.JobID = job.ID
	change.Answer = &models.CommandAnswer{CommandID: c.ID, State: models.CommandApplied,
		Event: jobEvent(eventCommandApplied, c.Origin, "%s applied", c.Kind)}
	changed, err := e.store.ChangeJob(ctx, change)
	for err == nil && changed.More {
		// Others may write between the batches. A process that ends in the midst finds the
		// command unanswered, and goes on with what is left.
		changed, err = e.store.ChangeJob(ctx, models.JobChange{JobID: job.ID, Items: change.Items, Answer: change.Answer})
	}
	if err != nil {
		return err
	}
	clear(e.parked) // their stages may have other work now
	e.adopt(changed.JobDetail)
	if changed.State == models.JobCanceled {
		e.sweeping[job.ID] = true
	}
	return nil
}

func planPause(_ context.Context, _ *engine, _ models.JobDetail, c models.JobCommand) (models.JobChange, error) {
	return models.JobChange{Event: models.JobPause,
		Events: []models.JobEventRow{jobEvent(eventPauseRequested, c.Origin, "the job takes no new items")}}, nil
}

func planResume(_ context.Context, _ *engine, _ models.JobDetail, c models.JobCommand) (models.JobChange, error) {
	return models.JobChange{Event: models.JobResume,
		Events: []models.JobEventRow{jobEvent(eventResumed, c.Origin, "the job goes on")}}, nil
}

func planCancel(_ context.Context, _ *engine, job models.JobDetail, c models.JobCommand) (models.JobChange, error) {
	change := models.JobChange{Event: models.JobCancel,
		Items:  &models.ItemsChange{Event: models.ItemCancel, From: models.ItemStatesAllowing(models.ItemCancel), Optional: true},
		Events: []models.JobEventRow{jobEvent(eventCanceled, c.Origin, "the job is canceled")}}
	for _, stage := range job.Stages {
		if !stage.State.Final() {
			change.Stages = append(change.Stages, models.StageChange{StageID: stage.ID, To: models.StageCanceled, Message: new(string)})
		}
	}
	return change, nil
}

func planReprioritize(_ context.Context, _ *engine, job models.JobDetail, c models.JobCommand) (models.JobChange, error) {
	switch {
	case !job.State.Live():
		return models.JobChange{}, models.NewError(models.ClassConflict, models.CodeJobFinished, "the job is finished (%s)", job.State)
	case job.Priority == c.Priority:
		return models.JobChange{}, models.NewError(models.ClassConflict, models.CodeNotAllowed, "the job has priority %d already", c.Priority)
	}
	return models.JobChange{Priority: &c.Priority}, nil
}
