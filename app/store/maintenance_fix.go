package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// DownloadsRunning says whether files are being placed: a download or an import runs. What
// settles findings would get in its way.
func (s *Store) DownloadsRunning(ctx context.Context) (bool, error) {
	var is bool
	err := s.read(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM job_runs r JOIN job_stages g ON g.job_run_id = r.id
		WHERE r.state IN ? AND g.name IN ? AND g.state IN ?)`,
		[]models.JobState{models.JobRunning, models.JobPauseRequested}, []models.StageName{models.StageDownload, models.StageImport},
		[]models.StageState{models.StagePlanning, models.StageRunning}).Scan(&is).Error
	if err != nil {
		return false, fmt.Errorf("look for running downloads: %w", err)
	}
	return is, nil
}

// ListLost lists the locations of a backend whose file is not where it is recorded: those
// that were given up, and those that are found missing now; by id, behind afterID.
func (s *Store) ListLost(ctx context.Context, backendID, afterID int64, limit int) ([]models.LocalFile, error) {
	var files []models.LocalFile
	err := localFiles(s.read(ctx)).
		Where("+l.backend_id = ? AND l.id > ? AND (l.status = ? OR EXISTS (SELECT 1 FROM maintenance_findings f WHERE f.location_id = l.id AND f.class = ?))",
			backendID, afterID, models.LocationMissing, models.FindingMissing).
		Order("l.id").Limit(limit).Scan(&files).Error
	if err != nil {
		return nil, fmt.Errorf("list lost files of backend %d: %w", backendID, err)
	}
	return files, nil
}

// Relink makes a location name the place where its file lies, and count. A record of the
// same file at that place is used again. It answers false when the location counts
// elsewhere by now, or the place has an owner.
func (s *Store) Relink(ctx context.Context, locationID int64, locator, key string, modTimeMS int64) (done bool, err error) {
	topics := []revision.Topic{revision.Songs, revision.Playlists}
	err = s.write(ctx, topics, func(tx *gorm.DB) error {
		now := s.nowMS()
		var l models.FileLocation
		if err := tx.Take(&l, "id = ?", locationID).Error; err != nil {
			return err
		}
		owned, err := isOwned(tx, l.BackendID, locator, key, l.ID)
		if err != nil || owned || l.Status == models.LocationPlacing {
			return err
		}
		if l.Status == models.LocationInactive { // history, unless the song has nothing else
			here, err := isDownloaded(tx, l.SongID)
			if err != nil || here {
				return err
			}
		}
		done = true
		target, err := relinkTarget(tx, l, locator, now)
		if err != nil {
			return err
		}
		target.Locator, target.LocatorKey, target.Status = locator, key, models.LocationActive
		target.IsPrimary, target.ModTimeMS, target.UpdatedAtMS = true, modTimeMS, now
		if err := replaceOthers(tx, target, now); err != nil {
			return err
		}
		if err := tx.Save(&target).Error; err != nil {
			return err
		}
		if err := refreshPresence(tx, l.SongID, l.BackendID, now); err != nil {
			return err
		}
		return setSongOutcome(tx, l.SongID, songOutcome{Downloaded: new(true), Availability: new(models.AvailabilityOpen)}, now)
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("relink location %d: %w", locationID, err)
	}
	return done, nil
}

// isOwned says whether another record that counts, or is about to, has a place.
func isOwned(tx *gorm.DB, backendID int64, locator, key string, besides int64) (bool, error) {
	var n int64
	err := tx.Model(&models.FileLocation{}).Where("backend_id = ? AND locator_key = ? AND locator = ? AND id <> ? AND status IN ?", backendID, key, locator, besides,
		[]models.LocationStatus{models.LocationActive, models.LocationPlacing}).Count(&n).Error
	return n > 0, err
}

// relinkTarget is the record that gets the place: the location itself, or an older record
// of the same file at that place, which then takes over what named the location.
func relinkTarget(tx *gorm.DB, l models.FileLocation, locator string, nowMS int64) (models.FileLocation, error) {
	var older []models.FileLocation
	err := tx.Where("file_asset_id = ? AND backend_id = ? AND locator = ? AND id <> ?", l.FileAssetID, l.BackendID, locator, l.ID).Limit(1).Find(&older).Error
	if err != nil || len(older) == 0 {
		return l, err
	}
	target := older[0]
	if err := tx.Exec("UPDATE upload_tasks SET source_location_id = ?, updated_at_ms = ? WHERE source_location_id = ?", target.ID, nowMS, l.ID).Error; err != nil {
		return target, err
	}
	if err := tx.Exec("UPDATE job_items SET file_location_id = ? WHERE file_location_id = ?", target.ID, l.ID).Error; err != nil {
		return target, err
	}
	return target, tx.Model(&models.FileLocation{}).Where("id = ?", l.ID).
		Updates(map[string]any{"status": models.LocationInactive, "is_primary": false, "updated_at_ms": nowMS}).Error
}

// AdoptFile records a file that lies in the library for a song, and lets it count; what was
// recorded at its place for the same song is history then. It answers false when another
// song has the place.
func (s *Store) AdoptFile(ctx context.Context, asset models.FileAsset, location models.FileLocation) (done bool, err error) {
	err = s.write(ctx, nil, func(tx *gorm.DB) error {
		now := s.nowMS()
		var others int64
		err := tx.Model(&models.FileLocation{}).Where("backend_id = ? AND locator_key = ? AND locator = ? AND song_id <> ? AND status IN ?", location.BackendID, location.LocatorKey, location.Locator, asset.SongID,
			[]models.LocationStatus{models.LocationActive, models.LocationPlacing}).Count(&others).Error
		if err != nil || others > 0 {
			return err
		}
		done = true
		if err := upsertAsset(tx, &asset, now); err != nil {
			return err
		}
		location.FileAssetID, location.SongID = asset.ID, asset.SongID
		return upsertPlacing(tx, &location, now)
	})
	if err != nil || !done {
		return false, err
	}
	return true, s.FinishPlacing(ctx, location.ID, location.ModTimeMS)
}

// ListOrphans lists assets that lie nowhere, by id, behind afterID.
func (s *Store) ListOrphans(ctx context.Context, afterID int64, limit int) ([]models.FileAsset, error) {
	var list []models.FileAsset
	err := s.read(ctx).Where("id > ? AND NOT EXISTS (SELECT 1 FROM file_locations l WHERE l.file_asset_id = file_assets.id)", afterID).
		Order("id").Limit(limit).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list rows without a file: %w", err)
	}
	return list, nil
}

// RemoveOrphan deletes an asset that still lies nowhere.
func (s *Store) RemoveOrphan(ctx context.Context, assetID int64) error {
	err := s.write(ctx, nil, func(tx *gorm.DB) error {
		return tx.Where("id = ? AND NOT EXISTS (SELECT 1 FROM file_locations l WHERE l.file_asset_id = file_assets.id)", assetID).Delete(&models.FileAsset{}).Error
	})
	if err != nil {
		return fmt.Errorf("remove row %d without a file: %w", assetID, err)
	}
	return nil
}

// GetLocation gets a location and what it holds; false when there is none any more.
func (s *Store) GetLocation(ctx context.Context, id int64) (l models.FileLocation, a models.FileAsset, found bool, err error) {
	err = s.read(ctx).Take(&l, "id = ?", id).Error
	if err == nil {
		err = s.read(ctx).Take(&a, "id = ?", l.FileAssetID).Error
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return l, a, false, nil
	}
	if err != nil {
		return l, a, false, fmt.Errorf("get location %d: %w", id, err)
	}
	return l, a, true, nil
}

// CountActiveFiles counts the files of a backend that count.
func (s *Store) CountActiveFiles(ctx context.Context, backendID int64) (n int64, err error) {
	err = s.read(ctx).Model(&models.FileLocation{}).Where("backend_id = ? AND status = ?", backendID, models.LocationActive).Count(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count files of backend %d: %w", backendID, err)
	}
	return n, nil
}
