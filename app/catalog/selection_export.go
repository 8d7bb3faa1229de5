package catalog

import (
	"context"
	"slices"

	"catalogsync/models"
)

// ExportOptions say how a selection is exported.
type ExportOptions struct {
	Form models.ExportForm
	Jobs JobOptions
}

// ExportResult is a prepared ZIP, or the jobs that will make it possible, or both.
type ExportResult struct {
	// Bundle is the ZIP that can be downloaded now, nil = none.
	Bundle *models.ExportBundle
	// Exported counts the playlists in it.
	Exported int
	// Download says what was queued for the playlists that are not in it.
	Download DownloadResult
}

// ExportZIP prepares one ZIP of all the playlists when every one is complete. When any
// is not, there is no ZIP yet: what is missing is queued as DownloadSelected does, and
// the caller asks again when the jobs have ended. With Form.Partial there is always a ZIP. Lists
// of the past are never waited for: what left a list is not downloaded because of it.
func (s *Selection) ExportZIP(ctx context.Context, ids []int64, o ExportOptions) (ExportResult, error) {
	playlists, err := s.find(ctx, ids)
	if err != nil {
		return ExportResult{}, err
	}
	ready, waiting := split(playlists)
	if len(waiting) > 0 && !o.Form.Partial && o.Form.AsOfMS == 0 {
		r, err := s.download(ctx, playlists, o.Jobs)
		return ExportResult{Download: r}, err
	}
	return s.bundle(ctx, append(ready, waiting...), o.Form)
}

// Export routes each playlist by its state: the complete ones go into a ZIP at once, the
// others are queued as DownloadSelected does.
func (s *Selection) Export(ctx context.Context, ids []int64, o JobOptions) (ExportResult, error) {
	playlists, err := s.find(ctx, ids)
	if err != nil {
		return ExportResult{}, err
	}
	ready, waiting := split(playlists)
	var r ExportResult
	// A ZIP of nothing but empty lists is an error, which must not keep the others waiting.
	if len(waiting) == 0 || anyFile(ready) { // first, so that an export that fails queues nothing
		if r, err = s.bundle(ctx, ready, models.ExportForm{}); err != nil {
			return r, err
		}
	}
	if len(waiting) > 0 {
		r.Download, err = s.download(ctx, waiting, o)
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
