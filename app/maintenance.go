package app

import (
	"context"
	"fmt"

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
			layout, err := library.ParseLayout(c.DownloadLayout)
			if err != nil {
				return nil, models.StorageBackend{}, layout, fmt.Errorf("read DOWNLOAD_LAYOUT: %w", err)
			}
			backend, err := a.Store.EnsureDefaultBackend(ctx, a.library.Root())
			return a.library, backend, layout, err
		},
	})
}
