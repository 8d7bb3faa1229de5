package catalog

import (
	"context"
	"slices"

	"catalogsync/models"
)

// ExportResult is a prepared ZIP, or the jobs that will make it possible, or both.
type ExportResult struct {
	// Bundle is the ZIP that can be downloaded now, nil = none.
	Bundle *models.ExportBundle
	// Exported counts the playlists in it.
	Exported int
	// Queued are the playlists of a routed export that are not in it.
	Queued []int64
	// Download says what was queued for the playlists that are not in it.
	Download DownloadResult
}

// routeExport prepares one ZIP of all the playlists when every one is complete. When any is
// not, there is no ZIP yet: what is missing is queued as a download, and the export waits for
// it. With Form.Partial there is always a ZIP. Lists of the past are never waited for: what
// left a list is not downloaded because of it.
func (s *Selection) routeExport(ctx context.Context, ids []int64, o bulkOptions) (ExportResult, error) {
	playlists, err := s.store.FindPlaylistsByIDs(ctx, ids)
	if err != nil {
		return ExportResult{}, err
	}
	ready, waiting := split(playlists)
	if o.Routed {
		return s.exportRouted(ctx, ready, waiting, o)
	}
	if len(waiting) > 0 && !o.Form.Partial && o.Form.AsOfMS == 0 {
		r, err := s.download(ctx, playlists, o.Jobs)
		return ExportResult{Download: r}, err
	}
	return s.bundle(ctx, append(ready, waiting...), o.Form)
}

// exportRouted puts the complete playlists into a ZIP at once and queues the others.
func (s *Selection) exportRouted(ctx context.Context, ready, waiting []models.Playlist, o bulkOptions) (r ExportResult, err error) {
	// A ZIP of nothing but empty lists is an error, which must not keep the others waiting.
	if len(waiting) == 0 || anyFile(ready) { // first, so that an export that fails queues nothing
		if r, err = s.bundle(ctx, ready, o.Form); err != nil {
			return r, err
		}
	}
	if len(waiting) > 0 {
		r.Queued = idsOf(waiting)
		r.Download, err = s.download(ctx, waiting, o.Jobs)
	}
	return r, err
}

func (s *Selection) bundle(ctx context.Context, playlists []models.Playlist, form models.ExportForm) (ExportResult, error) {
	b, err := s.bundles.CreateBundle(ctx, idsOf(playlists), form)
	if err != nil {
		return ExportResult{}, err
	}
	return ExportResult{Bundle: &b, Exported: len(playlists)}, nil
}

func anyFile(playlists []models.Playlist) bool {
	return slices.ContainsFunc(playlists, func(p models.Playlist) bool { return p.DownloadedCount > 0 })
}

// split tells the complete playlists from those that need a download first.
func split(playlists []models.Playlist) (ready, waiting []models.Playlist) {
	for i := range playlists {
		if complete(&playlists[i]) {
			ready = append(ready, playlists[i])
		} else {
			waiting = append(waiting, playlists[i])
		}
	}
	return ready, waiting
}
