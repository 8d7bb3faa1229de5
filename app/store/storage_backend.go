package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// ListStorages lists all storages, the library's folders first, then by name.
func (s *Store) ListStorages(ctx context.Context) ([]models.StorageBackend, error) {
	var list []models.StorageBackend
	err := s.read(ctx).Order(gorm.Expr("type <> ?, is_default DESC, name", models.BackendLocalFS)).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list storages: %w", err)
	}
	return list, nil
}

// GetStorage gets a storage by its id.
func (s *Store) GetStorage(ctx context.Context, id int64) (models.StorageBackend, error) {
	return s.takeStorage(ctx, fmt.Sprint(id), "id = ?", id)
}

// GetStorageNamed gets a storage by its name.
func (s *Store) GetStorageNamed(ctx context.Context, name string) (models.StorageBackend, error) {
	return s.takeStorage(ctx, name, "name = ?", name)
}

func (s *Store) takeStorage(ctx context.Context, label, where string, arg any) (models.StorageBackend, error) {
	var b models.StorageBackend
	err := s.read(ctx).Take(&b, where, arg).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return b, models.NotFound("there is no storage %s; the storage page and catalogsync register-object-backend --list tell which there are", label)
	}
	if err != nil {
		return b, fmt.Errorf("get storage %s: %w", label, err)
	}
	return b, nil
}

// SaveStorage inserts a storage, or changes the one with its id. A name that another one
// has is CodeNameTaken.
func (s *Store) SaveStorage(ctx context.Context, b *models.StorageBackend) error {
	err := s.write(ctx, []revision.Topic{revision.Storages}, func(tx *gorm.DB) error {
		b.UpdatedAtMS = s.nowMS()
		if b.ID == 0 {
			b.CreatedAtMS = b.UpdatedAtMS
			return tx.Create(b).Error
		}
		return tx.Save(b).Error
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		e := models.Invalid("name", models.CodeNameTaken, "there is a storage %s already; choose another name", b.Name)
		e.Class = models.ClassConflict
		return e
	}
	if err != nil {
		return fmt.Errorf("save storage %s: %w", b.Name, err)
	}
	return nil
}

// CountStorages tells what is recorded of each storage.
func (s *Store) CountStorages(ctx context.Context) ([]models.StorageCounts, error) {
	var list []models.StorageCounts
	err := s.read(ctx).Raw(`SELECT b.id AS backend_id, coalesce(f.files, 0) AS files, coalesce(f.bytes, 0) AS bytes, coalesce(f.gone, 0) AS gone_files,
			coalesce(t.pending, 0) AS pending, coalesce(t.uploading, 0) AS uploading, coalesce(t.failed, 0) AS failed
		FROM storage_backends b
		LEFT JOIN (SELECT l.backend_id, sum(l.status = 'active') AS files, sum(CASE l.status WHEN 'active' THEN a.file_size_bytes END) AS bytes,
				sum(l.status = 'missing') AS gone
			FROM file_locations l JOIN file_assets a ON a.id = l.file_asset_id WHERE l.status IN ('active', 'missing') GROUP BY l.backend_id) f ON f.backend_id = b.id
		LEFT JOIN (SELECT target_backend_id, sum(state = 'pending') AS pending, sum(state = 'uploading') AS uploading, sum(state = 'failed') AS failed
			FROM upload_tasks GROUP BY target_backend_id) t ON t.target_backend_id = b.id`).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("count files of storages: %w", err)
	}
	for i := range list {
		if err := s.countMissing(ctx, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// countMissing counts the local files that a storage lacks; a folder of the library lacks
// none.
func (s *Store) countMissing(ctx context.Context, c *models.StorageCounts) error {
	var sum struct{ Files, Bytes int64 }
	err := s.read(ctx).Raw(`SELECT count(*) AS files, coalesce(sum(file_size_bytes), 0) AS bytes FROM (
			SELECT DISTINCT a.id, a.file_size_bytes FROM file_locations l
			JOIN storage_backends b ON b.id = l.backend_id AND b.type = ?
			JOIN file_assets a ON a.id = l.file_asset_id
			WHERE l.status = 'active' AND EXISTS (SELECT 1 FROM storage_backends t WHERE t.id = ? AND t.type <> ?)
				AND NOT EXISTS (SELECT 1 FROM file_locations r WHERE r.file_asset_id = l.file_asset_id AND r.backend_id = ? AND r.status = 'active'))`,
		models.BackendLocalFS, c.BackendID, models.BackendLocalFS, c.BackendID).Scan(&sum).Error
	if err != nil {
		return fmt.Errorf("count files that storage %d lacks: %w", c.BackendID, err)
	}
	c.MissingFiles, c.MissingBytes = sum.Files, sum.Bytes
	return nil
}
