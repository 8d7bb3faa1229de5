package app

import (
	"context"
	"io"
	"time"

	"github.com/shirou/gopsutil/v4/disk"

	"catalogsync/app/catalog"
	"catalogsync/app/catalog/playlistfile"
	"catalogsync/app/sources"
	"catalogsync/handlers/web"
)

// ImportPlaylists takes the playlists that a text names; see catalog.Service.Import.
func (a *App) ImportPlaylists(ctx context.Context, text io.Reader) ([]int64, playlistfile.Result, error) {
	return a.Catalog.Import(ctx, text, a.Sources.All())
}

// importer gives the console the same in its own words.
type importer struct {
	catalog *catalog.Service
	sources *sources.Registry
}

func (i importer) ImportPlaylists(ctx context.Context, text io.Reader) ([]int64, []web.LineError, error) {
	ids, result, err := i.catalog.Import(ctx, text, i.sources.All())
	bad := make([]web.LineError, len(result.Bad))
	for n, b := range result.Bad {
		bad[n] = web.LineError{Line: b.Line, Text: b.Text, Code: b.Code, Reason: b.Reason}
	}
	return ids, bad, err
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

// disk tells the room on the library's disk.
func (a *App) disk() (web.Disk, error) {
	usage, err := disk.Usage(a.library.Root())
	if err != nil {
		return web.Disk{}, err
	}
	return web.Disk{Path: a.library.Root(), Free: int64(usage.Free), Total: int64(usage.Total)}, nil
}
