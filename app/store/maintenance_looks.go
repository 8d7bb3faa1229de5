package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// looksKept is the number of looks that are remembered.
const looksKept = 100

// BeginLook writes down that database and disks are being compared and gives its id.
func (s *Store) BeginLook(ctx context.Context, look models.MaintenanceLook) (int64, error) {
	look.StartedAtMS = s.nowMS()
	err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error {
		id, err := nextID(tx, "maintenance_looks")
		if err != nil {
			return err
		}
		look.ID = id
		if err := tx.Create(&look).Error; err != nil {
			return err
		}
		// A look that still has findings stays, however old.
		return tx.Where("id <= ? AND NOT EXISTS (SELECT 1 FROM maintenance_findings f WHERE f.look_id = maintenance_looks.id)", id-looksKept).
			Delete(&models.MaintenanceLook{}).Error
	})
	if err != nil {
		return 0, fmt.Errorf("begin a look at the library: %w", err)
	}
	return look.ID, nil
}

// EndLook writes down what a look came to.
func (s *Store) EndLook(ctx context.Context, look models.MaintenanceLook) error {
	err := s.write(ctx, []revision.Topic{revision.Maintenance}, func(tx *gorm.DB) error {
		return tx.Model(&models.MaintenanceLook{}).Where("id = ?", look.ID).Updates(map[string]any{
			"files": look.Files, "bytes_read": look.BytesRead, "found": look.Found, "unreachable": look.Unreachable, "finished_at_ms": s.nowMS(),
		}).Error
	})
	if err != nil {
		return fmt.Errorf("end look %d at the library: %w", look.ID, err)
	}
	return nil
}

// LastLook is the latest finished look of a kind; false when there was none.
func (s *Store) LastLook(ctx context.Context, kind models.LookKind) (models.MaintenanceLook, bool, error) {
	var list []models.MaintenanceLook
	err := s.read(ctx).Where("kind = ? AND finished_at_ms > 0", kind).Order("id DESC").Limit(1).Find(&list).Error
	if err != nil {
		return models.MaintenanceLook{}, false, fmt.Errorf("read the last look at the library: %w", err)
	}
	if len(list) == 0 {
		return models.MaintenanceLook{}, false, nil
	}
	return list[0], true, nil
}

// ListOldestChecked lists active files of local backends whose bytes were not compared since an
// instant, those that waited longest first.
func (s *Store) ListOldestChecked(ctx context.Context, backendIDs []int64, beforeMS int64, limit int) ([]models.CheckedFile, error) {
	const checked = "(CASE WHEN l.checked_at_ms > l.created_at_ms THEN l.checked_at_ms ELSE l.created_at_ms END)"
	var files []models.CheckedFile
	err := localFiles(s.read(ctx)).Select(`l.id AS location_id, l.song_id, l.backend_id, b.root, l.locator, l.status,
			a.file_size_bytes AS size_bytes, a.sha256, a.source, `+checked+` AS checked_at_ms`).
		Where("l.status = 'active' AND +l.backend_id IN ? AND "+checked+" < ?", backendIDs, beforeMS).Order(checked + ", l.id").Limit(limit).Scan(&files).Error
	if err != nil {
		return nil, fmt.Errorf("list files to read again: %w", err)
	}
	return files, nil
}

// NoteChecked notes that the bytes of files were compared.
func (s *Store) NoteChecked(ctx context.Context, locationIDs []int64) error {
	if len(locationIDs) == 0 {
		return nil
	}
	err := s.write(ctx, nil, func(tx *gorm.DB) error {
		return tx.Model(&models.FileLocation{}).Where("id IN ?", locationIDs).UpdateColumn("checked_at_ms", s.nowMS()).Error
	})
	if err != nil {
		return fmt.Errorf("note that %d files were read: %w", len(locationIDs), err)
	}
	return nil
}
