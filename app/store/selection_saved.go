package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/models"
)

// CreateSelection keeps a selection, and forgets those whose time is over.
func (s *Store) CreateSelection(ctx context.Context, sel *models.SavedSelection) error {
	err := s.write(ctx, nil, func(tx *gorm.DB) error {
		if err := tx.Where("expires_at_ms <= ?", s.nowMS()).Delete(&models.SavedSelection{}).Error; err != nil {
			return err
		}
		return tx.Create(sel).Error
	})
	if err != nil {
		return fmt.Errorf("keep selection: %w", err)
	}
	return nil
}

// FindSelection finds a selection by its token; nil when there is none, or its time is over.
func (s *Store) FindSelection(ctx context.Context, subject models.Subject, token string) (*models.SavedSelection, error) {
	var sel models.SavedSelection
	err := s.read(ctx).Where("token = ? AND subject = ? AND expires_at_ms > ?", token, subject, s.nowMS()).Take(&sel).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find selection: %w", err)
	}
	return &sel, nil
}
