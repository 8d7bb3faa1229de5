package models

// UploadScope says where a job uploads to, and how far it looks.
type UploadScope struct {
	// BackendID is the storage that files go to; 0 = the only one there is.
	BackendID int64 `json:"backend_id,omitempty"`
	// Verify compares what is recorded with the storage's own listing first, and uploads
	// what turned out to be missing.
	Verify bool `json:"verify,omitempty"`
	// Workers overrides the configured number of files at once; 0 = configured.
	Workers int `json:"workers,omitempty"`
}

// UploadFilter narrows uploads. Empty fields do not narrow.
type UploadFilter struct {
	Sources     []string // platforms of the songs
	PlaylistIDs []int64
	Limit       int // files, 0 = no limit
}

// MissingUpload is a local file that a storage lacks.
type MissingUpload struct {
	FileAssetID int64
	LocationID  int64 // of the local file
	SongID      int64
	SongName    string
	Singers     string
	Platform    string
	Locator     string // of the local file, below its folder
	SizeBytes   int64
}

// UploadOrder is all that an upload of one file needs to know.
type UploadOrder struct {
	TaskID        int64
	State         UploadState
	Attempts      int
	UploadID      string // of a multipart upload that was begun
	TargetLocator string
	FileAssetID   int64
	SongID        int64
	LocationID    int64  // of the local file, 0 = it is gone
	Root          string // folder of the local file
	Locator       string // of the local file, below Root
	Ext           string
	SizeBytes     int64
	SHA256        string
	CRC32         uint32
	ModTimeMS     int64
}

// Uploaded is a file that arrived at a storage.
type Uploaded struct {
	TaskID, FileAssetID, SongID, BackendID int64
	Locator, LocatorKey, PublicURL         string
	SizeBytes, ModTimeMS                   int64
	// Adopted says that the file was there already and was not sent.
	Adopted bool
}

// RemoteFile is a file that a storage is recorded to hold.
type RemoteFile struct {
	LocationID int64
	SongID     int64
	Locator    string
	SizeBytes  int64
	SHA256     string
}

// StorageCounts is what is recorded of a storage.
type StorageCounts struct {
	BackendID    int64
	Files        int64 // active files there
	Bytes        int64
	MissingFiles int64 // local files that it lacks
	MissingBytes int64
	GoneFiles    int64 // recorded there once and not found when looked for
	Pending      int64 // upload tasks by state
	Uploading    int64
	Failed       int64
}

// UploadTaskRow is a task with what it is about.
type UploadTaskRow struct {
	UploadTask
	SongID    int64
	SongName  string
	Singers   string
	SizeBytes int64
}

// UploadTaskFilter narrows tasks. Empty fields do not narrow.
type UploadTaskFilter struct {
	BackendID int64
	States    []UploadState
	Page      Page
}

// UploadStates lists all states, in the order in which they are shown.
var UploadStates = []UploadState{UploadPending, UploadUploading, UploadFailed, UploadSkipped, UploadSucceeded}
