package stages

import (
	"context"
	"strconv"
	"strings"

	"catalogsync/jobs"
	"catalogsync/models"
)

// BulkActor does actions on many playlists; catalog.Bulk is one.
type BulkActor interface {
	JobSteps(ctx context.Context, actionID int64) (int, error)
	JobStep(ctx context.Context, actionID int64, step int) (playlists int, err error)
	JobFinish(ctx context.Context, actionID int64) error
}

// Bulk carries out an action on a selection, one step an item.
type Bulk struct{ actions BulkActor }

var _ jobs.Finisher = (*Bulk)(nil)

// NewBulk makes the executor.
func NewBulk(actions BulkActor) *Bulk { return &Bulk{actions} }

const bulkItem = "step:"

// Plan makes an item "step:<n>" for each step.
func (b *Bulk) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	id, err := actionOf(stage)
	if err != nil {
		return err
	}
	steps, err := b.actions.JobSteps(ctx, id)
	if err != nil {
		return err
	}
	items := make([]models.JobItem, steps)
	for i := range items {
		items[i] = models.JobItem{ItemKey: bulkItem + strconv.Itoa(i), Title: string(stage.Scope.Bulk.Kind) + " " + strconv.Itoa(i+1)}
	}
	return add(items)
}

// Run does one step.
func (b *Bulk) Run(ctx context.Context, stage jobs.Stage, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	id, err := actionOf(stage)
	if err != nil {
		return jobs.Outcome{}, err
	}
	step, err := strconv.Atoi(strings.TrimPrefix(item.ItemKey, bulkItem))
	if err != nil {
		return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeInternal, "item %q names no step", item.ItemKey)
	}
	n, err := b.actions.JobStep(ctx, id, step)
	if err != nil {
		return jobs.Outcome{}, err
	}
	r.Progress(int64(n), int64(n), "", "")
	return jobs.Outcome{}, nil
}

// Finish notes what the steps came to.
func (b *Bulk) Finish(ctx context.Context, stage jobs.Stage) error {
	id, err := actionOf(stage)
	if err != nil {
		return err
	}
	return b.actions.JobFinish(ctx, id)
}

func actionOf(stage jobs.Stage) (int64, error) {
	if stage.Scope.Bulk == nil {
		return 0, models.NewError(models.ClassPermanent, models.CodeInternal, "the job names no action; act on a selection instead of starting it by hand")
	}
	return stage.Scope.Bulk.ActionID, nil
}
