package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// GetSongDecision gets a song, the record of how its file was chosen, and what the
// operator said of it.
func (s *Store) GetSongDecision(ctx context.Context, songID int64) (models.SongDecision, error) {
	var d models.SongDecision
	db := s.read(ctx)
	err := db.Take(&d.Song, "id = ?", songID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return d, models.NotFound("there is no song %d", songID)
	}
	if err == nil {
		err = db.Where("song_id = ?", songID).Limit(1).Find(&d.Task).Error
	}
	if err == nil {
		d.Overrides, err = overridesOf(db, d.Song.Platform, d.Song.RemoteSongID)
	}
	if err != nil {
		return d, fmt.Errorf("get decision of song %d: %w", songID, err)
	}
	return d, nil
}

// GetDecisionJSON gets the record of how a song's file was chosen, "" when there is none.
func (s *Store) GetDecisionJSON(ctx context.Context, songID int64) (string, error) {
	var texts []string
	err := s.read(ctx).Model(&models.DownloadTask{}).Where("song_id = ?", songID).Pluck("decision_json", &texts).Error
	if err != nil {
		return "", fmt.Errorf("get decision of song %d: %w", songID, err)
	}
	if len(texts) == 0 {
		return "", nil
	}
	return texts[0], nil
}

// ListDecisions lists stored decisions by song, from the one after afterSongID on.
func (s *Store) ListDecisions(ctx context.Context, afterSongID int64, limit int) ([]models.DecidedSong, error) {
	var list []models.DecidedSong
	err := s.read(ctx).Table("download_tasks t").Select("t.song_id, s.name, s.singers, t.decision_json").
		Joins("JOIN songs s ON s.id = t.song_id").
		Where("t.song_id > ? AND t.decision_json <> ''", afterSongID).
		Order("t.song_id").Limit(limit).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list decisions: %w", err)
	}
	return list, nil
}

// RecordKept writes down a try to replace a song's file that left the file as it was: what
// was decided and why it failed, and nothing of the file itself.
func (s *Store) RecordKept(ctx context.Context, task models.DownloadTask) error {
	err := s.write(ctx, []revision.Topic{revision.Songs}, func(tx *gorm.DB) error {
		return tx.Model(&models.DownloadTask{}).Where("song_id = ?", task.SongID).Updates(map[string]any{
			"decision_json": task.DecisionJSON, "last_error_code": task.LastErrorCode, "last_error": task.LastError,
			"attempts": task.Attempts, "updated_at_ms": s.nowMS(),
		}).Error
	})
	if err != nil {
		return fmt.Errorf("write down decision of song %d: %w", task.SongID, err)
	}
	return nil
}

// RetireFiles makes a song's active files on a backend inactive but the one of keepID, and
// gives them: another file has taken their place, and they may be removed.
func (s *Store) RetireFiles(ctx context.Context, songID, backendID, keepID int64) ([]models.LocalFile, error) {
	var retired []models.LocalFile
	topics := []revision.Topic{revision.Songs, revision.Playlists}
	err := s.write(ctx, topics, func(tx *gorm.DB) error {
		// Only while the one that is kept counts: a song must not lose its last file.
		err := localFiles(tx).Where(`l.song_id = ? AND l.backend_id = ? AND l.id <> ? AND l.status = ?
			AND EXISTS (SELECT 1 FROM file_locations k WHERE k.id = ? AND k.song_id = l.song_id AND k.status = ?)`,
			songID, backendID, keepID, models.LocationActive, keepID, models.LocationActive).Order("l.id").Scan(&retired).Error
		if err != nil || len(retired) == 0 {
			return err
		}
		now := s.nowMS()
		ids := make([]int64, len(retired))
		for i, f := range retired {
			ids[i] = f.LocationID
		}
		err = tx.Model(&models.FileLocation{}).Where("id IN ?", ids).
			Updates(map[string]any{"status": models.LocationInactive, "is_primary": false, "updated_at_ms": now}).Error
		if err != nil {
			return err
		}
		return refreshPresence(tx, songID, backendID, now)
	})
	if err != nil {
		return nil, fmt.Errorf("retire files of song %d: %w", songID, err)
	}
	return retired, nil
}

// GetSongsToPlan gets songs by their ids, downloaded or not, in the order of these. Songs
// that are gone are left out.
func (s *Store) GetSongsToPlan(ctx context.Context, ids []int64) ([]models.PlannedSong, error) {
	songs := make([]models.PlannedSong, 0, len(ids))
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var found []models.PlannedSong
		if err := s.read(ctx).Table("songs").Select("id, platform, name, singers").Where("id IN ?", chunk).Scan(&found).Error; err != nil {
			return nil, fmt.Errorf("get songs to plan: %w", err)
		}
		songs = append(songs, found...)
	}
	slices.SortStableFunc(songs, func(a, b models.PlannedSong) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return songs, nil
}
