package models

// ExportSong is one place of a playlist's list as an export sees it: the song, why it
// may be missing, and its active files on local_fs backends.
type ExportSong struct {
	SongID             int64
	Occurrence         int
	Platform           string
	RemoteSongID       string
	Name               string
	Singers            string
	Album              string
	DurationMS         int64
	Availability       Availability
	AvailabilityCode   Code
	AvailabilityReason string
	// The last failure of its download, if any.
	LastErrorCode Code
	LastError     string
	Files         []ExportFile `gorm:"-"`
}

// ExportFile is an active local file of a song.
type ExportFile struct {
	SongID        int64
	LocationID    int64
	AssetID       int64
	IsPrimary     bool
	Source        string
	SourceSongID  string
	Quality       Quality
	Ext           string
	DurationMS    int64
	FileSizeBytes int64
	SHA256        string `gorm:"column:sha256"`
	CRC32         uint32 `gorm:"column:crc32"`
	Root          string // absolute folder of the backend
	Locator       string // below Root, '/'-separated
	ModTimeMS     int64
}
