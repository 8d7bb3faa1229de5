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
	// ServedSHA256 and ServedBytes are of what the source served, before tags were written;
	// "" and 0 = the file is as it was served. A file whose tags
	// were written first, and the sound behind them, has the length alone.
	ServedSHA256 string
	ServedBytes  int64
	Source       string // that delivered it
}

// Served gives the checksum and the length of what the source served.
func (f LocalFile) Served() (sha256 string, bytes int64) {
	if f.ServedSHA256 == "" {
		return f.SHA256, f.SizeBytes
	}
	return f.ServedSHA256, f.ServedBytes
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
	// Parts are what became of the song's parts but the sound, which follows the file.
	Parts []SongPart
	// KeepTask leaves the song's task as it is: the file is the same song with other tags.
	KeepTask bool
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
