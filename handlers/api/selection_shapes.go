package api

import (
	"fmt"

	"catalogsync/app/catalog"
	"catalogsync/app/export"
	"catalogsync/models"
)

type busyJSON struct {
	PlaylistID int64 `json:"playlist_id"`
	JobID      int64 `json:"job_id"`
}

func busyOf(b catalog.Busy) busyJSON { return busyJSON{PlaylistID: b.PlaylistID, JobID: b.JobID} }

// downloadJSON says what went where: the counts add up to selected.
type downloadJSON struct {
	Selected          int        `json:"selected"`
	SyncDownloadCount int        `json:"sync_download_count"`
	DownloadCount     int        `json:"download_count"`
	AlreadyDownloaded int        `json:"already_downloaded_count"`
	BusyCount         int        `json:"busy_count"`
	SyncDownloadJob   *runJSON   `json:"sync_download_job"`
	DownloadJob       *runJSON   `json:"download_job"`
	Busy              []busyJSON `json:"busy"`
	bulkJSON
}

func downloadOf(r catalog.DownloadResult) downloadJSON {
	return downloadJSON{
		Selected: r.Selected, SyncDownloadCount: r.SyncDownload, DownloadCount: r.Download, AlreadyDownloaded: r.Downloaded, BusyCount: len(r.Busy),
		SyncDownloadJob: runOrNull(r.SyncDownloadJob), DownloadJob: runOrNull(r.DownloadJob), Busy: each(r.Busy, busyOf),
	}
}

type syncJSON struct {
	Selected  int        `json:"selected"`
	SyncCount int        `json:"sync_count"`
	BusyCount int        `json:"busy_count"`
	SyncJob   *runJSON   `json:"sync_job"`
	Busy      []busyJSON `json:"busy"`
	bulkJSON
}

func syncOf(r catalog.SyncResult) syncJSON {
	return syncJSON{Selected: r.Selected, SyncCount: r.Queued, BusyCount: len(r.Busy), SyncJob: runOrNull(r.Job), Busy: each(r.Busy, busyOf)}
}

type wantedJSON struct {
	Selected int  `json:"selected"`
	Changed  int  `json:"changed"`
	Wanted   bool `json:"wanted"`
	bulkJSON
}

// bundleJSON is a prepared ZIP.
type bundleJSON struct {
	Name        string  `json:"name"`
	Title       string  `json:"title"`
	SizeBytes   int64   `json:"size_bytes"`
	DownloadURL string  `json:"download_url"`
	CreatedAt   instant `json:"created_at"`
	ExpiresAt   instant `json:"expires_at"`
	// Parts are the archives that a split export comes as; download_url is the first.
	Parts []partJSON `json:"parts"`
}

// partJSON is an archive that opens by itself.
type partJSON struct {
	Part        int    `json:"part"`
	SizeBytes   int64  `json:"size_bytes"`
	DownloadURL string `json:"download_url"`
}

func bundleOf(b models.ExportBundle) bundleJSON {
	out := bundleJSON{
		Name: b.Name, Title: b.Title, SizeBytes: b.SizeBytes,
		CreatedAt: instant(b.CreatedAtMS), ExpiresAt: instant(b.ExpiresAtMS),
	}
	url, sizes := "/api/exports/bundles/"+b.Name+".zip", b.PartSizes()
	for i, size := range sizes {
		part := partJSON{Part: i + 1, SizeBytes: size, DownloadURL: url}
		if len(sizes) > 1 {
			part.DownloadURL = fmt.Sprintf("%s?part=%d", url, part.Part)
		}
		out.Parts = append(out.Parts, part)
	}
	out.DownloadURL = out.Parts[0].DownloadURL
	return out
}

// Values of exportJSON.Status.
const (
	statusReady  = "ready"  // everything is in the ZIP
	statusQueued = "queued" // nothing yet
	statusMixed  = "mixed"  // the complete playlists are in the ZIP, the others are queued
)

// exportJSON is the answer to an export.
type exportJSON struct {
	Status        string      `json:"status"`
	DownloadURL   string      `json:"download_url,omitempty"`
	Bundle        *bundleJSON `json:"bundle,omitempty"`
	ExportedCount int         `json:"exported_count"`
	// Download tells what was queued; absent when nothing had to be.
	Download *downloadJSON `json:"download,omitempty"`
	// Waiting becomes a ZIP when the jobs of download have ended.
	Waiting *waitingJSON `json:"waiting,omitempty"`
	bulkJSON
}

func exportOf(out catalog.BulkOutcome) exportJSON {
	r := out.Export
	e := exportJSON{Status: statusQueued, ExportedCount: r.Exported, bulkJSON: bulkOf(out)}
	if r.Bundle != nil {
		b := bundleOf(*r.Bundle)
		e.Status, e.Bundle, e.DownloadURL = statusReady, &b, b.DownloadURL
	}
	if r.Download.Selected > 0 {
		d := downloadOf(r.Download)
		e.Download = &d
		if r.Bundle != nil {
			e.Status = statusMixed
		}
	}
	if out.Waiting != nil {
		w := waitingOf(export.Waiting{WaitingExport: *out.Waiting, Jobs: r.Download.JobIDs()})
		e.Waiting = &w
	}
	return e
}

// waitingJSON is an export that waits for downloads, or waited.
type waitingJSON struct {
	ID            int64               `json:"id"`
	Title         string              `json:"title"`
	PlaylistCount int64               `json:"playlist_count"`
	State         models.WaitingState `json:"state"`
	JobIDs        []int64             `json:"job_ids"`
	// Percent of the downloads that are done, while it waits.
	Percent int `json:"percent"`
	// DownloadURL is there when it is ready; MissingCount songs are not in the ZIP.
	DownloadURL  string      `json:"download_url,omitempty"`
	MissingCount int64       `json:"missing_count"`
	ErrorCode    models.Code `json:"error_code,omitempty"`
	Error        string      `json:"error,omitempty"`
	CreatedAt    instant     `json:"created_at"`
	EndedAt      instant     `json:"ended_at"`
}

func waitingOf(w export.Waiting) waitingJSON {
	out := waitingJSON{
		ID: w.ID, Title: w.Title, PlaylistCount: w.Playlists, State: w.State, JobIDs: each(w.Jobs, same), Percent: w.Percent(),
		MissingCount: w.Missing, ErrorCode: w.ErrorCode, Error: w.ErrorText, CreatedAt: instant(w.CreatedAtMS), EndedAt: instant(w.EndedAtMS),
	}
	if w.State == models.WaitingReady {
		out.DownloadURL = "/api/exports/bundles/" + w.BundleName + ".zip"
	}
	return out
}
