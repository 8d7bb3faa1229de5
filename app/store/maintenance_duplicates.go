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

// duplicateKeys finds assets with several active locations. The inner query reads the unique
// index alone; few assets have two locations at all.
const duplicateKeys = `SELECT l.file_asset_id, l.backend_id FROM (
		SELECT file_asset_id, backend_id FROM file_locations WHERE file_asset_id > ?
		GROUP BY file_asset_id, backend_id HAVING count(*) > 1) AS l
	JOIN storage_backends b ON b.id = l.backend_id AND b.type = ?
	WHERE (SELECT count(*) FROM file_locations a WHERE a.file_asset_id = l.file_asset_id AND a.backend_id = l.backend_id AND a.status = ?) > 1`

// ListDuplicates lists the active locations of assets that a local_fs backend has more
// than once, grouped, with assets behind afterAsset, at most limit groups. Which location
// is kept is not decided here: Keep is empty and Drop holds all of them.
func (s *Store) ListDuplicates(ctx context.Context, afterAsset int64, limit int) ([]models.DuplicateGroup, error) {
	db := s.read(ctx)
	var keys []duplicateKey
	err := db.Raw(duplicateKeys+" ORDER BY l.file_asset_id, l.backend_id LIMIT ?", afterAsset, models.BackendLocalFS, models.LocationActive, limit).Scan(&keys).Error
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

// Busy says whether a job other than besides, or an item of one, is running: what tidies up
// would get in its way. 0 = whichever job.
func (s *Store) Busy(ctx context.Context, besides int64) (bool, error) {
	return busy(s.read(ctx), besides)
}

func busy(db *gorm.DB, besides int64) (bool, error) {
	var is bool
	err := db.Raw("SELECT EXISTS (SELECT 1 FROM job_runs WHERE state IN (?, ?) AND id <> ?) OR EXISTS (SELECT 1 FROM "+activeItems+" WHERE "+runningItems+" AND job_run_id <> ?)",
		models.JobRunning, models.JobPauseRequested, besides, besides).Scan(&is).Error
	if err != nil {
		return false, fmt.Errorf("look for running jobs: %w", err)
	}
	return is, nil
}

// ApplyDedupe makes the duplicates of one group inactive, in one transaction: what named
// them names the kept location, presence follows. done is false when a job other than
// besides began to run or the group is not as it was.
func (s *Store) ApplyDedupe(ctx context.Context, g models.DuplicateGroup, besides int64) (done bool, err error) {
	drop := make([]int64, len(g.Drop))
	for i, f := range g.Drop {
		drop[i] = f.LocationID
	}
	topics := []revision.Topic{revision.Songs, revision.Playlists}
	err = s.write(ctx, topics, func(tx *gorm.DB) error {
		running, err := busy(tx, besides)
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
	if err := repoint(tx, g.Keep.LocationID, drop, now); err != nil {
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

// repoint lets what named locations that go name the one that stays.
func repoint(tx *gorm.DB, keep int64, drop []int64, nowMS int64) error {
	if err := tx.Exec("UPDATE upload_tasks SET source_location_id = ?, updated_at_ms = ? WHERE source_location_id IN ?", keep, nowMS, drop).Error; err != nil {
		return err
	}
	return tx.Exec("UPDATE job_items SET file_location_id = ? WHERE file_location_id IN ?", keep, drop).Error
}

// CountDuplicates counts the groups of ListDuplicates, at most limit.
func (s *Store) CountDuplicates(ctx context.Context, limit int) (n int, err error) {
	err = s.read(ctx).Raw("SELECT count(*) FROM ("+duplicateKeys+" LIMIT ?)", 0, models.BackendLocalFS, models.LocationActive, limit).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count duplicate files: %w", err)
	}
	return n, nil
}
