package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// duplicateKey names an asset that one backend has more than once.
type duplicateKey struct{ FileAssetID, BackendID int64 }

// ListDuplicates lists the active locations of assets that a local_fs backend has more
// than once, grouped, with assets behind afterAsset, at most limit groups. Which location
// is kept is not decided here: Keep is empty and Drop holds all of them.
func (s *Store) ListDuplicates(ctx context.Context, afterAsset int64, limit int) ([]models.DuplicateGroup, error) {
	db := s.read(ctx)
	var keys []duplicateKey
	// The inner query reads the unique index alone; few assets have two locations at all.
	err := db.Raw(`SELECT l.file_asset_id, l.backend_id FROM (
			SELECT file_asset_id, backend_id FROM file_locations WHERE file_asset_id > ?
			GROUP BY file_asset_id, backend_id HAVING count(*) > 1) AS l
		JOIN storage_backends b ON b.id = l.backend_id AND b.type = ?
		WHERE (SELECT count(*) FROM file_locations a WHERE a.file_asset_id = l.file_asset_id AND a.backend_id = l.backend_id AND a.status = ?) > 1
		ORDER BY l.file_asset_id, l.backend_id LIMIT ?`, afterAsset, models.BackendLocalFS, models.LocationActive, limit).Scan(&keys).Error
	if err != nil {
		return nil, fmt.Errorf("list duplicate files: %w", err)
	}
	groups := make([]models.DuplicateGroup, 0, len(keys))
	for _, k := range keys {
		g, err := readDuplicates(db, k)
		if err != nil {
			return nil, fmt.Errorf("list duplicates of file %d: %w", k.FileAssetID, err)
		}
		groups = append(groups, g)
	}
	return groups, nil
}

func readDuplicates(db *gorm.DB, k duplicateKey) (models.DuplicateGroup, error) {
	var rows []struct {
		LocationID, SongID, SizeBytes int64
		Locator, SongName, Singers    string
	}
	err := db.Raw(`SELECT l.id AS location_id, l.song_id, a.file_size_bytes AS size_bytes, l.locator, s.name AS song_name, s.singers
		FROM file_locations l JOIN file_assets a ON a.id = l.file_asset_id JOIN songs s ON s.id = l.song_id
		WHERE l.file_asset_id = ? AND l.backend_id = ? AND l.status = ? ORDER BY l.id`,
		k.FileAssetID, k.BackendID, models.LocationActive).Scan(&rows).Error
	g := models.DuplicateGroup{FileAssetID: k.FileAssetID, BackendID: k.BackendID}
	for _, r := range rows {
		g.SongID, g.SongName, g.Singers = r.SongID, r.SongName, r.Singers
		g.Drop = append(g.Drop, models.DuplicateFile{LocationID: r.LocationID, Locator: r.Locator, SizeBytes: r.SizeBytes})
	}
	return g, err
}

// Busy says whether a job or an item is running: what tidies up would get in its way.
func (s *Store) Busy(ctx context.Context) (bool, error) { return busy(s.read(ctx)) }

func busy(db *gorm.DB) (bool, error) {
	var is bool
	err := db.Raw("SELECT EXISTS (SELECT 1 FROM job_runs WHERE state IN (?, ?)) OR EXISTS (SELECT 1 FROM "+activeItems+" WHERE "+runningItems+")",
		models.JobRunning, models.JobPauseRequested).Scan(&is).Error
	if err != nil {
		return false, fmt.Errorf("look for running jobs: %w", err)
	}
	return is, nil
}

// ApplyDedupe makes the duplicates of one group inactive, in one transaction: what named
// them names the kept location, presence follows. done is false when a job began to run
// or the group is not as it was.
func (s *Store) ApplyDedupe(ctx context.Context, g models.DuplicateGroup) (done bool, err error) {
	drop := make([]int64, len(g.Drop))
	for i, f := range g.Drop {
		drop[i] = f.LocationID
	}
	topics := []revision.Topic{revision.Songs, revision.Playlists}
	err = s.write(ctx, topics, func(tx *gorm.DB) error {
		running, err := busy(tx)
		if err != nil || running {
			return err
		}
		var active int64
		err = tx.Model(&models.FileLocation{}).Where("id IN ? AND status = ? AND file_asset_id = ? AND backend_id = ?",
			append([]int64{g.Keep.LocationID}, drop...), models.LocationActive, g.FileAssetID, g.BackendID).Count(&active).Error
		if err != nil || int(active) != len(drop)+1 {
			return err
		}
		done = true
		return s.dedupe(tx, g, drop)
	})
	if err != nil {
		return false, fmt.Errorf("dedupe file %d: %w", g.FileAssetID, err)
	}
	return done, nil
}

func (s *Store) dedupe(tx *gorm.DB, g models.DuplicateGroup, drop []int64) error {
	now := s.nowMS()
	if err := tx.Exec("UPDATE upload_tasks SET source_location_id = ?, updated_at_ms = ? WHERE source_location_id IN ?", g.Keep.LocationID, now, drop).Error; err != nil {
		return err
	}
	if err := tx.Exec("UPDATE job_items SET file_location_id = ? WHERE file_location_id IN ?", g.Keep.LocationID, drop).Error; err != nil {
		return err
	}
	var primary bool
	err := tx.Raw("SELECT EXISTS (SELECT 1 FROM file_locations WHERE id IN ? AND is_primary = ?)", drop, true).Scan(&primary).Error
	if err != nil {
		return err
	}
	err = tx.Model(&models.FileLocation{}).Where("id IN ?", drop).
		Updates(map[string]any{"status": models.LocationInactive, "is_primary": false, "updated_at_ms": now}).Error
	if err != nil {
		return err
	}
	if primary {
		if err := tx.Model(&models.FileLocation{}).Where("id = ?", g.Keep.LocationID).Updates(map[string]any{"is_primary": true, "updated_at_ms": now}).Error; err != nil {
			return err
		}
	}
	return refreshPresence(tx, g.SongID, g.BackendID, now)
}
