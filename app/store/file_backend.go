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

// fromSettings is the config_json of the folder that the settings name (LIBRARY_DIR). It
// tells, at the next start, whether they name another one since.
const fromSettings = `{"from_settings":true}`

// EnsureDefaultBackend knows the folder at root, which is absolute and named by the
// settings, as a local_fs backend; the one of an earlier run is used again. New downloads
// go there unless the operator gave another folder since the settings named this one
// (UseFolder).
func (s *Store) EnsureDefaultBackend(ctx context.Context, root string) (models.StorageBackend, error) {
	b, err := s.findFolder(ctx, root)
	if err != nil || b.ConfigJSON == fromSettings && b.Enabled {
		return b, err
	}
	err = s.write(ctx, []revision.Topic{revision.Songs}, func(tx *gorm.DB) error {
		err := tx.Model(&models.StorageBackend{}).Where("type = ? AND config_json = ?", models.BackendLocalFS, fromSettings).Update("config_json", "").Error
		if err != nil {
			return err
		}
		b.ConfigJSON = fromSettings
		return setDefaultBackend(tx, &b, root, s.nowMS())
	})
	if err != nil {
		return b, fmt.Errorf("make %s the default backend: %w", root, err)
	}
	return b, nil
}

// UseFolder lets new downloads go to the folder at root, which is absolute: its local_fs
// backend is made, or used again, and is the default from now on.
func (s *Store) UseFolder(ctx context.Context, root string) (models.StorageBackend, error) {
	b, err := s.findFolder(ctx, root)
	if err != nil {
		return b, err
	}
	err = s.write(ctx, []revision.Topic{revision.Songs}, func(tx *gorm.DB) error {
		return setDefaultBackend(tx, &b, root, s.nowMS())
	})
	if err != nil {
		return b, fmt.Errorf("let downloads go to %s: %w", root, err)
	}
	return b, nil
}

// SettingsFolder is the folder, absolute, that the settings name of the process which works
// on this database; a ClassLocal error says that none ever did.
func (s *Store) SettingsFolder(ctx context.Context) (string, error) {
	var b models.StorageBackend
	err := s.read(ctx).Take(&b, "type = ? AND config_json = ?", models.BackendLocalFS, fromSettings).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", models.NewError(models.ClassLocal, models.CodeDatabase, "the process that works on this database is still starting; try again in a moment")
	}
	if err != nil {
		return "", fmt.Errorf("look for the library folder: %w", err)
	}
	return b.Root, nil
}

// ListFolders lists the local_fs backends, oldest first.
func (s *Store) ListFolders(ctx context.Context) ([]models.StorageBackend, error) {
	var list []models.StorageBackend
	if err := s.read(ctx).Order("id").Find(&list, "type = ?", models.BackendLocalFS).Error; err != nil {
		return nil, fmt.Errorf("list library folders: %w", err)
	}
	return list, nil
}

// findFolder finds the backend of a folder; id 0 = there is none.
func (s *Store) findFolder(ctx context.Context, root string) (models.StorageBackend, error) {
	var b models.StorageBackend
	err := s.read(ctx).Take(&b, "type = ? AND root = ?", models.BackendLocalFS, root).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return b, fmt.Errorf("find backend of %s: %w", root, err)
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
		Name: name, Type: models.BackendLocalFS, Root: root, ConfigJSON: b.ConfigJSON,
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
