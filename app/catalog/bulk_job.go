package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"catalogsync/models"
)

// stepPlaylists is the number of playlists of one step that sets marks: a step is one
// transaction, for which nobody should wait long.
const stepPlaylists = 500

// JobSteps is the number of steps in which a job does its action.
func (b *Bulk) JobSteps(ctx context.Context, actionID int64) (int, error) {
	a, err := b.store.GetBulkAction(ctx, actionID)
	if err != nil || !a.Kind.Marks() || a.AppliedAtMS > 0 {
		return 1, err
	}
	return max(1, int(a.Selected+stepPlaylists-1)/stepPlaylists), nil
}

// JobStep does a step, from 0, of an action and counts the playlists that it was about. One
// that is done already changes nothing, so that a step can be repeated.
func (b *Bulk) JobStep(ctx context.Context, actionID int64, step int) (playlists int, err error) {
	a, err := b.store.GetBulkAction(ctx, actionID)
	switch {
	case err != nil || a.UndoneAtMS > 0:
		return 0, err
	case a.AppliedAtMS > 0:
		return int(a.Selected), nil
	}
	var o bulkOptions
	var ids []int64
	if err := errors.Join(json.Unmarshal([]byte(a.OptionsJSON), &o), json.Unmarshal([]byte(a.PlaylistsJSON), &ids)); err != nil {
		return 0, fmt.Errorf("read bulk action %d: %w", a.ID, err)
	}
	if a.Kind.Marks() {
		chunks := slices.Collect(slices.Chunk(ids, stepPlaylists))
		if step >= len(chunks) {
			return 0, nil
		}
		_, err := b.store.MarkForBulk(ctx, a.ID, chunks[step], a.Kind == models.BulkWant)
		return len(chunks[step]), err
	}
	out, err := b.apply(ctx, a, ids, o)
	if err != nil {
		return 0, err
	}
	return len(ids), b.record(ctx, &out)
}

// JobFinish notes what the steps came to.
func (b *Bulk) JobFinish(ctx context.Context, actionID int64) error {
	a, err := b.store.GetBulkAction(ctx, actionID)
	if err != nil || a.AppliedAtMS > 0 || a.UndoneAtMS > 0 || !a.Kind.Marks() {
		return err
	}
	changed, err := b.store.CountBulkMarks(ctx, a.ID)
	if err != nil {
		return err
	}
	return b.record(ctx, &BulkOutcome{Action: a, Wanted: WantedResult{Selected: int(a.Selected), Changed: int(changed)}})
}

func readResult(a models.BulkAction) (r BulkResult, err error) {
	if a.ResultJSON == "" {
		return r, nil
	}
	if err := json.Unmarshal([]byte(a.ResultJSON), &r); err != nil {
		return r, fmt.Errorf("read result of bulk action %d: %w", a.ID, err)
	}
	return r, nil
}
