package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// AddItems writes planned items of a stage, and links the job to their playlists. Items
// whose key the stage has already stay as they are, but for the rank of those that wait. It returns the number of new ones,
// and a ClassConflict error when the stage is over.
func (s *Store) AddItems(ctx context.Context, jobID, stageID int64, items []models.JobItem) (int64, error) {
	if len(items) == 0 {
		return 0, nil
	}
	var added, linked int64
	err := s.db.WithTx(ctx, func(tx *gorm.DB) error {
		now := s.nowMS()
		if err := checkStageOpen(tx, stageID); err != nil {
			return err
		}
		for chunk := range slices.Chunk(items, batchRows) {
			n, err := insertItems(tx, stageKey{jobID, stageID}, chunk, now)
			if err != nil {
				return err
			}
			added += n
			if n < int64(len(chunk)) {
				if err := rerankItems(tx, stageID, chunk); err != nil {
					return err
				}
			}
		}
		deltas := itemDeltas{}
		deltas.add(stageKey{jobID, stageID}, models.ItemPending, added)
		if err := deltas.apply(tx, now); err != nil {
			return err
		}
		var err error
		linked, err = linkPlaylists(tx, jobID, playlistsOf(items))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("add items to stage %d: %w", stageID, err)
	}
	s.rev.Bump(revision.Jobs)
	if linked > 0 {
		s.rev.Bump(revision.Playlists)
	}
	return added, nil
}

func checkStageOpen(tx *gorm.DB, stageID int64) error {
	var stage models.JobStage
	if err := tx.Take(&stage, "id = ?", stageID).Error; err != nil {
		return err
	}
	if stage.State != models.StagePlanning && stage.State != models.StageRunning {
		return models.NewError(models.ClassConflict, models.CodeNotAllowed, "the stage is %s; no items can be added", stage.State)
	}
	return nil
}

func insertItems(tx *gorm.DB, k stageKey, items []models.JobItem, now int64) (int64, error) {
	const columns = 13
	args := make([]any, 0, len(items)*columns)
	for i := range items {
		it := &items[i]
		args = append(args, k.job, k.stage, it.ItemKey, it.Title, it.Source, it.PlaylistID, it.SongID, it.FileLocationID,
			it.Priority, it.Rank, it.RestUntilMS, models.ItemPending, now)
	}
	result := tx.Exec(`INSERT INTO job_items (job_run_id, job_stage_id, item_key, title, source, playlist_id, song_id,
		file_location_id, priority, rank, rest_until_ms, state, updated_at_ms) VALUES `+valueRows(len(items), columns)+`
		ON CONFLICT (job_stage_id, item_key) DO NOTHING`, args...)
	return result.RowsAffected, result.Error
}

// rerankItems gives waiting items the rank that a later plan found for them.
func rerankItems(tx *gorm.DB, stageID int64, items []models.JobItem) error {
	args := make([]any, 0, 2*len(items)+1)
	for i := range items {
		args = append(args, items[i].ItemKey, items[i].Rank)
	}
	return tx.Exec(`WITH planned (item_key, rank) AS (VALUES `+valueRows(len(items), 2)+`)
		UPDATE job_items SET rank = planned.rank FROM planned
		WHERE job_stage_id = ? AND job_items.item_key = planned.item_key AND state = 'pending' AND job_items.rank <> planned.rank`,
		append(args, stageID)...).Error
}

// playlistsOf lists the playlists of the items in order, each once.
func playlistsOf(items []models.JobItem) []int64 {
	var ids []int64
	seen := map[int64]bool{}
	for i := range items {
		if id := items[i].PlaylistID; id != nil && !seen[*id] {
			seen[*id] = true
			ids = append(ids, *id)
		}
	}
	return ids
}
