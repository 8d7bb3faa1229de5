package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/models"
)

// ListSongsLackingParts lists downloaded songs that lack one of the parts and may be tried
// now, by id, from the one after afterID on. The scope's playlists, songs and platforms
// narrow; songs that it names lack what was given up or is not to be had, too.
func (s *Store) ListSongsLackingParts(ctx context.Context, scope models.JobScope, parts []models.PartName, afterID int64, limit int) ([]models.PlannedSong, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	q := s.read(ctx).Table("songs s").Select("s.id, s.platform, s.name, s.singers").Where("s.downloaded AND s.id > ?", afterID)
	q = lackingParts(q, parts, len(scope.SongIDs) > 0, s.nowMS())
	if len(scope.SongIDs) > 0 {
		q = q.Where("s.id IN ?", scope.SongIDs)
	}
	if len(scope.PlaylistIDs) > 0 {
		q = q.Where("EXISTS (SELECT 1 FROM playlist_songs ps WHERE ps.song_id = s.id AND ps.gone_at_ms = 0 AND ps.playlist_id IN ?)", scope.PlaylistIDs)
	}
	if len(scope.Sources) > 0 {
		q = q.Where("s.platform || '' IN ?", scope.Sources)
	}
	var songs []models.PlannedSong
	if err := q.Order("s.id").Limit(limit).Scan(&songs).Error; err != nil {
		return nil, fmt.Errorf("list songs that lack parts: %w", err)
	}
	return songs, nil
}

// lackingParts is models.SongPart.Due in SQL: a part that is done with is settled, and a
// song with fewer settled parts than wanted ones lacks some.
func lackingParts(q *gorm.DB, parts []models.PartName, named bool, nowMS int64) *gorm.DB {
	settled := `p.state = 'ok' OR p.state = 'given_up' OR p.state = 'skipped' AND p.last_error_code <> ?
		OR p.state IN ('failed', 'blocked') AND p.next_try_at_ms > ?`
	args := []any{parts, models.CodePartOff, nowMS, len(parts)}
	if named {
		settled, args = `p.state = 'ok'`, []any{parts, len(parts)}
	}
	return q.Where("(SELECT count(*) FROM song_parts p WHERE p.song_id = s.id AND p.part IN ? AND ("+settled+")) < ?", args...)
}
