// Package maintenance keeps the library in order: it finds what is there twice, and takes
// it out of the library without losing it.
package maintenance

import (
	"context"
	"log/slog"
	"time"

	"catalogsync/models"
)

// Store is what maintenance needs of the database.
type Store interface {
	ListLocalBackends(ctx context.Context) ([]models.StorageBackend, error)
	ListDuplicates(ctx context.Context, afterAsset int64, limit int) ([]models.DuplicateGroup, error)
	Busy(ctx context.Context) (bool, error)
	ApplyDedupe(ctx context.Context, g models.DuplicateGroup) (done bool, err error)
}

// Config makes a service.
type Config struct {
	Store Store
	Now   func() time.Time
	Log   *slog.Logger
}

// Service holds the use cases of maintenance.
type Service struct{ Config }

// New makes the service.
func New(c Config) *Service { return &Service{c} }

// refuseWhileBusy answers a ClassConflict error while a job or an item runs.
func (s *Service) refuseWhileBusy(ctx context.Context) error {
	busy, err := s.Store.Busy(ctx)
	if err != nil || !busy {
		return err
	}
	return models.NewError(models.ClassConflict, models.CodeJobsRunning,
		"a job is running and may be using these files; wait for its end, or pause it, and try again")
}
