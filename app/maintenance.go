package app

import (
	"context"

	"catalogsync/app/library"
	"catalogsync/app/maintenance"
	"catalogsync/config"
	"catalogsync/models"
)

// newMaintenance makes what keeps the library in order.
func (a *App) newMaintenance(c *config.Config) *maintenance.Service {
	return maintenance.New(maintenance.Config{
		Store: a.Store, Now: a.now, Log: a.log, Matching: a.matchingSettings,
		ScrubBytes: c.ScrubBytes, RecycleFor: c.RecycleFor, Others: []string{c.ExportFoldersDir},
		Target: func(ctx context.Context) (*library.Library, models.StorageBackend, library.Layout, error) {
			backend, err := a.Store.EnsureDefaultBackend(ctx, a.library.Root())
			return a.library, backend, library.DefaultLayout(), err
		},
	})
}
