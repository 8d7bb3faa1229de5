package app

import (
	"context"
	"io"
	"time"

	"github.com/shirou/gopsutil/v4/disk"

	"catalogsync/app/catalog"
	"catalogsync/app/catalog/playlistfile"
	"catalogsync/handlers/web"
)

// ImportPlaylists takes the playlists that a text names; see catalog.Service.Import.
func (a *App) ImportPlaylists(ctx context.Context, text io.Reader) ([]int64, playlistfile.Result, error) {
	return a.Catalog.Import(ctx, text, a.Sources.All())
}

// PreviewPlaylists reads such a text without changing anything; see catalog.Service.Preview.
func (a *App) PreviewPlaylists(ctx context.Context, text io.Reader) (catalog.ListPreview, error) {
	return a.Catalog.Preview(ctx, text, a.Sources.All())
}

// sourceStatus is the sources' health in the console's words.
func (a *App) sourceStatus() []web.SourceStatus {
	list := a.sourceHealth()
	out := make([]web.SourceStatus, len(list))
	for i, s := range list {
		out[i] = web.SourceStatus{
			Name: s.Name, Collects: s.Collects, Provides: s.Provides, Blocked: s.Blocked, Reason: s.Reason,
			Credential: s.Credential, Traffic: s.Traffic,
		}
		if s.RetryAtMS > 0 {
			out[i].RetryAt = time.UnixMilli(s.RetryAtMS)
		}
	}
	return out
}

// disk tells the room on the disk that downloads go to.
func (a *App) disk() (web.Disk, error) {
	root := a.downloads.CurrentRoot()
	usage, err := disk.Usage(root)
	if err != nil {
		return web.Disk{}, err
	}
	return web.Disk{Path: root, Free: int64(usage.Free), Total: int64(usage.Total)}, nil
}
