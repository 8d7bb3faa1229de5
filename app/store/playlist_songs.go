package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/models"
)

// ListPlaylistSongs gives one page of a playlist's songs in its order, those that left it
// after those that are on it (latest first), and the number of both. A page size below 1
// gives all.
func (s *Store) ListPlaylistSongs(ctx context.Context, id int64, page models.Page) ([]models.PlaylistSongRow, int64, error) {
	var total int64
	if err := s.read(ctx).Model(&models.PlaylistSong{}).Where("playlist_id = ?", id).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count songs of playlist %d: %w", id, err)
	}
	query := s.read(ctx).Table("playlist_songs ps").
		Select("s.*, ps.position, ps.seen_from_ms, ps.gone_at_ms").
		Joins("JOIN songs s ON s.id = ps.song_id").
		Where("ps.playlist_id = ?", id).
		Order("CASE WHEN ps.gone_at_ms = 0 THEN 0 ELSE 1 END, ps.gone_at_ms DESC, ps.position, ps.song_id, ps.occurrence")
	if page.Size > 0 {
		query = query.Offset(page.Offset()).Limit(page.Size)
	}
	var rows []models.PlaylistSongRow
	if err := query.Scan(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("list songs of playlist %d: %w", id, err)
	}
	if err := addFiles(s.read(ctx), rows); err != nil {
		return nil, 0, fmt.Errorf("find files of playlist %d: %w", id, err)
	}
	return rows, total, nil
}

// addFiles adds each song's active local file and its last decision.
func addFiles(db *gorm.DB, rows []models.PlaylistSongRow) error {
	bySong := map[int64][]*models.PlaylistSongRow{}
	ids := make([]int64, 0, len(rows))
	for i := range rows {
		if bySong[rows[i].ID] == nil {
			ids = append(ids, rows[i].ID)
		}
		bySong[rows[i].ID] = append(bySong[rows[i].ID], &rows[i])
	}
	for chunk := range slices.Chunk(ids, chunkIDs) {
		if err := addAssets(db, chunk, bySong); err != nil {
			return err
		}
		var tasks []models.DownloadTask
		if err := db.Where("song_id IN ?", chunk).Find(&tasks).Error; err != nil {
			return err
		}
		for _, t := range tasks {
			for _, r := range bySong[t.SongID] {
				r.TaskState, r.TaskError, r.TaskErrorCode, r.DecisionJSON = t.State, t.LastError, t.LastErrorCode, t.DecisionJSON
				r.NextTryMS = t.NextTryMS
			}
		}
	}
	return nil
}

func addAssets(db *gorm.DB, songIDs []int64, bySong map[int64][]*models.PlaylistSongRow) error {
	var assets []struct {
		SongID, ID, FileSizeBytes int64
		Source, Ext, Locator      string
		Quality                   models.Quality
	}
	err := db.Raw(`SELECT l.song_id, a.id, a.source, a.quality, a.ext, a.file_size_bytes, l.locator
		FROM file_locations l
		JOIN file_assets a ON a.id = l.file_asset_id
		JOIN storage_backends b ON b.id = l.backend_id
		WHERE l.song_id IN ? AND l.status = ? AND b.type = ?
		ORDER BY l.is_primary, l.id DESC`, // the one that counts comes last and stays
		songIDs, models.LocationActive, models.BackendLocalFS).Scan(&assets).Error
	for _, a := range assets {
		for _, r := range bySong[a.SongID] {
			r.AssetID, r.AssetSource, r.AssetQuality, r.AssetExt = a.ID, a.Source, a.Quality, a.Ext
			r.AssetBytes, r.Locator = a.FileSizeBytes, a.Locator
		}
	}
	return err
}
