package handlers_test

import (
	"context"
	"fmt"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

// matches is how many playlists the fake's only selection held when it was kept, and holds now.
const (
	keptCount = 12_345
	token     = "k3pt"
)

func (f *fakeConsole) Keep(_ context.Context, filter models.PlaylistFilter) (models.SavedSelection, error) {
	f.kept = filter
	f.renewed++
	return models.SavedSelection{Token: fmt.Sprint(token, f.renewed), Count: keptCount}, nil
}

func (f *fakeConsole) Held(_ context.Context, t string) (catalog.Held, error) {
	return catalog.Held{SavedSelection: models.SavedSelection{Token: t, Count: keptCount}, Filter: f.kept, Matches: keptCount}, nil
}

func (f *fakeConsole) Among(_ context.Context, _ string, ids []int64) ([]int64, error) {
	return ids[:1], nil
}

func (f *fakeConsole) Tally(_ context.Context, p catalog.Pick) (catalog.PickTally, error) {
	n := int64(len(p.IDs))
	if p.Matching() {
		n = keptCount
	}
	t := catalog.PickTally{PlaylistTally: models.PlaylistTally{Playlists: n, Wanted: n, Downloaded: n}, Bytes: n << 20}
	all, _ := f.world()
	for _, id := range p.IDs {
		t.Songs += all[id-1].CollectedSongCount
	}
	return t, nil
}

func (f *fakeConsole) Rehearse(_ context.Context, kind models.BulkKind, p catalog.Pick) (catalog.Rehearsal, error) {
	return catalog.Rehearsal{Kind: kind, Selected: keptCount, SyncDownload: 12, Download: 800, Will: 812, Here: 3100, Blocked: 41, Bytes: 24 << 30, Free: 61 << 30, TookMS: 3 * 3600_000}, nil
}

func (f *fakeConsole) Act(_ context.Context, r catalog.BulkRequest) (catalog.BulkOutcome, error) {
	f.acted = append(f.acted, r)
	f.selected = r.IDs
	out := catalog.BulkOutcome{Action: models.BulkAction{ID: 77, Kind: r.Kind, Selected: int64(len(r.IDs))}, Done: true, Job: &models.JobRun{ID: 16}}
	n := len(r.IDs)
	switch {
	case f.stale && r.Token == token:
		return out, &models.Error{Class: models.ClassConflict, Code: models.CodeSelectionChanged, Params: map[string]any{"Before": 12_000, "Count": keptCount}}
	case n == 0 && !r.Matching():
		return out, models.Invalid("playlist_ids", models.CodeNothingSelected, "no playlist is selected; select at least one")
	case r.Kind == models.BulkExport && f.failExport != nil && !r.Form.Partial:
		return out, f.failExport
	}
	switch r.Kind {
	case models.BulkDownload:
		out.Download = catalog.DownloadResult{Selected: n, SyncDownload: 1, SyncDownloadJob: &models.JobRun{ID: 14}, Downloaded: n - 1}
	case models.BulkSync:
		out.Sync = catalog.SyncResult{Selected: n, Queued: n, Job: &models.JobRun{ID: 15}}
	case models.BulkExport:
		if r.Form.Partial || n == 1 {
			out.Export = catalog.ExportResult{Bundle: &models.ExportBundle{Name: "k3v9z0q1w2e3r4t5", SizeBytes: 5 << 20}, Exported: n}
		} else {
			out.Export = catalog.ExportResult{Download: catalog.DownloadResult{Selected: n, Download: n, DownloadJob: &models.JobRun{ID: 12}}}
		}
	default:
		out.Wanted = catalog.WantedResult{Selected: n, Changed: 1}
	}
	return out, nil
}

func (f *fakeConsole) ViewOfJob(context.Context, int64) (catalog.BulkView, error) {
	return catalog.BulkView{}, models.NotFound("there is no such action")
}

func (f *fakeConsole) Undo(_ context.Context, id int64, _ string) (catalog.Undone, error) {
	if id != 77 {
		return catalog.Undone{}, models.NewError(models.ClassConflict, models.CodeNothingToUndo, "nothing is left to be undone")
	}
	return catalog.Undone{Kind: models.BulkDownload, Canceled: []int64{14}, Stopped: 809, Stay: 3}, nil
}
