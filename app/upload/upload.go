// Package upload copies the library's files to storages: it finds what a storage lacks,
// sends it, and records what arrived. It also keeps the list of storages.
//
//   - The local file stays the primary one; a copy is a further place of the same asset.
//   - Tasks (upload_tasks) are written before anything is sent. Where a large file was
//     interrupted is kept with its task, so that the next try goes on there.
//   - What arrived is recorded in the transaction that settles its task. A file whose
//     record a crash kept back is found on the storage at the next try, and not sent again.
//   - The database is believed; Verify compares it with what the storage itself lists.
package upload

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"catalogsync/app/storage/hub"
	"catalogsync/models"
)

// Store is what uploads read and write.
type Store interface {
	ListStorages(ctx context.Context) ([]models.StorageBackend, error)
	GetStorage(ctx context.Context, id int64) (models.StorageBackend, error)
	GetStorageNamed(ctx context.Context, name string) (models.StorageBackend, error)
	SaveStorage(ctx context.Context, b *models.StorageBackend) error
	CountStorages(ctx context.Context) ([]models.StorageCounts, error)

	ListMissingUploads(ctx context.Context, backendID int64, f models.UploadFilter, afterID int64, limit int) ([]models.MissingUpload, error)
	PlanUploads(ctx context.Context, backendID int64, files []models.MissingUpload, target, keyOf func(string) string) error
	GetUploadOrder(ctx context.Context, assetID, backendID int64) (models.UploadOrder, error)
	BeginUpload(ctx context.Context, taskID int64) error
	KeepUploadToken(ctx context.Context, taskID int64, token string) error
	SettleUpload(ctx context.Context, taskID int64, state models.UploadState, code models.Code, text string) error
	FinishUpload(ctx context.Context, u models.Uploaded) error
	RecoverUploads(ctx context.Context) error
	FindRemoteFiles(ctx context.Context, backendID int64, locators []string) ([]models.RemoteFile, error)
	ListRemoteFiles(ctx context.Context, backendID, afterID int64, limit int) ([]models.RemoteFile, error)
	MarkRemoteMissing(ctx context.Context, backendID int64, files []models.RemoteFile) error
	ListUploadTasks(ctx context.Context, f models.UploadTaskFilter) ([]models.UploadTaskRow, int64, error)
}

// Enqueuer makes jobs.
type Enqueuer interface {
	Enqueue(ctx context.Context, t models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error)
}

// Config is what the service is made with.
type Config struct {
	Store Store
	Hub   *hub.Hub
	// CheckPlaylists says whether all of some playlists exist.
	CheckPlaylists func(ctx context.Context, ids []int64) error
	Now            func() time.Time
	Log            *slog.Logger
}

// Service is the use cases of uploads and storages.
type Service struct {
	Config
	// Queue is set before jobs are asked for.
	Queue Enqueuer

	turns    turns
	counts   counts
	mu       sync.Mutex
	verified map[int64]Verified // by storage, the latest look
}

// New makes the service.
func New(c Config) *Service {
	return &Service{Config: c, verified: map[int64]Verified{}, turns: turns{busy: map[turn]chan struct{}{}}}
}

// Recover takes up what an earlier process left, before any job runs.
func (s *Service) Recover(ctx context.Context) error { return s.Store.RecoverUploads(ctx) }

// Tasks lists uploads.
func (s *Service) Tasks(ctx context.Context, f models.UploadTaskFilter) ([]models.UploadTaskRow, int64, error) {
	return s.Store.ListUploadTasks(ctx, f)
}
