package store

import (
	"slices"

	"gorm.io/gorm"

	"catalogsync/models"
)

// retryBatch bounds the items that one transaction queues again, so that the writer is free
// again soon.
const retryBatch = 2000

// resetColumns give an item that is run again a fresh start.
var resetColumns = map[string]any{
	"attempts": 0, "waits": 0, "not_before_ms": 0, "wait_reason": "", "wait_source": "",
	"progress_done": 0, "progress_total": 0, "progress_unit": "", "progress_text": "",
	"result_source": "", "rest_until_ms": 0, "started_at_ms": 0, "finished_at_ms": 0,
}

// retryItems queues a batch of a stage's items of one state again, and reopens the playlists
// that they belong to.
func retryItems(tx *gorm.DB, k stageKey, change *models.ItemsChange, from models.ItemState, now int64) (int64, error) {
	var items []models.JobItem
	err := findItems(tx, k, change, from).Select("id", "song_id", "playlist_id").Limit(retryBatch).Find(&items).Error
	if err != nil {
		return 0, err
	}
	set := map[string]any{"state": models.ItemPending, "updated_at_ms": now}
	for column, zero := range resetColumns {
		set[column] = zero
	}
	var moved int64
	for chunk := range slices.Chunk(items, chunkIDs) {
		ids := make([]int64, len(chunk))
		for i := range chunk {
			ids[i] = chunk[i].ID
		}
		result := tx.Model(&models.JobItem{}).Where("id IN ?", ids).Where(stateIs(from)).Updates(set)
		if result.Error != nil {
			return 0, result.Error
		}
		moved += result.RowsAffected
		if err := reopenPlaylists(tx, k.job, chunk); err != nil {
			return 0, err
		}
	}
	return moved, nil
}

// findItems is matchItems for reading, by the index of the failed ones.
func findItems(tx *gorm.DB, k stageKey, change *models.ItemsChange, from models.ItemState) *gorm.DB {
	q := matchItems(tx, k, change, from)
	if from == models.ItemFailed && change.ItemID == 0 {
		q = q.Table(failedItems)
	}
	return q
}

// reopenPlaylists takes back that a job is through with the playlists of items: those that
// the items name, and those on which their songs stand.
func reopenPlaylists(tx *gorm.DB, jobID int64, items []models.JobItem) error {
	var songs, playlists []int64
	for i := range items {
		if id := items[i].SongID; id != nil {
			songs = append(songs, *id)
		}
		if id := items[i].PlaylistID; id != nil {
			playlists = append(playlists, *id)
		}
	}
	finished := func() *gorm.DB {
		return tx.Model(&models.JobPlaylist{}).Where("job_run_id = ? AND finished_at_ms > 0", jobID)
	}
	if len(playlists) > 0 {
		if err := finished().Where("playlist_id IN ?", playlists).Update("finished_at_ms", 0).Error; err != nil {
			return err
		}
	}
	if len(songs) == 0 {
		return nil
	}
	standsOn := tx.Model(&models.PlaylistSong{}).Select("playlist_id").Where("song_id IN ? AND gone_at_ms = 0", songs)
	return finished().Where("playlist_id IN (?)", standsOn).Update("finished_at_ms", 0).Error
}

// hasMore says whether a change that goes by batches has left anything to move.
func hasMore(tx *gorm.DB, c models.JobChange) (bool, error) {
	if c.Items == nil || c.Items.ItemID != 0 {
		return false, nil
	}
	stages, err := stageIDs(tx, c.JobID, c.Items.Cause.Stage)
	if err != nil {
		return false, err
	}
	for _, from := range c.Items.From {
		if to, _ := from.Next(c.Items.Event); to != models.ItemPending {
			continue
		}
		for _, stage := range stages {
			var ids []int64
			err := findItems(tx, stageKey{c.JobID, stage}, c.Items, from).Limit(1).Pluck("id", &ids).Error
			if err != nil || len(ids) > 0 {
				return len(ids) > 0, err
			}
		}
	}
	return false, nil
}
