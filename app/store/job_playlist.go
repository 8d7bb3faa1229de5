package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// LinkJobPlaylists says that a job works on playlists, in this order; those that are
// linked already stay as they are. An executor whose items are songs calls it when it
// plans, since one song may stand on several of the job's playlists.
func (s *Store) LinkJobPlaylists(ctx context.Context, jobID int64, playlistIDs []int64) error {
	return s.write(ctx, []revision.Topic{revision.Jobs, revision.Playlists}, func(tx *gorm.DB) error {
		_, err := linkPlaylists(tx, jobID, playlistIDs)
		return err
	})
}

// linkPlaylists adds the missing links behind the existing ones and counts them.
func linkPlaylists(tx *gorm.DB, jobID int64, playlistIDs []int64) (int64, error) {
	if len(playlistIDs) == 0 {
		return 0, nil
	}
	var position int
	err := tx.Raw("SELECT COALESCE(MAX(position) + 1, 0) FROM job_playlists WHERE job_run_id = ?", jobID).Scan(&position).Error
	if err != nil {
		return 0, err
	}
	rows := make([]models.JobPlaylist, len(playlistIDs))
	for i, id := range playlistIDs {
		rows[i] = models.JobPlaylist{JobRunID: jobID, PlaylistID: id, Position: position + i}
	}
	result := tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, batchRows)
	return result.RowsAffected, result.Error
}

// FinishJobPlaylists marks the playlists of a job whose last song ended in it: of those
// on which one of the songs stands, the ones without an unfinished item. It looks on a
// reading connection first, and writes only when there is something to mark.
func (s *Store) FinishJobPlaylists(ctx context.Context, jobID int64, songIDs []int64) error {
	var ended []int64
	for chunk := range slices.Chunk(songIDs, chunkIDs) {
		var ids []int64
		err := s.read(ctx).Raw(`
			SELECT DISTINCT jp.playlist_id
			FROM playlist_songs touched
			JOIN job_playlists jp ON jp.job_run_id = ? AND jp.playlist_id = touched.playlist_id
			WHERE touched.song_id IN ? AND touched.gone_at_ms = 0 AND jp.finished_at_ms = 0
			AND NOT EXISTS (
				SELECT 1 FROM playlist_songs ps
				JOIN job_items i ON i.job_run_id = jp.job_run_id AND i.song_id = ps.song_id
				WHERE ps.playlist_id = jp.playlist_id AND ps.gone_at_ms = 0
				AND i.state IN ('pending', 'running', 'interrupted'))`, jobID, chunk).Scan(&ids).Error
		if err != nil {
			return err
		}
		ended = append(ended, ids...)
	}
	if len(ended) == 0 {
		return nil
	}
	return s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		for chunk := range slices.Chunk(ended, chunkIDs) {
			err := tx.Model(&models.JobPlaylist{}).
				Where("job_run_id = ? AND playlist_id IN ? AND finished_at_ms = 0", jobID, chunk).
				Update("finished_at_ms", s.nowMS()).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// finishAllPlaylists marks what is left when every item of a job has ended.
func finishAllPlaylists(tx *gorm.DB, jobID, now int64) error {
	return tx.Model(&models.JobPlaylist{}).Where("job_run_id = ? AND finished_at_ms = 0", jobID).
		Update("finished_at_ms", now).Error
}
