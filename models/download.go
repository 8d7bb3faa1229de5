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
	// NextTryMS is when it is to be searched again, because no source had it; 0 = at any time.
	NextTryMS int64
	// Position and Occurrence tell its place on the playlist that it was found on.
	Position   int
	Occurrence int
}

// MissingSong is a song that a playlist lacks, with what tells how much is to be fetched.
type MissingSong struct {
	PlaylistID    int64
	ID            int64
	FileSizeBytes int64
	DurationMS    int64
	QualityLabel  Quality
	Availability  Availability
	NextTryMS     int64
}

// DownloadOrder is the order among the songs of a download stage that have the same
// priority.
type DownloadOrder string

const (
	// OrderCompletion: what completes the most playlists per byte comes first.
	OrderCompletion DownloadOrder = "completion"
	// OrderFirstCome: playlist after playlist, as they were planned.
	OrderFirstCome DownloadOrder = "first_come"
)

// DownloadOrders lists all orders.
var DownloadOrders = []DownloadOrder{OrderCompletion, OrderFirstCome}
