package models

// WaitingState is how far an export is that waits for downloads.
type WaitingState string

const (
	// WaitingForJobs: its jobs are not done; the program prepares the ZIP when they are.
	WaitingForJobs WaitingState = "waiting"
	// WaitingReady: the ZIP is prepared and can be downloaded.
	WaitingReady WaitingState = "ready"
	// WaitingFailed: there was nothing to put into a ZIP; the error says why.
	WaitingFailed WaitingState = "failed"
)

// WaitingExport is an export that was asked for before its songs were here. It is kept by the
// server, so that it becomes a ZIP whether or not anybody looks.
type WaitingExport struct {
	ID            int64
	Title         string
	PlaylistsJSON string // ids
	FormJSON      string // ExportForm
	JobsJSON      string // ids of the jobs that it waits for
	Playlists     int64
	State         WaitingState
	BundleName    string // of WaitingReady
	Missing       int64  // songs that are not in the ZIP, of WaitingReady
	ErrorCode     Code
	ErrorText     string
	SeenAtMS      int64 // when the operator put the offer away, 0 = it is still made
	CreatedAtMS   int64
	EndedAtMS     int64 // when it became ready or failed
	ExpiresAtMS   int64 // when it is forgotten
}

func (WaitingExport) TableName() string { return "waiting_exports" }
