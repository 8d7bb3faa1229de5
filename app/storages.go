package app

import (
	"context"
	"time"

	"catalogsync/app/catalog"
	"catalogsync/app/revision"
	storages "catalogsync/app/storage/all"
	"catalogsync/app/storage/hub"
	"catalogsync/app/upload"
	"catalogsync/models"
)

// newUploads makes the storages and what copies songs to them.
func (a *App) newUploads() {
	a.storages = hub.New(hub.Options{
		Kinds: storages.Kinds(), Find: a.Store.GetStorage, Now: a.now,
		Secret:  func(key string) string { return string(a.Settings.Current().Credential(key)) },
		Changed: func() { a.revision.Bump(revision.Storages) },
	})
	a.Uploads = upload.New(upload.Config{Store: a.Store, Hub: a.storages, CheckPlaylists: a.CheckPlaylists, Now: a.now, Log: a.log})
}

// storageInterval is the time between looks at how the storages do.
const storageInterval = 5 * time.Minute

// watchStorages keeps the health of storages current.
func (a *App) watchStorages(ctx context.Context) {
	tick := time.NewTicker(storageInterval)
	defer tick.Stop()
	for {
		if err := a.Uploads.CheckAll(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("look at storages", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// storageProber lets the runner ask a storage whether it answers again.
type storageProber struct {
	uploads *upload.Service
	name    string
}

// Probe asks the storage.
func (p storageProber) Probe(ctx context.Context) error { return p.uploads.Probe(ctx, p.name) }

// picked lets the console upload what was picked in the list of playlists.
type picked struct {
	*upload.Service
	bulk *catalog.Bulk
}

// UploadPicked makes a job that uploads the files of picked playlists.
func (p picked) UploadPicked(ctx context.Context, pick catalog.Pick, backendID int64, origin string) (models.JobRun, error) {
	ids, err := p.bulk.Selected(ctx, pick)
	if err != nil {
		return models.JobRun{}, err
	}
	return p.UploadSelected(ctx, ids, backendID, origin)
}
