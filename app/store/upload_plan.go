package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// ListMissingUploads lists local files that a storage lacks, by the id of their location,
// from the one after afterID on.
func (s *Store) ListMissingUploads(ctx context.Context, backendID int64, f models.UploadFilter, afterID int64, limit int) ([]models.MissingUpload, error) {
	var list []models.MissingUpload
	q := s.read(ctx).Table("file_locations l").
		Select("l.file_asset_id, l.id AS location_id, l.song_id, s.name AS song_name, s.singers, s.platform, l.locator, a.file_size_bytes AS size_bytes").
		Joins("JOIN storage_backends b ON b.id = l.backend_id AND b.type = ?", models.BackendLocalFS).
		Joins("JOIN file_assets a ON a.id = l.file_asset_id").
		Joins("JOIN songs s ON s.id = l.song_id").
		Where("l.id > ? AND l.status = ?", afterID, models.LocationActive).
		Where("NOT EXISTS (SELECT 1 FROM file_locations r WHERE r.file_asset_id = l.file_asset_id AND r.backend_id = ? AND r.status = 'active')", backendID)
	if len(f.Sources) > 0 {
		q = q.Where("s.platform IN ?", f.Sources)
	}
	if len(f.PlaylistIDs) > 0 {
		q = q.Where("EXISTS (SELECT 1 FROM playlist_songs p WHERE p.song_id = l.song_id AND p.gone_at_ms = 0 AND p.playlist_id IN ?)", f.PlaylistIDs)
	}
	if err := q.Order("l.id").Limit(limit).Scan(&list).Error; err != nil {
		return nil, fmt.Errorf("list files that storage %d lacks: %w", backendID, err)
	}
	return list, nil
}

// PlanUploads writes a task for each of the files, or takes up the one that there is: its
// begun multipart upload is kept. keyOf gives the key of a name (see FindNameOwner);
// prefix goes before each local path. A name that another file on the storage has gets
// that of the asset beside it.
func (s *Store) PlanUploads(ctx context.Context, backendID int64, files []models.MissingUpload, target func(locator string) string, keyOf func(locator string) string) error {
	if len(files) == 0 {
		return nil
	}
	err := s.write(ctx, []revision.Topic{revision.Storages}, func(tx *gorm.DB) error {
		for chunk := range slices.Chunk(files, chunkIDs) {
			if err := s.planUploads(tx, backendID, chunk, target, keyOf); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("plan %d uploads to storage %d: %w", len(files), backendID, err)
	}
	return nil
}

func (s *Store) planUploads(tx *gorm.DB, backendID int64, files []models.MissingUpload, target, keyOf func(string) string) error {
	now := s.nowMS()
	tasks := make([]models.UploadTask, len(files))
	locators, assets := make([]string, len(files)), make([]int64, len(files))
	for i, f := range files {
		locators[i], assets[i] = target(f.Locator), f.FileAssetID
		tasks[i] = models.UploadTask{FileAssetID: f.FileAssetID, TargetBackendID: backendID, TargetLocator: locators[i],
			SourceLocationID: &files[i].LocationID, State: models.UploadPending, CreatedAtMS: now, UpdatedAtMS: now}
	}
	taken, err := takenLocators(tx, backendID, locators, keyOf)
	if err != nil {
		return err
	}
	for i := range tasks {
		t := &tasks[i]
		key := keyOf(t.TargetLocator)
		if owner, is := taken[key]; is && owner != t.FileAssetID {
			t.TargetLocator = besideName(t.TargetLocator, t.FileAssetID)
		} else {
			taken[key] = t.FileAssetID
		}
	}
	if err := dropMovedTasks(tx, backendID, assets, tasks, now); err != nil {
		return err
	}
	return tx.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "file_asset_id"}, {Name: "target_backend_id"}, {Name: "target_locator"}},
		DoUpdates: append(clause.AssignmentColumns([]string{"source_location_id", "state", "updated_at_ms"}),
			clause.Assignment{Column: clause.Column{Name: "last_error"}, Value: ""}, clause.Assignment{Column: clause.Column{Name: "last_error_code"}, Value: ""}),
	}).CreateInBatches(&tasks, batchRows/5).Error
}

// takenLocators tells which asset has each name on a storage, by key. A file that lies
// there and nowhere in the library any more was replaced: its name is free.
func takenLocators(tx *gorm.DB, backendID int64, locators []string, keyOf func(string) string) (map[string]int64, error) {
	keys := make([]string, len(locators))
	for i, l := range locators {
		keys[i] = keyOf(l)
	}
	var rows []struct {
		LocatorKey  string
		FileAssetID int64
	}
	err := tx.Raw(`SELECT l.locator_key, l.file_asset_id FROM file_locations l WHERE l.backend_id = ? AND l.locator_key IN ? AND l.status = 'active'
		AND EXISTS (SELECT 1 FROM file_locations o JOIN storage_backends b ON b.id = o.backend_id AND b.type = ?
			WHERE o.file_asset_id = l.file_asset_id AND o.status = 'active')`, backendID, keys, models.BackendLocalFS).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	taken := map[string]int64{}
	for _, r := range rows {
		taken[r.LocatorKey] = r.FileAssetID
	}
	var open []models.UploadTask
	err = tx.Raw(`SELECT t.* FROM upload_tasks t JOIN file_locations l ON l.id = t.source_location_id AND l.status = 'active'
		WHERE t.target_backend_id = ? AND t.target_locator IN ? AND t.state IN ('pending', 'uploading', 'failed')`, backendID, locators).Scan(&open).Error
	for _, t := range open {
		if _, is := taken[keyOf(t.TargetLocator)]; !is {
			taken[keyOf(t.TargetLocator)] = t.FileAssetID
		}
	}
	return taken, err
}

// besideName is a name that no other file has, with the asset's number.
func besideName(locator string, asset int64) string {
	if slash, dot := strings.LastIndexByte(locator, '/'), strings.LastIndexByte(locator, '.'); dot > slash+1 {
		return fmt.Sprintf("%s [%d]%s", locator[:dot], asset, locator[dot:])
	}
	return fmt.Sprintf("%s [%d]", locator, asset)
}

// dropMovedTasks settles the open tasks of files that go to another name now.
func dropMovedTasks(tx *gorm.DB, backendID int64, assets []int64, tasks []models.UploadTask, nowMS int64) error {
	kept := make([]string, len(tasks))
	for i := range tasks {
		kept[i] = tasks[i].TargetLocator
	}
	return tx.Exec(`UPDATE upload_tasks SET state = 'skipped', last_error = 'the file has another name now', last_error_code = '', updated_at_ms = ?
		WHERE file_asset_id IN ? AND target_backend_id = ? AND target_locator NOT IN ? AND state IN ('pending', 'uploading', 'failed')`,
		nowMS, assets, backendID, kept).Error
}

// GetUploadOrder gets what is to be uploaded of an asset to a storage: the task that is
// not settled, with the local file as it is recorded now. Settled tasks are found, too.
func (s *Store) GetUploadOrder(ctx context.Context, assetID, backendID int64) (models.UploadOrder, error) {
	var o models.UploadOrder
	err := s.read(ctx).Raw(`SELECT t.id AS task_id, t.state, t.attempts, t.upload_id, t.target_locator, a.id AS file_asset_id, a.song_id,
			coalesce(l.id, 0) AS location_id, coalesce(b.root, '') AS root, coalesce(l.locator, '') AS locator,
			a.ext, a.file_size_bytes AS size_bytes, a.sha256, a.crc32, coalesce(l.mod_time_ms, 0) AS mod_time_ms
		FROM upload_tasks t JOIN file_assets a ON a.id = t.file_asset_id
		LEFT JOIN file_locations l ON l.file_asset_id = a.id AND l.status = 'active' AND l.backend_id IN (SELECT id FROM storage_backends WHERE type = ?)
		LEFT JOIN storage_backends b ON b.id = l.backend_id
		WHERE t.file_asset_id = ? AND t.target_backend_id = ?
		ORDER BY t.state IN ('pending', 'uploading', 'failed') DESC, t.updated_at_ms DESC, l.is_primary DESC LIMIT 1`,
		models.BackendLocalFS, assetID, backendID).Take(&o).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return o, models.NotFound("no upload of file %d is planned", assetID)
	}
	if err != nil {
		return o, fmt.Errorf("get upload of file %d: %w", assetID, err)
	}
	return o, nil
}
