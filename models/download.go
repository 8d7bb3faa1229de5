package models

// LocalFile is one of a song's files on a local_fs backend, whatever its status.
type LocalFile struct {
	LocationID int64
	SongID     int64
	BackendID  int64
	Root       string // the backend's folder
	Locator    string
	Status     LocationStatus
	SizeBytes  int64
	SHA256     string
	Source     string // that delivered it
}

// SongFiles is a song with its local files: what a download looks at first.
type SongFiles struct {
	Song  Song
	Files []LocalFile
}

// States of a DownloadTask.
const (
	TaskPlacing   = "placing" // verified, about to get its name
	TaskSucceeded = "succeeded"
	TaskSkipped   = "skipped"
	TaskFailed    = "failed"
)

// DownloadRecord is a verified file that is about to be placed. The store fills in the
// ids and the instants.
type DownloadRecord struct {
	Asset    FileAsset
	Location FileLocation
	Task     DownloadTask
}

// PlannedSong is what an item of a download stage is made of.
type PlannedSong struct {
	ID       int64
	Platform string
	Name     string
	Singers  string
	// Position and Occurrence tell its place on the playlist that it was found on.
	Position   int
	Occurrence int
}
