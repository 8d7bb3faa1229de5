package api

import (
	"strconv"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

// bulkJSON is part of the answer to every bulk action: where it is told of and undone.
type bulkJSON struct {
	BulkID int64 `json:"bulk_id"`
	// BulkJob is the action's own job, null when it was about a single playlist.
	BulkJob *runJSON `json:"bulk_job"`
	UndoURL string   `json:"undo_url,omitempty"`
}

func bulkOf(out catalog.BulkOutcome) bulkJSON {
	return bulkJSON{BulkID: out.Action.ID, BulkJob: runOrNull(out.Job), UndoURL: undoURL(out.Action.ID)}
}

func undoURL(id int64) string { return "/api/bulk/" + strconv.FormatInt(id, 10) + "/undo" }

const statusAccepted = "accepted"

// bulkAcceptedJSON answers an action that its job does.
type bulkAcceptedJSON struct {
	Status   string `json:"status"`
	Selected int64  `json:"selected"`
	bulkJSON
}

// bulkRehearsalJSON is what an action would do now.
type bulkRehearsalJSON struct {
	Action   models.BulkKind `json:"action"`
	Selected int             `json:"selected"`
	// Playlists by what a download would do with them.
	SyncDownloadCount int `json:"sync_download_count"`
	DownloadCount     int `json:"download_count"`
	AlreadyDownloaded int `json:"already_downloaded_count"`
	BusyCount         int `json:"busy_count"`
	// Songs, each counted once.
	WillDownload int   `json:"songs_to_download"`
	Here         int   `json:"songs_here"`
	Blocked      int   `json:"songs_blocked"`
	Claimed      int64 `json:"songs_claimed"`
	Bytes        int64 `json:"about_bytes"`
	// FreeBytes is null where it is not known, TookMS where nothing was downloaded yet.
	FreeBytes *int64 `json:"free_bytes"`
	TookMS    *int64 `json:"about_ms"`
	// Marks.
	Changes int `json:"marks_to_change"`
	Same    int `json:"marks_as_before"`
}

func bulkRehearsalOf(r catalog.Rehearsal) bulkRehearsalJSON {
	out := bulkRehearsalJSON{
		Action: r.Kind, Selected: r.Selected, SyncDownloadCount: r.SyncDownload, DownloadCount: r.Download, AlreadyDownloaded: r.Complete,
		BusyCount: r.Busy, WillDownload: r.Will, Here: r.Here, Blocked: r.Blocked, Claimed: r.Claimed, Bytes: r.Bytes, Changes: r.Changes, Same: r.Same,
	}
	if r.Free >= 0 {
		out.FreeBytes = &r.Free
	}
	if r.TookMS > 0 {
		out.TookMS = &r.TookMS
	}
	return out
}

// selectionJSON is "all that match a filter", as it is held and as it is now.
type selectionJSON struct {
	Token   string     `json:"token"`
	Filter  filterJSON `json:"filter"`
	Count   int64      `json:"count"`
	Matches int        `json:"matches"`
	Changed bool       `json:"changed"`
	Expires instant    `json:"expires_at"`
}

// filterJSON is a filter of playlists.
type filterJSON struct {
	Platform   string               `json:"platform,omitempty"`
	PoolKind   models.PoolKind      `json:"pool_kind,omitempty"`
	Status     models.PlaylistState `json:"status,omitempty"`
	Keyword    string               `json:"keyword,omitempty"`
	WantedOnly bool                 `json:"wanted_only,omitempty"`
	HeldOnly   bool                 `json:"held_only,omitempty"`
}

func filterOf(f models.PlaylistFilter) filterJSON {
	return filterJSON{Platform: f.Platform, PoolKind: f.PoolKind, Status: f.State, Keyword: f.Keyword, WantedOnly: f.WantedOnly, HeldOnly: f.HeldOnly}
}

func selectionOf(h catalog.Held) selectionJSON {
	return selectionJSON{Token: h.Token, Filter: filterOf(h.Filter), Count: h.Count, Matches: h.Matches, Changed: h.Changed, Expires: instant(h.ExpiresAtMS)}
}

// bulkViewJSON is an action with what came of it.
type bulkViewJSON struct {
	ID        int64           `json:"id"`
	Action    models.BulkKind `json:"action"`
	Origin    string          `json:"origin"`
	Filter    *filterJSON     `json:"filter"`
	Selected  int64           `json:"selected"`
	JobID     int64           `json:"job_id,omitempty"`
	CreatedAt instant         `json:"created_at"`
	AppliedAt instant         `json:"applied_at"`
	UndoneAt  instant         `json:"undone_at"`
	Undoable  bool            `json:"undoable"`

	SyncDownloadCount int     `json:"sync_download_count"`
	DownloadCount     int     `json:"download_count"`
	AlreadyDownloaded int     `json:"already_downloaded_count"`
	SyncCount         int     `json:"sync_count"`
	BusyCount         int     `json:"busy_count"`
	ChangedCount      int     `json:"changed_count"`
	ExportedCount     int     `json:"exported_count"`
	JobIDs            []int64 `json:"job_ids"`
}

func bulkViewOf(v catalog.BulkView) bulkViewJSON {
	out := bulkViewJSON{
		ID: v.ID, Action: v.Kind, Origin: v.Origin, Selected: v.Selected, JobID: v.JobRunID, CreatedAt: instant(v.CreatedAtMS),
		AppliedAt: instant(v.AppliedAtMS), UndoneAt: instant(v.UndoneAtMS), Undoable: v.Undoable,
		SyncDownloadCount: v.SyncDownload, DownloadCount: v.Download, AlreadyDownloaded: v.Downloaded, SyncCount: v.Synced, BusyCount: v.Busy,
		ChangedCount: v.Changed, ExportedCount: v.Exported, JobIDs: each(v.BulkResult.Jobs, same),
	}
	if v.Filter != nil {
		f := filterOf(*v.Filter)
		out.Filter = &f
	}
	return out
}

// undoneJSON is what an undo took back.
type undoneJSON struct {
	Action            string  `json:"action"`
	CanceledJobs      []int64 `json:"canceled_jobs"`
	StoppedItems      int     `json:"stopped_items"`
	DoneItems         int     `json:"done_items"`
	RestoredPlaylists int     `json:"restored_playlists"`
}
