package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// EnsureDefaultBackend makes the folder at root, which is absolute, the default local_fs
// backend. The backend of an earlier run with the same folder is used again.
func (s *Store) EnsureDefaultBackend(ctx context.Context, root string) (models.StorageBackend, error) {
	var b models.StorageBackend
	err := s.read(ctx).Take(&b, "type = ? AND root = ?", models.BackendLocalFS, root).Error
	if err == nil && b.IsDefault && b.Enabled {
		return b, nil
	}
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return b, fmt.Errorf("find backend of %s: %w", root, err)
	}
	err = s.write(ctx, []revision.Topic{revision.Songs}, func(tx *gorm.DB) error {
		return setDefaultBackend(tx, &b, root, s.nowMS())
	})
	if err != nil {
		return b, fmt.Errorf("make %s the default backend: %w", root, err)
	}
	return b, nil
}

func setDefaultBackend(tx *gorm.DB, b *models.StorageBackend, root string, nowMS int64) error {
	err := tx.Model(&models.StorageBackend{}).Where("type = ? AND is_default = ? AND root <> ?", models.BackendLocalFS, true, root).
		Updates(map[string]any{"is_default": false, "updated_at_ms": nowMS}).Error
	if err != nil {
		return err
	}
	if b.ID != 0 {
		b.IsDefault, b.Enabled, b.UpdatedAtMS = true, true, nowMS
		return tx.Save(b).Error
	}
	name, err := freeBackendName(tx, filepath.Base(root))
	if err != nil {
		return err
	}
	*b = models.StorageBackend{
		Name: name, Type: models.BackendLocalFS, Root: root,
		IsDefault: true, Enabled: true, CreatedAtMS: nowMS, UpdatedAtMS: nowMS,
	}
	return tx.Create(b).Error
}

// freeBackendName is base, or base with the first number that makes it unique.
func freeBackendName(tx *gorm.DB, base string) (string, error) {
	for name, n := base, 2; ; name, n = fmt.Sprintf("%s %d", base, n), n+1 {
		var taken int64
		if err := tx.Model(&models.StorageBackend{}).Where("name = ?", name).Count(&taken).Error; err != nil {
			return "", err
		}
		if taken == 0 {
			return name, nil
		}
	}
}

// HasActiveFiles says whether any file is recorded on a backend.
func (s *Store) HasActiveFiles(ctx context.Context, backendID int64) (bool, error) {
	var has bool
	err := s.read(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM file_locations WHERE backend_id = ? AND status = ?)`,
		backendID, models.LocationActive).Scan(&has).Error
	if err != nil {
		return false, fmt.Errorf("look for files of backend %d: %w", backendID, err)
	}
	return has, nil
}
