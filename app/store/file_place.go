package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// BeginPlacing writes down a verified file before it gets its name, with the decision that
// chose it, and gives the id of its location. Nothing counts yet: FinishPlacing follows
// when the file has its name, DropPlacing when it did not get it.
func (s *Store) BeginPlacing(ctx context.Context, r models.DownloadRecord) (locationID int64, err error) {
	err = s.write(ctx, nil, func(tx *gorm.DB) error {
		now := s.nowMS()
		if err := upsertAsset(tx, &r.Asset, now); err != nil {
			return err
		}
		r.Location.FileAssetID, r.Location.SongID = r.Asset.ID, r.Asset.SongID
		if err := upsertPlacing(tx, &r.Location, now); err != nil {
			return err
		}
		if err := saveParts(tx, r.Asset.SongID, r.Parts, now); err != nil {
			return err
		}
		if r.KeepTask {
			return nil
		}
		r.Task.SongID, r.Task.FileAssetID, r.Task.State = r.Asset.SongID, &r.Asset.ID, models.TaskPlacing
		return upsertTask(tx, r.Task, now)
	})
	if err != nil {
		return 0, fmt.Errorf("write down file %s of song %d: %w", r.Location.Locator, r.Asset.SongID, err)
	}
	return r.Location.ID, nil
}

// upsertAsset inserts an asset; the same bytes of the same song are one asset, described
// by what was learnt last.
func upsertAsset(tx *gorm.DB, a *models.FileAsset, nowMS int64) error {
	a.CreatedAtMS, a.UpdatedAtMS = nowMS, nowMS
	return tx.Clauses(
		clause.OnConflict{
			Columns: []clause.Column{{Name: "song_id"}, {Name: "sha256"}},
			DoUpdates: clause.AssignmentColumns([]string{"source", "source_song_id", "quality", "claimed_quality", "ext", "codec",
				"duration_ms", "bitrate_bps", "sample_rate_hz", "bit_depth", "channels", "served_sha256", "served_bytes", "updated_at_ms"}),
		},
		clause.Returning{Columns: []clause.Column{{Name: "id"}}},
	).Create(a).Error
}

func upsertPlacing(tx *gorm.DB, l *models.FileLocation, nowMS int64) error {
	l.Status, l.CreatedAtMS, l.UpdatedAtMS = models.LocationPlacing, nowMS, nowMS
	return tx.Clauses(
		clause.OnConflict{
			Columns:   []clause.Column{{Name: "file_asset_id"}, {Name: "backend_id"}, {Name: "locator"}},
			DoUpdates: clause.AssignmentColumns([]string{"locator_key", "status", "updated_at_ms"}),
		},
		clause.Returning{Columns: []clause.Column{{Name: "id"}}},
	).Create(l).Error
}

func upsertTask(tx *gorm.DB, t models.DownloadTask, nowMS int64) error {
	t.CreatedAtMS, t.UpdatedAtMS = nowMS, nowMS
	return tx.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "song_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"state", "chosen_source", "chosen_song_id", "file_asset_id",
			"decision_json", "last_error_code", "last_error", "attempts", "misses", "next_try_ms", "updated_at_ms"}),
	}).Create(&t).Error
}

// FinishPlacing makes a placed file count, in one transaction: the location is active and
// the song's primary one, presence, the song and the counters of its playlists follow.
// Locations of the song that this one replaces become inactive.
func (s *Store) FinishPlacing(ctx context.Context, locationID, modTimeMS int64) error {
	topics := []revision.Topic{revision.Songs, revision.Playlists}
	err := s.write(ctx, topics, func(tx *gorm.DB) error {
		now := s.nowMS()
		l, alone, err := placingLocation(tx, locationID)
		if err != nil {
			return err
		}
		if !alone {
			if err := replaceOthers(tx, l, now); err != nil {
				return err
			}
		}
		err = tx.Exec(`UPDATE file_locations SET status = ?, is_primary = ?, mod_time_ms = ?, updated_at_ms = ? WHERE id = ?`,
			models.LocationActive, true, modTimeMS, now, l.ID).Error
		if err != nil {
			return err
		}
		err = tx.Exec(`UPDATE download_tasks SET state = ?, file_asset_id = ?, updated_at_ms = ? WHERE song_id = ?`,
			models.TaskSucceeded, l.FileAssetID, now, l.SongID).Error
		if err != nil {
			return err
		}
		if alone {
			err = upsertPresence(tx, models.Presence{SongID: l.SongID, BackendID: l.BackendID, ActiveFiles: 1, UpdatedAtMS: now})
		} else {
			err = refreshPresence(tx, l.SongID, l.BackendID, now)
		}
		if err != nil {
			return err
		}
		err = setSongOutcome(tx, l.SongID, songOutcome{Downloaded: new(true), Availability: new(models.AvailabilityOpen)}, now)
		if err != nil {
			return err
		}
		return soundPlaced(tx, l.FileAssetID, now)
	})
	if err != nil {
		return fmt.Errorf("confirm location %d: %w", locationID, err)
	}
	return nil
}

// placingLocation reads a location, and whether it is the only one that its song ever had.
func placingLocation(tx *gorm.DB, id int64) (l models.FileLocation, alone bool, err error) {
	var row struct {
		ID, SongID, BackendID, FileAssetID int64
		Locator                            string
		Others                             bool
	}
	result := tx.Raw(`SELECT id, song_id, backend_id, file_asset_id, locator,
			EXISTS (SELECT 1 FROM file_locations o WHERE o.song_id = l.song_id AND o.id <> l.id) AS others
		FROM file_locations l WHERE id = ?`, id).Scan(&row)
	if result.Error == nil && result.RowsAffected == 0 {
		return l, false, gorm.ErrRecordNotFound
	}
	l = models.FileLocation{ID: row.ID, SongID: row.SongID, BackendID: row.BackendID, FileAssetID: row.FileAssetID, Locator: row.Locator}
	return l, !row.Others, result.Error
}

// replaceOthers demotes the song's other local locations. Those of the same file, and
// those that were missing, are history now.
func replaceOthers(tx *gorm.DB, l models.FileLocation, nowMS int64) error {
	others := func() *gorm.DB {
		return tx.Model(&models.FileLocation{}).Where("song_id = ? AND +backend_id = ? AND id <> ?", l.SongID, l.BackendID, l.ID)
	}
	err := others().Where("status = ? OR (status = ? AND locator = ?)", models.LocationMissing, models.LocationActive, l.Locator).
		Updates(map[string]any{"status": models.LocationInactive, "updated_at_ms": nowMS}).Error
	if err != nil {
		return err
	}
	return tx.Model(&models.FileLocation{}).Where("song_id = ? AND id <> ? AND is_primary = ?", l.SongID, l.ID, true).
		Updates(map[string]any{"is_primary": false, "updated_at_ms": nowMS}).Error
}

// DropPlacing forgets a file that did not get its name, and its asset unless that lies
// somewhere else.
func (s *Store) DropPlacing(ctx context.Context, locationID int64) error {
	err := s.write(ctx, nil, func(tx *gorm.DB) error {
		var l models.FileLocation
		if err := tx.Take(&l, "id = ? AND status = ?", locationID, models.LocationPlacing).Error; err != nil {
			return err
		}
		if err := tx.Delete(&l).Error; err != nil {
			return err
		}
		if err := dropParts(tx, l.SongID, s.nowMS()); err != nil {
			return err
		}
		return tx.Where("id = ? AND NOT EXISTS (SELECT 1 FROM file_locations WHERE file_asset_id = file_assets.id)", l.FileAssetID).
			Delete(&models.FileAsset{}).Error
	})
	if err != nil {
		return fmt.Errorf("forget location %d: %w", locationID, err)
	}
	return nil
}
