package models

// DownloadEnd is a download stage that reached a final state, and the entry in the audit
// trail that says so.
type DownloadEnd struct {
	EventID     int64
	JobID       int64
	StageID     int64
	State       StageState
	StartedAtMS int64 // 0 = the job was canceled before the stage began
}

// Kinds of events of the command after a download stage. Started and then succeeded or
// failed, or skipped alone; together they say whether the command ran for a stage.
const (
	EventExportStarted   = "catalog_export_started"
	EventExportSkipped   = "catalog_export_skipped"
	EventExportSucceeded = "catalog_export_succeeded"
	EventExportFailed    = "catalog_export_failed"
)

// ExportClaim is the answer to a wish to run the command after a download.
type ExportClaim string

const (
	ExportOpen      ExportClaim = "open"       // nobody dealt with this end before; the caller does
	ExportAnswered  ExportClaim = "answered"   // this end is dealt with
	ExportRanBefore ExportClaim = "ran_before" // the command ran at an earlier end of the stage
)
