package models

// FileAsset is one version of a song's file, described by what is really in it.
type FileAsset struct {
	ID             int64
	SongID         int64
	Source         string // the source that delivered it
	SourceSongID   string
	Quality        Quality // measured, not claimed
	ClaimedQuality Quality
	Ext            string // of the real container, without the dot
	Codec          string
	FileSizeBytes  int64
	DurationMS     int64
	BitrateBPS     int64
	SampleRateHz   int
	BitDepth       int // 0 for lossy codecs
	Channels       int
	SHA256         string // of the file as it lies in the library, hex
	CRC32          uint32 // IEEE, of the same bytes; lets a ZIP be sized and sent without reading twice
	// ServedSHA256 and ServedBytes are of what the source served, before tags were written
	// into it; "" and 0 = the file is as it was served. A file whose tags
	// were written first, and the sound behind them, has the length alone.
	ServedSHA256 string
	ServedBytes  int64
	CreatedAtMS  int64
	UpdatedAtMS  int64
}

func (FileAsset) TableName() string { return "file_assets" }

// LocationStatus says whether a location still counts.
type LocationStatus string

const (
	// LocationPlacing: the file is verified and about to get its name. Written before the
	// rename, so that a file whose process died right after it is still known.
	LocationPlacing  LocationStatus = "placing"
	LocationActive   LocationStatus = "active"
	LocationInactive LocationStatus = "inactive"
	LocationMissing  LocationStatus = "missing" // the file was not there when looked for
)

// FileLocation is where an asset lies: the fact from which presence and every
// "downloaded" count derive. Unique by (file_asset_id, backend_id, locator).
type FileLocation struct {
	ID          int64
	FileAssetID int64
	SongID      int64
	BackendID   int64
	// Locator is the path below the backend's root: '/'-separated, NFC, never absolute.
	Locator string
	// LocatorKey is the locator in the form in which names collide (library.NameKey).
	LocatorKey  string
	Status      LocationStatus
	IsPrimary   bool
	PublicURL   string
	ModTimeMS   int64 // the file's mtime when it was written
	CheckedAtMS int64 // when its bytes were last compared with the checksum, 0 = never since then
	CreatedAtMS int64
	UpdatedAtMS int64
}

func (FileLocation) TableName() string { return "file_locations" }

// Presence is derived: backend B holds N active files of song S.
type Presence struct {
	SongID      int64 `gorm:"primaryKey"`
	BackendID   int64 `gorm:"primaryKey"`
	ActiveFiles int64
	UpdatedAtMS int64
}

func (Presence) TableName() string { return "song_backend_presence" }

// BackendType is a kind of storage.
type BackendType string

const (
	BackendLocalFS       BackendType = "local_fs"
	BackendObjectStorage BackendType = "object_storage"
)

// StorageBackend is a storage that holds files. For local_fs, Root is the absolute folder.
type StorageBackend struct {
	ID          int64
	Name        string
	Type        BackendType
	Root        string
	ConfigJSON  string
	IsDefault   bool
	Enabled     bool
	CreatedAtMS int64
	UpdatedAtMS int64
}

func (StorageBackend) TableName() string { return "storage_backends" }

// DownloadTask is the record of how a song's file was chosen: one row a song, with the
// candidates seen, their scores by part, and why each loser lost. Unique by song_id.
type DownloadTask struct {
	ID            int64
	SongID        int64
	State         string // succeeded | skipped | failed
	ChosenSource  string
	ChosenSongID  string
	FileAssetID   *int64
	DecisionJSON  string // matching.Decision
	LastErrorCode Code
	LastError     string
	Attempts      int
	Misses        int   // searches in a row that found no source for it
	NextTryMS     int64 // not searched earlier unless it is asked for; 0 = at any time
	CreatedAtMS   int64
	UpdatedAtMS   int64
}

func (DownloadTask) TableName() string { return "download_tasks" }
