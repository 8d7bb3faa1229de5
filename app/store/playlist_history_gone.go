package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// SetGonePolicy says what becomes of songs that leave a playlist.
func (s *Store) SetGonePolicy(ctx context.Context, playlistID int64, policy models.GonePolicy, days int) error {
	values := map[string]any{"gone_policy": policy, "gone_days": days, "updated_at_ms": s.nowMS()}
	if err := s.updatePlaylists(ctx, []int64{playlistID}, values); err != nil {
		return fmt.Errorf("set policy of playlist %d: %w", playlistID, err)
	}
	return nil
}

// UnlinkGone takes songs that left long enough ago off the lists whose policy says so, at most
// limit links at once, and tells how many went and how long the writer was held. The history
// of the playlists still knows them, and their files stay.
func (s *Store) UnlinkGone(ctx context.Context, limit int) (rows int64, held time.Duration, err error) {
	const due = `SELECT ps.playlist_id, ps.song_id, ps.occurrence FROM playlists p JOIN playlist_songs ps ON ps.playlist_id = p.id
		WHERE p.gone_policy = ? AND ps.gone_at_ms > 0 AND ps.gone_at_ms <= ? - p.gone_days * 86400000 LIMIT ?`
	nowMS := s.nowMS()
	var links []models.PlaylistSong
	if err := s.read(ctx).Raw(due, models.GoneUnlink, nowMS, limit).Scan(&links).Error; err != nil {
		return 0, 0, fmt.Errorf("find songs to unlink: %w", err)
	}
	if len(links) == 0 {
		return 0, 0, nil
	}
	var began time.Time
	err = s.write(ctx, []revision.Topic{revision.Playlists, revision.Songs}, func(tx *gorm.DB) error {
		began = s.now() // the wait for the writer is over
		rows = 0
		for _, l := range links {
			done := tx.Exec(`DELETE FROM playlist_songs WHERE playlist_id = ? AND song_id = ? AND occurrence = ? AND gone_at_ms > 0`,
				l.PlaylistID, l.SongID, l.Occurrence)
			if done.Error != nil {
				return done.Error
			}
			rows += done.RowsAffected
		}
		return nil
	})
	if err != nil {
		return 0, 0, fmt.Errorf("unlink %d songs: %w", len(links), err)
	}
	return rows, s.now().Sub(began), nil
}
