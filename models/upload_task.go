package models

// UploadState says how far a copy to another storage is.
type UploadState string

const (
	UploadPending   UploadState = "pending"
	UploadUploading UploadState = "uploading"
	UploadSucceeded UploadState = "succeeded"
	UploadFailed    UploadState = "failed"
	UploadSkipped   UploadState = "skipped"
)

// UploadTask is one file that another storage is to have. Unique by (file_asset_id,
// target_backend_id, target_locator).
type UploadTask struct {
	ID              int64
	FileAssetID     int64
	TargetBackendID int64
	TargetLocator   string
	// SourceLocationID is the local file that is copied, nil when it is gone.
	SourceLocationID *int64
	State            UploadState
	UploadID         string // of a multipart upload under way
	BytesDone        int64
	Attempts         int
	LastErrorCode    Code
	LastError        string
	CreatedAtMS      int64
	UpdatedAtMS      int64
}

func (UploadTask) TableName() string { return "upload_tasks" }
