package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// settingsTopic is what a change of the settings counts.
var settingsTopic = []revision.Topic{revision.Sources}

// AddConfigRevision notes a change of the settings and sets its ID and time.
func (s *Store) AddConfigRevision(ctx context.Context, r *models.ConfigRevision) error {
	r.CreatedAtMS = s.nowMS()
	if err := s.write(ctx, settingsTopic, func(tx *gorm.DB) error { return tx.Create(r).Error }); err != nil {
		return fmt.Errorf("add config revision: %w", err)
	}
	return nil
}

// GetConfigRevision is one change of the settings; a ClassNotFound error when there is none.
func (s *Store) GetConfigRevision(ctx context.Context, id int64) (models.ConfigRevision, error) {
	var r models.ConfigRevision
	err := s.read(ctx).Take(&r, id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return r, models.NotFound("there is no change %d of the settings", id)
	}
	return r, err
}

// ListConfigRevisions gives the latest changes of the settings, newest first.
func (s *Store) ListConfigRevisions(ctx context.Context, limit int) ([]models.ConfigRevision, error) {
	var list []models.ConfigRevision
	if err := s.read(ctx).Order("id DESC").Limit(limit).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list config revisions: %w", err)
	}
	return list, nil
}
