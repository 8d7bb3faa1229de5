package catalog

import (
	"context"
	"encoding/json"
	"fmt"

	"catalogsync/models"
)

// BulkView is an action with what came of it.
type BulkView struct {
	models.BulkAction
	BulkResult
	// Filter is what the selection was made by, nil = the playlists were named.
	Filter *models.PlaylistFilter
	// Undoable says that some of it can still be taken back.
	Undoable bool
}

// View tells of an action; an unknown one is ClassNotFound.
func (b *Bulk) View(ctx context.Context, actionID int64) (BulkView, error) {
	a, err := b.store.GetBulkAction(ctx, actionID)
	if err != nil {
		return BulkView{}, err
	}
	return b.view(ctx, a)
}

// ViewOfJob tells of the action that a job carries out.
func (b *Bulk) ViewOfJob(ctx context.Context, jobID int64) (BulkView, error) {
	a, err := b.store.FindJobsBulkAction(ctx, jobID)
	if err != nil {
		return BulkView{}, err
	}
	return b.view(ctx, a)
}

func (b *Bulk) view(ctx context.Context, a models.BulkAction) (v BulkView, err error) {
	v.BulkAction = a
	if v.BulkResult, err = readResult(a); err != nil {
		return v, err
	}
	if a.FilterJSON != "" {
		v.Filter = &models.PlaylistFilter{}
		if err := json.Unmarshal([]byte(a.FilterJSON), v.Filter); err != nil {
			return v, fmt.Errorf("read filter of bulk action %d: %w", a.ID, err)
		}
	}
	v.Undoable, err = b.undoable(ctx, v)
	return v, err
}

// undoable says whether marks can be restored, or a job that the action made has not ended.
func (b *Bulk) undoable(ctx context.Context, v BulkView) (bool, error) {
	if v.UndoneAtMS > 0 {
		return false, nil
	}
	if v.AppliedAtMS == 0 || v.Changed > 0 && v.Kind.Marks() {
		return true, nil
	}
	for _, id := range v.Jobs {
		job, err := b.store.GetJob(ctx, id)
		if models.ClassOf(err) == models.ClassNotFound {
			continue
		}
		if err != nil || job.State.Live() {
			return err == nil, err
		}
	}
	return false, nil
}

// Undone says what an undo took back.
type Undone struct {
	Kind models.BulkKind
	// Canceled are the jobs that were ended; Stopped counts their items that had not ended,
	// Stay those that had, which stay as they are.
	Canceled      []int64
	Stopped, Stay int
	// Restored counts the playlists that have their mark, or none, again.
	Restored int
}

// Undo takes an action back as far as it has not happened: marks are restored and its jobs
// canceled; what they fetched already stays. An action of which nothing is left to be undone
// is CodeNothingToUndo.
func (b *Bulk) Undo(ctx context.Context, actionID int64, origin string) (Undone, error) {
	v, err := b.View(ctx, actionID)
	if err != nil {
		return Undone{}, err
	}
	u := Undone{Kind: v.Kind}
	if !v.Undoable {
		return u, nothingToUndo()
	}
	if first, err := b.store.MarkBulkUndone(ctx, actionID); err != nil || !first {
		if err == nil {
			err = nothingToUndo()
		}
		return u, err
	}
	if v.AppliedAtMS == 0 && v.JobRunID > 0 {
		if err := b.cancel(ctx, v.JobRunID, origin, &u); err != nil {
			return u, err
		}
	}
	if v.Kind.Marks() {
		n, err := b.store.RestoreBulkMarks(ctx, actionID, v.Kind == models.BulkUnwant)
		u.Restored = int(n)
		return u, err
	}
	for _, id := range v.Jobs {
		if err := b.cancel(ctx, id, origin, &u); err != nil {
			return u, err
		}
	}
	if v.WaitingID > 0 && b.o.Exports != nil {
		if err := b.o.Exports.Forget(ctx, v.WaitingID); err != nil && models.ClassOf(err) != models.ClassNotFound {
			return u, err
		}
	}
	return u, nil
}

func nothingToUndo() error {
	return models.NewError(models.ClassConflict, models.CodeNothingToUndo, "nothing is left to be undone: what this action began has ended, or it was undone before")
}

// cancel ends a job that the action made and counts what had not been done.
func (b *Bulk) cancel(ctx context.Context, jobID int64, origin string, u *Undone) error {
	job, err := b.store.GetJob(ctx, jobID)
	if models.ClassOf(err) == models.ClassNotFound {
		return nil
	}
	if err != nil || !job.State.Live() {
		return err
	}
	answer, err := b.o.Commands.Command(ctx, models.JobCommand{JobRunID: jobID, Kind: models.CommandCancel, Origin: origin})
	if err != nil {
		return err
	}
	if answer.State == models.CommandRejected {
		return nil // it ended in the meantime
	}
	u.Canceled = append(u.Canceled, jobID)
	u.Stopped += int(job.ItemsTotal - job.ItemsDone)
	u.Stay += int(job.ItemsDone)
	return nil
}
