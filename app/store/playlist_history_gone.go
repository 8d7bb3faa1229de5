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

// ListGoneFiles lists the active local files of songs that left long enough ago a playlist
// that wants them recycled, and that no other playlist has or keeps, by location id.
func (s *Store) ListGoneFiles(ctx context.Context, afterID int64, limit int) ([]models.LocalFile, error) {
	const left = `SELECT ps.song_id FROM playlists p JOIN playlist_songs ps ON ps.playlist_id = p.id
		WHERE p.gone_policy = @recycle AND ps.gone_at_ms > 0 AND ps.gone_at_ms <= @now - p.gone_days * 86400000`
	const kept = `SELECT 1 FROM playlist_songs o JOIN playlists q ON q.id = o.playlist_id WHERE o.song_id = l.song_id
		AND (o.gone_at_ms = 0 OR q.gone_policy = '' OR q.gone_policy = @recycle AND o.gone_at_ms > @now - q.gone_days * 86400000)`
	var files []models.LocalFile
	err := localFiles(s.read(ctx)).
		Where("l.id > @after AND l.status = @active AND l.song_id IN ("+left+") AND NOT EXISTS ("+kept+")", map[string]any{
			"after": afterID, "active": models.LocationActive, "recycle": models.GoneRecycle, "now": s.nowMS(),
		}).Order("l.id").Limit(limit).Scan(&files).Error
	if err != nil {
		return nil, fmt.Errorf("list files of songs that left: %w", err)
	}
	return files, nil
}

// RetireFile makes a location not count any more; the song counts as downloaded only while
// it has another one.
func (s *Store) RetireFile(ctx context.Context, file models.LocalFile) error {
	err := s.write(ctx, []revision.Topic{revision.Songs, revision.Playlists}, func(tx *gorm.DB) error {
		now := s.nowMS()
		err := tx.Model(&models.FileLocation{}).Where("id = ? AND status = ?", file.LocationID, models.LocationActive).
			Updates(map[string]any{"status": models.LocationInactive, "is_primary": false, "updated_at_ms": now}).Error
		if err != nil {
			return err
		}
		if err := refreshPresence(tx, file.SongID, file.BackendID, now); err != nil {
			return err
		}
		here, err := isDownloaded(tx, file.SongID)
		if err != nil {
			return err
		}
		return setSongOutcome(tx, file.SongID, songOutcome{Downloaded: &here}, now)
	})
	if err != nil {
		return fmt.Errorf("retire file %d: %w", file.LocationID, err)
	}
	return nil
}
