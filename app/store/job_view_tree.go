package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"catalogsync/models"
)

// ListJobPlaylists is one page of the playlists that a job works on, in the order of its
// plan, and the number of all of them.
func (s *Store) ListJobPlaylists(ctx context.Context, jobID int64, page models.Page) ([]models.JobPlaylistRow, int64, error) {
	if _, err := s.GetJob(ctx, jobID); err != nil {
		return nil, 0, err
	}
	q := s.read(ctx)
	var total int64
	if err := q.Model(&models.JobPlaylist{}).Where("job_run_id = ?", jobID).Count(&total).Error; err != nil {
		return nil, 0, err
	}
	var rows []models.JobPlaylistRow
	err := paged(q.Table("job_playlists jp").
		Select("p.*, jp.position AS position").
		Joins("JOIN playlists p ON p.id = jp.playlist_id").
		Where("jp.job_run_id = ?", jobID).
		Order("jp.position, jp.playlist_id"), page).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return rows, total, err
	}
	return rows, total, s.fillPlaylistRows(ctx, jobID, rows)
}

// fillPlaylistRows adds what the job's items say of the playlists. It starts from the
// few items that run or failed, never from all songs of the playlists.
func (s *Store) fillPlaylistRows(ctx context.Context, jobID int64, rows []models.JobPlaylistRow) error {
	index := make(map[int64]*models.JobPlaylistRow, len(rows))
	ids := make([]int64, len(rows))
	for i := range rows {
		index[rows[i].ID] = &rows[i]
		ids[i] = rows[i].ID
	}
	running, err := s.countSongItems(ctx, jobID, ids, models.ItemRunning)
	if err != nil {
		return err
	}
	failed, err := s.countSongItems(ctx, jobID, ids, models.ItemFailed)
	if err != nil {
		return err
	}
	for id, row := range index {
		row.RunningSongs, row.FailedSongs = running[id], failed[id]
	}
	own, err := s.ownItems(ctx, jobID, ids)
	if err != nil {
		return err
	}
	for _, item := range own {
		row := index[*item.PlaylistID]
		row.SyncState, row.SyncError = item.State, item.ErrorText
	}
	return nil
}

// countSongItems counts, for each playlist, the job's items in one state whose song is
// on it: running or failed ones.
func (s *Store) countSongItems(ctx context.Context, jobID int64, playlistIDs []int64, state models.ItemState) (map[int64]int64, error) {
	items, where := activeItems, runningItems
	if state == models.ItemFailed {
		items, where = failedItems, `i.state = 'failed'`
	}
	var counts []struct{ PlaylistID, N int64 }
	err := s.read(ctx).Raw(`
		SELECT ps.playlist_id, COUNT(DISTINCT i.id) AS n
		FROM `+items+` JOIN playlist_songs ps ON ps.song_id = i.song_id
		WHERE i.job_run_id = ? AND `+where+` AND ps.playlist_id IN ? AND ps.gone_at_ms = 0
		GROUP BY ps.playlist_id`, jobID, playlistIDs).Scan(&counts).Error
	byID := make(map[int64]int64, len(counts))
	for _, c := range counts {
		byID[c.PlaylistID] = c.N
	}
	return byID, err
}

// ownItems are the items of the sync stage whose subject is one of the playlists. The plus
// keeps the order from choosing an index by which all items of the job would be read.
func (s *Store) ownItems(ctx context.Context, jobID int64, playlistIDs []int64) ([]models.JobItem, error) {
	var items []models.JobItem
	err := s.read(ctx).Raw(`
		SELECT i.id, i.playlist_id, i.state, i.error_text
		FROM job_items i JOIN job_stages st ON st.id = i.job_stage_id AND st.name = ?
		WHERE i.job_run_id = ? AND i.playlist_id IN ? AND i.song_id IS NULL
		ORDER BY +i.id`, models.StageSync, jobID, playlistIDs).Scan(&items).Error
	return items, err
}

// ListJobPlaylistSongs is one page of a playlist's songs as one job sees them, in the
// order of the playlist, and the number of all of them. A ClassNotFound error when the
// job does not work on that playlist.
func (s *Store) ListJobPlaylistSongs(ctx context.Context, jobID, playlistID int64, page models.Page) ([]models.JobSongRow, int64, error) {
	q := s.read(ctx)
	err := q.Take(&models.JobPlaylist{}, "job_run_id = ? AND playlist_id = ?", jobID, playlistID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, 0, models.NotFound("job %d does not work on playlist %d", jobID, playlistID)
	}
	if err != nil {
		return nil, 0, err
	}
	var total int64
	if err := q.Model(&models.PlaylistSong{}).Where("playlist_id = ? AND gone_at_ms = 0", playlistID).Count(&total).Error; err != nil {
		return nil, 0, err
	}
	var rows []models.JobSongRow
	err = paged(q.Table("playlist_songs ps").
		Select("so.id AS song_id, ps.position, so.name, so.singers, so.duration_ms, so.availability, so.downloaded").
		Joins("JOIN songs so ON so.id = ps.song_id").
		Where("ps.playlist_id = ? AND ps.gone_at_ms = 0", playlistID).
		Order("ps.position, ps.song_id, ps.occurrence"), page).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return rows, total, err
	}
	return rows, total, s.fillSongRows(ctx, jobID, rows)
}

// fillSongRows adds each song's item in the job; of several (download, then upload) the
// latest.
func (s *Store) fillSongRows(ctx context.Context, jobID int64, rows []models.JobSongRow) error {
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].SongID
	}
	var items []models.JobItem
	err := s.read(ctx).Where("job_run_id = ? AND song_id IN ?", jobID, ids).Order("+id").Find(&items).Error // as in ownItems
	if err != nil {
		return err
	}
	latest := make(map[int64]models.JobItem, len(items))
	for _, item := range items {
		latest[*item.SongID] = item
	}
	for i := range rows {
		row := &rows[i]
		item, ok := latest[row.SongID]
		if !ok {
			continue
		}
		row.ItemID, row.ItemState = item.ID, item.State
		row.ErrorCode, row.ErrorText = item.ErrorCode, item.ErrorText
		row.WaitReason, row.NotBeforeMS = item.WaitReason, item.NotBeforeMS
		row.ProgressDone, row.ProgressTotal, row.ProgressText = item.ProgressDone, item.ProgressTotal, item.ProgressText
		row.ResultSource = item.ResultSource
	}
	return nil
}
