package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

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

// JobStep does a step, from 0, of an action and tells what came of it. One that is done
// already changes nothing, so that a step can be repeated.
func (b *Bulk) JobStep(ctx context.Context, actionID int64, step int) (string, error) {
	a, err := b.store.GetBulkAction(ctx, actionID)
	switch {
	case err != nil:
		return "", err
	case a.UndoneAtMS > 0:
		return "undone", nil
	case a.AppliedAtMS > 0:
		return b.told(a)
	}
	var o bulkOptions
	var ids []int64
	if err := errors.Join(json.Unmarshal([]byte(a.OptionsJSON), &o), json.Unmarshal([]byte(a.PlaylistsJSON), &ids)); err != nil {
		return "", fmt.Errorf("read bulk action %d: %w", a.ID, err)
	}
	if a.Kind.Marks() {
		chunks := slices.Collect(slices.Chunk(ids, stepPlaylists))
		if step >= len(chunks) {
			return "", nil
		}
		changed, err := b.store.MarkForBulk(ctx, a.ID, chunks[step], a.Kind == models.BulkWant)
		return fmt.Sprintf("%d of %d playlists changed", changed, len(chunks[step])), err
	}
	out, err := b.apply(ctx, a, ids, o)
	if err != nil {
		return "", err
	}
	if err := b.record(ctx, &out); err != nil {
		return "", err
	}
	return b.told(out.Action)
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

// told puts an action's result into a line of its job.
func (b *Bulk) told(a models.BulkAction) (string, error) {
	r, err := readResult(a)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, p := range []struct {
		n    int
		text string
	}{
		{r.SyncDownload, "to sync and download"}, {r.Download, "to download"}, {r.Downloaded, "complete"}, {r.Synced, "to sync"},
		{r.Busy, "in other jobs"}, {r.Changed, "changed"}, {r.Same, "as before"}, {r.Exported, "exported"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.text))
		}
	}
	return strings.Join(parts, ", "), nil
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
