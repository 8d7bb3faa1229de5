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

// ExportLayout says where the songs of an archive lie.
type ExportLayout string

// Layouts of an archive.
const (
	// LayoutFolders puts a song into the folder of each playlist that has it.
	LayoutFolders ExportLayout = "folders"
	// LayoutShared puts every song once into songs/, and the playlists point at it.
	LayoutShared ExportLayout = "shared"
)

// ExportLayouts lists them, the default first.
var ExportLayouts = []ExportLayout{LayoutFolders, LayoutShared}

// ExportForm says what an archive of playlists is like.
type ExportForm struct {
	// AsOfMS is the instant whose lists are meant; 0 = now.
	AsOfMS int64 `json:"as_of_ms,omitempty"`
	// Partial takes what is there; without it a playlist that is not complete is refused.
	Partial bool `json:"partial,omitempty"`
	// Layout is LayoutFolders when empty.
	Layout ExportLayout `json:"layout,omitempty"`
	// SplitBytes bounds an archive: what is larger comes as several parts, each smaller
	// than this and an archive of its own. 0 = one archive.
	SplitBytes int64 `json:"split_bytes,omitempty"`
}
