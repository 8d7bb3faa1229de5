package api

import (
	"catalogsync/app/maintenance"
	"catalogsync/models"
)

type overviewJSON struct {
	Findings []findingCountJSON `json:"findings"`
	Total    int64              `json:"total"`
	Fixable  bool               `json:"fixable"`
	Look     *lookJSON          `json:"last_look"`
	Scrub    *lookJSON          `json:"last_scrub"`
}

type findingCountJSON struct {
	Class   models.FindingClass `json:"class"`
	Count   int64               `json:"count"`
	Bytes   int64               `json:"bytes"`
	Failed  int64               `json:"failed"`
	Actions []models.FixAction  `json:"actions"`
}

type lookJSON struct {
	JobID       int64   `json:"job_id,omitempty"`
	Deep        bool    `json:"deep"`
	Files       int64   `json:"files"`
	BytesRead   int64   `json:"bytes_read"`
	Found       int64   `json:"found"`
	Unreachable string  `json:"unreachable,omitempty"`
	StartedAt   instant `json:"started_at"`
	FinishedAt  instant `json:"finished_at"`
}

func overviewOf(o maintenance.Overview) overviewJSON {
	return overviewJSON{
		Findings: each(o.Counts, func(c models.FindingCount) findingCountJSON {
			return findingCountJSON{c.Class, c.Count, c.Bytes, c.Failed, models.FixActions[c.Class]}
		}),
		Total: o.Total(), Fixable: o.Fixable, Look: lookOf(o.Reconcile), Scrub: lookOf(o.Scrub),
	}
}

func lookOf(l *models.MaintenanceLook) *lookJSON {
	if l == nil {
		return nil
	}
	return &lookJSON{JobID: l.JobRunID, Deep: l.Deep, Files: l.Files, BytesRead: l.BytesRead, Found: l.Found, Unreachable: l.Unreachable,
		StartedAt: instant(l.StartedAtMS), FinishedAt: instant(l.FinishedAtMS)}
}

type duplicatesJSON struct {
	DryRun      bool                 `json:"dry_run"`
	Groups      int                  `json:"groups"`
	Files       int                  `json:"files"`
	Bytes       int64                `json:"bytes"`
	Removed     int                  `json:"removed"`
	Stopped     bool                 `json:"stopped"`
	Unreachable []string             `json:"unreachable"`
	Items       []duplicateGroupJSON `json:"items"` // the first of them
}

type duplicateGroupJSON struct {
	FileAssetID int64               `json:"file_asset_id"`
	BackendID   int64               `json:"backend_id"`
	SongID      int64               `json:"song_id"`
	Name        string              `json:"name"`
	Singers     string              `json:"singers"`
	Bytes       int64               `json:"bytes"`
	Keep        duplicateFileJSON   `json:"keep"`
	Drop        []duplicateFileJSON `json:"drop"`
}

type duplicateFileJSON struct {
	LocationID int64  `json:"file_location_id"`
	Locator    string `json:"locator"`
	Exists     bool   `json:"exists"`
	SizeBytes  int64  `json:"size_bytes"`
}

func duplicateReportOf(r maintenance.DuplicateReport, dry bool) duplicatesJSON {
	return duplicatesJSON{
		DryRun: dry, Groups: r.Total, Files: r.Files, Bytes: r.Bytes, Removed: r.Removed, Stopped: r.Stopped,
		Unreachable: each(r.Unreachable, func(s string) string { return s }), Items: each(r.Groups, duplicateGroupOf),
	}
}

func duplicateGroupOf(g models.DuplicateGroup) duplicateGroupJSON {
	return duplicateGroupJSON{
		FileAssetID: g.FileAssetID, BackendID: g.BackendID, SongID: g.SongID, Name: g.SongName, Singers: g.Singers,
		Bytes: g.DropBytes(), Keep: duplicateFileJSON(g.Keep), Drop: each(g.Drop, func(f models.DuplicateFile) duplicateFileJSON { return duplicateFileJSON(f) }),
	}
}

type findingJSON struct {
	ID           int64               `json:"id"`
	Class        models.FindingClass `json:"class"`
	SongID       *int64              `json:"song_id,omitempty"`
	Name         string              `json:"name,omitempty"`
	Singers      string              `json:"singers,omitempty"`
	Folder       string              `json:"folder,omitempty"`
	Locator      string              `json:"locator,omitempty"`
	FoundLocator string              `json:"found_locator,omitempty"`
	SizeBytes    int64               `json:"size_bytes"`
	FoundBytes   int64               `json:"found_bytes"`
	Reason       string              `json:"reason,omitempty"`
	Failed       string              `json:"failed,omitempty"`
	FoundAt      instant             `json:"found_at"`
}

func findingOf(f models.FindingRow) findingJSON {
	return findingJSON{ID: f.ID, Class: f.Class, SongID: f.SongID, Name: f.SongName, Singers: f.Singers, Folder: f.Root, Locator: f.Locator,
		FoundLocator: f.FoundLocator, SizeBytes: f.SizeBytes, FoundBytes: f.FoundBytes, Reason: f.Reason, Failed: f.Failed, FoundAt: instant(f.FoundAtMS)}
}

// acceptedJSON is the job that does what was asked for.
type acceptedJSON struct {
	JobID int64           `json:"job_id"`
	Type  models.JobType  `json:"type"`
	State models.JobState `json:"state"`
}

// restoredJSON is where a file lies again.
type restoredJSON struct {
	Locator string `json:"locator"`
}

// rehearsedJSON is what settling would do.
type rehearsedJSON struct {
	DryRun bool            `json:"dry_run"`
	Items  []rehearsalJSON `json:"items"`
}

type rehearsalJSON struct {
	maintenance.Rehearsal
	Examples []findingJSON `json:"examples"`
}

func rehearsalOf(r maintenance.Rehearsal) rehearsalJSON {
	return rehearsalJSON{r, each(r.Examples, findingOf)}
}

type binJSON struct {
	maintenance.Bin
	listJSON[binFileJSON]
}

type binFileJSON struct {
	BackendID int64  `json:"backend_id"`
	Folder    string `json:"folder"`
	Locator   string `json:"locator"`
	Was       string `json:"was"`
	Day       string `json:"day"`
	SizeBytes int64  `json:"size_bytes"`
}

func binOf(b maintenance.Bin, list listJSON[binFileJSON]) binJSON { return binJSON{b, list} }

func binFileOf(e maintenance.BinEntry) binFileJSON {
	return binFileJSON{BackendID: e.BackendID, Folder: e.Root, Locator: e.Locator, Was: e.Was, Day: e.Day, SizeBytes: e.SizeBytes}
}

type importedJSON struct {
	Path      string             `json:"path"`
	State     models.ImportState `json:"state"`
	SongID    *int64             `json:"song_id,omitempty"`
	Name      string             `json:"name,omitempty"`
	Singers   string             `json:"singers,omitempty"`
	Score     float64            `json:"score"`
	SizeBytes int64              `json:"size_bytes"`
	Reason    string             `json:"reason,omitempty"`
}

func importedOf(f models.ImportRow) importedJSON {
	return importedJSON{Path: f.Path, State: f.State, SongID: f.SongID, Name: f.SongName, Singers: f.Singers, Score: f.Score, SizeBytes: f.SizeBytes, Reason: f.Reason}
}
