package store

import (
	"context"
	"fmt"

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
	if err := completeSongs(s.read(ctx), rows); err != nil {
		return nil, 0, fmt.Errorf("complete songs of playlist %d: %w", id, err)
	}
	return rows, total, nil
}

// completeSongs adds to the songs of a playlist their files, last tries and decisions.
func completeSongs(db *gorm.DB, rows []models.PlaylistSongRow) error {
	if err := addFiles(db, songRowsOf(rows)); err != nil {
		return err
	}
	return addDecisions(db, rows)
}
