package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// SaveParts writes down what became of parts of a song.
func (s *Store) SaveParts(ctx context.Context, songID int64, parts []models.SongPart) error {
	err := s.write(ctx, []revision.Topic{revision.Songs}, func(tx *gorm.DB) error {
		return saveParts(tx, songID, parts, s.nowMS())
	})
	if err != nil {
		return fmt.Errorf("save parts of song %d: %w", songID, err)
	}
	return nil
}

func saveParts(tx *gorm.DB, songID int64, parts []models.SongPart, nowMS int64) error {
	if len(parts) == 0 {
		return nil
	}
	before, err := partsOf(tx, songID)
	if err != nil {
		return err
	}
	rows := make([]models.SongPart, len(parts))
	for i, p := range parts {
		p.SongID = songID
		rows[i] = p.After(before[p.Part], nowMS)
	}
	return upsertParts(tx, rows)
}

func upsertParts(tx *gorm.DB, rows []models.SongPart) error {
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&rows).Error
}

func partsOf(db *gorm.DB, songID int64) (map[models.PartName]models.SongPart, error) {
	var rows []models.SongPart
	if err := db.Where("song_id = ?", songID).Find(&rows).Error; err != nil {
		return nil, err
	}
	parts := make(map[models.PartName]models.SongPart, len(rows))
	for _, r := range rows {
		parts[r.Part] = r
	}
	return parts, nil
}

// GetParts gets the parts of a song by their names; those without a row are left out.
func (s *Store) GetParts(ctx context.Context, songID int64) (map[models.PartName]models.SongPart, error) {
	parts, err := partsOf(s.read(ctx), songID)
	if err != nil {
		return nil, fmt.Errorf("get parts of song %d: %w", songID, err)
	}
	return parts, nil
}

// GetAsset gets the asset that lies at a location.
func (s *Store) GetAsset(ctx context.Context, locationID int64) (models.FileAsset, error) {
	var a models.FileAsset
	err := s.read(ctx).Joins("JOIN file_locations l ON l.file_asset_id = file_assets.id").Take(&a, "l.id = ?", locationID).Error
	if err != nil {
		return a, fmt.Errorf("get asset of location %d: %w", locationID, err)
	}
	return a, nil
}

// soundFollows makes the part audio follow a song's file or its absence, in the caller's
// transaction.
func soundFollows(tx *gorm.DB, song models.Song, nowMS int64) error {
	p := models.SongPart{SongID: song.ID, Part: models.PartAudio, State: models.PartTodo, UpdatedAtMS: nowMS}
	switch {
	case song.Downloaded:
		p.State = models.PartOK // FinishPlacing adds which file that is
	case song.Availability == models.AvailabilityNotMusic:
		p.State, p.LastErrorCode, p.LastError = models.PartSkipped, song.AvailabilityCode, song.AvailabilityReason
	case song.Availability != models.AvailabilityOpen:
		p.State, p.LastErrorCode, p.LastError = models.PartGivenUp, song.AvailabilityCode, song.AvailabilityReason
	}
	return upsertParts(tx, []models.SongPart{p})
}

// soundPlaced tells the part audio which file it is, by what was served.
func soundPlaced(tx *gorm.DB, assetID, nowMS int64) error {
	return tx.Exec(`INSERT INTO song_parts (song_id, part, state, source, quality, content_hash, updated_at_ms)
		SELECT song_id, ?, ?, source, quality, CASE WHEN served_sha256 = '' THEN sha256 ELSE served_sha256 END, ? FROM file_assets WHERE id = ?
		ON CONFLICT (song_id, part) DO UPDATE SET state = excluded.state, source = excluded.source, quality = excluded.quality,
			content_hash = excluded.content_hash, attempts = 0, next_try_at_ms = 0, last_error_code = '', last_error = '',
			updated_at_ms = excluded.updated_at_ms, reset_id = excluded.reset_id`,
		models.PartAudio, models.PartOK, nowMS, assetID).Error
}

// soundFailed says why a song's sound did not come this time; it is tried again by jobs.
func soundFailed(tx *gorm.DB, task models.DownloadTask, nowMS int64) error {
	before, err := partsOf(tx, task.SongID)
	if err != nil {
		return err
	}
	old := before[models.PartAudio]
	return upsertParts(tx, []models.SongPart{{
		SongID: task.SongID, Part: models.PartAudio, State: models.PartFailed, Attempts: old.Attempts + 1,
		LastErrorCode: task.LastErrorCode, LastError: task.LastError, UpdatedAtMS: nowMS, ResetID: old.ResetID,
	}})
}

// dropParts makes all parts of a song due whose file did not get its name.
func dropParts(tx *gorm.DB, songID, nowMS int64) error {
	return tx.Model(&models.SongPart{}).Where("song_id = ? AND part <> ?", songID, models.PartAudio).
		Updates(map[string]any{"state": models.PartTodo, "content_hash": "", "updated_at_ms": nowMS}).Error
}

// RebuildParts makes the sound of all songs follow their files, and returns how many did
// not.
func (s *Store) RebuildParts(ctx context.Context) (corrected int64, err error) {
	err = s.eachRange(ctx, "songs", wideStep, func(tx *gorm.DB, after, upto int64) error {
		here := tx.Exec(`INSERT INTO song_parts (song_id, part, state, updated_at_ms)
			SELECT id, 'audio', 'ok', ? FROM songs s WHERE id > ? AND id <= ? AND downloaded
				AND NOT EXISTS (SELECT 1 FROM song_parts p WHERE p.song_id = s.id AND p.part = 'audio' AND p.state = 'ok')
			ON CONFLICT (song_id, part) DO UPDATE SET state = 'ok', last_error_code = '', last_error = '', updated_at_ms = excluded.updated_at_ms`,
			s.nowMS(), after, upto)
		if here.Error != nil {
			return here.Error
		}
		gone := tx.Exec(`UPDATE song_parts SET state = 'todo', content_hash = '', updated_at_ms = ?
			WHERE song_id > ? AND song_id <= ? AND part = 'audio' AND state = 'ok'
				AND NOT EXISTS (SELECT 1 FROM songs s WHERE s.id = song_parts.song_id AND s.downloaded)`, s.nowMS(), after, upto)
		corrected += here.RowsAffected + gone.RowsAffected
		return gone.Error
	}, revision.Songs)
	if err != nil {
		return corrected, fmt.Errorf("rebuild parts: %w", err)
	}
	return corrected, nil
}
