package store

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// endedListed bounds the jobs of one look; the next one finds the others.
const endedListed = 50

// ListEndedJobs lists jobs that ended after an instant, oldest first.
func (s *Store) ListEndedJobs(ctx context.Context, afterMS int64) ([]models.JobRun, error) {
	var list []models.JobRun
	err := s.read(ctx).Where("finished_at_ms > ?", afterMS).Order("finished_at_ms, id").Limit(endedListed).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list ended jobs: %w", err)
	}
	return list, nil
}
