package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// CreateBundle writes a bundle's row and sets its ID.
func (s *Store) CreateBundle(ctx context.Context, b *models.ExportBundle) error {
	err := s.write(ctx, []revision.Topic{revision.Exports}, func(tx *gorm.DB) error { return tx.Create(b).Error })
	if err != nil {
		return fmt.Errorf("create export bundle: %w", err)
	}
	return nil
}

// FindBundle finds a bundle by its name, expired or not; nil when there is none.
func (s *Store) FindBundle(ctx context.Context, name string) (*models.ExportBundle, error) {
	var b models.ExportBundle
	err := s.read(ctx).Where("name = ?", name).Take(&b).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find export bundle: %w", err)
	}
	return &b, nil
}

// ListBundles lists the bundles that have not expired at nowMS, newest first.
func (s *Store) ListBundles(ctx context.Context, nowMS int64, limit int) ([]models.ExportBundle, error) {
	var list []models.ExportBundle
	err := s.read(ctx).Where("expires_at_ms > ?", nowMS).Order("id DESC").Limit(limit).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list export bundles: %w", err)
	}
	return list, nil
}

// DeleteBundle removes the bundle of that name; false when there is none.
func (s *Store) DeleteBundle(ctx context.Context, name string) (bool, error) {
	var deleted int64
	err := s.write(ctx, []revision.Topic{revision.Exports}, func(tx *gorm.DB) error {
		r := tx.Where("name = ?", name).Delete(&models.ExportBundle{})
		deleted = r.RowsAffected
		return r.Error
	})
	if err != nil {
		return false, fmt.Errorf("delete export bundle: %w", err)
	}
	return deleted > 0, nil
}

// DeleteExpiredBundles removes the bundles whose time was over at nowMS and counts them.
func (s *Store) DeleteExpiredBundles(ctx context.Context, nowMS int64) (int64, error) {
	var expired int64
	if err := s.read(ctx).Model(&models.ExportBundle{}).Where("expires_at_ms <= ?", nowMS).Count(&expired).Error; err != nil {
		return 0, fmt.Errorf("count expired export bundles: %w", err)
	}
	if expired == 0 {
		return 0, nil // the writer and the pollers are left in peace
	}
	var deleted int64
	err := s.write(ctx, []revision.Topic{revision.Exports}, func(tx *gorm.DB) error {
		r := tx.Where("expires_at_ms <= ?", nowMS).Delete(&models.ExportBundle{})
		deleted = r.RowsAffected
		return r.Error
	})
	if err != nil {
		return 0, fmt.Errorf("delete expired export bundles: %w", err)
	}
	return deleted, nil
}
