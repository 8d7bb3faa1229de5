package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// RecordSkip writes down that a song is not to be had, or is no song, with the decision
// that says why. One that no source has is searched again later each time.
func (s *Store) RecordSkip(ctx context.Context, task models.DownloadTask, a models.Availability) error {
	task.State = models.TaskSkipped
	topics := []revision.Topic{revision.Songs, revision.Playlists}
	err := s.write(ctx, topics, func(tx *gorm.DB) error {
		now := s.nowMS()
		if a == models.AvailabilityUnavailable {
			misses, err := missesOf(tx, task.SongID)
			if err != nil {
				return err
			}
			task.Misses = misses + 1
			task.NextTryMS = now + models.SearchAgainAfter(task.Misses).Milliseconds()
		}
		if err := upsertTask(tx, task, now); err != nil {
			return err
		}
		return setSongOutcome(tx, task.SongID, songOutcome{Availability: &a, Code: task.LastErrorCode, Reason: task.LastError}, now)
	})
	if err != nil {
		return fmt.Errorf("skip song %d: %w", task.SongID, err)
	}
	return nil
}

// missesOf is how many searches in a row found no source for a song.
func missesOf(tx *gorm.DB, songID int64) (misses int, err error) {
	err = tx.Model(&models.DownloadTask{}).Select("misses").Where("song_id = ?", songID).Limit(1).Scan(&misses).Error
	return misses, err
}

// RecordFailure writes down why a song was not downloaded this time. It may be searched
// again at once; the searches before that found no source still count.
func (s *Store) RecordFailure(ctx context.Context, task models.DownloadTask) error {
	task.State = models.TaskFailed
	err := s.write(ctx, []revision.Topic{revision.Songs}, func(tx *gorm.DB) (err error) {
		if task.Misses, err = missesOf(tx, task.SongID); err != nil {
			return err
		}
		if err := soundFailed(tx, task, s.nowMS()); err != nil {
			return err
		}
		return upsertTask(tx, task, s.nowMS())
	})
	if err != nil {
		return fmt.Errorf("write down failure of song %d: %w", task.SongID, err)
	}
	return nil
}

// MarkMissing says that the files of some of a song's locations were not found where they
// should be. The song counts as downloaded only while another one is there.
func (s *Store) MarkMissing(ctx context.Context, songID int64, locationIDs []int64) error {
	topics := []revision.Topic{revision.Songs, revision.Playlists}
	err := s.write(ctx, topics, func(tx *gorm.DB) error {
		now := s.nowMS()
		err := tx.Model(&models.FileLocation{}).
			Where("song_id = ? AND id IN ? AND status = ?", songID, locationIDs, models.LocationActive).
			Updates(map[string]any{"status": models.LocationMissing, "is_primary": false, "updated_at_ms": now}).Error
		if err != nil {
			return err
		}
		return followFiles(tx, songID, now)
	})
	if err != nil {
		return fmt.Errorf("mark files of song %d missing: %w", songID, err)
	}
	return nil
}

// isDownloaded derives songs.downloaded from its facts.
func isDownloaded(tx *gorm.DB, songID int64) (bool, error) {
	var here bool
	err := tx.Raw(`SELECT EXISTS (SELECT 1 FROM file_locations l JOIN storage_backends b ON b.id = l.backend_id
		WHERE l.song_id = ? AND l.status = ? AND b.type = ?)`,
		songID, models.LocationActive, models.BackendLocalFS).Scan(&here).Error
	return here, err
}

// refreshPresence derives what one backend holds of a song. The plus keeps SQLite from going
// by an index of the backend's files, all of which it would then read.
func refreshPresence(tx *gorm.DB, songID, backendID, nowMS int64) error {
	p := models.Presence{SongID: songID, BackendID: backendID, UpdatedAtMS: nowMS}
	err := tx.Model(&models.FileLocation{}).
		Where("song_id = ? AND +backend_id = ? AND status = ?", songID, backendID, models.LocationActive).
		Count(&p.ActiveFiles).Error
	if err != nil {
		return err
	}
	if p.ActiveFiles == 0 {
		return tx.Where("song_id = ? AND backend_id = ?", songID, backendID).Delete(&models.Presence{}).Error
	}
	return upsertPresence(tx, p)
}

func upsertPresence(tx *gorm.DB, p models.Presence) error {
	return tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "song_id"}, {Name: "backend_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"active_files", "updated_at_ms"}),
	}).Create(&p).Error
}
