// Package maintenance keeps the library in order: it finds what is there twice, where
// database and disks disagree, and what suffered on the disk, and settles each kind
// without losing a byte. What it takes out of the library goes into a recycle bin.
package maintenance

import (
	"context"
	"log/slog"
	"time"

	"catalogsync/app/library"
	"catalogsync/app/matching"
	"catalogsync/models"
)

// Store is what maintenance needs of the database.
type Store interface {
	ListLocalBackends(ctx context.Context) ([]models.StorageBackend, error)
	ListDuplicates(ctx context.Context, afterAsset int64, limit int) ([]models.DuplicateGroup, error)
	CountDuplicates(ctx context.Context, limit int) (int, error)
	Busy(ctx context.Context, besides int64) (bool, error)
	ApplyDedupe(ctx context.Context, g models.DuplicateGroup, besides int64) (done bool, err error)

	BeginLook(ctx context.Context, look models.MaintenanceLook) (int64, error)
	EndLook(ctx context.Context, look models.MaintenanceLook) error
	LastLook(ctx context.Context, kind models.LookKind) (models.MaintenanceLook, bool, error)
	CountActiveFiles(ctx context.Context, backendID int64) (int64, error)
	ListActiveFiles(ctx context.Context, backendID, afterID int64, limit int) ([]models.LocalFile, error)
	FindFilesByKey(ctx context.Context, backendID int64, keys []string) ([]models.LocalFile, error)
	ListLost(ctx context.Context, backendID, afterID int64, limit int) ([]models.LocalFile, error)
	ListOrphans(ctx context.Context, afterID int64, limit int) ([]models.FileAsset, error)
	ListOldestChecked(ctx context.Context, backendIDs []int64, beforeMS int64, limit int) ([]models.CheckedFile, error)
	NoteChecked(ctx context.Context, locationIDs []int64) error

	AddFindings(ctx context.Context, lookID int64, list []models.Finding) error
	DropStaleFindings(ctx context.Context, lookID int64, unreachable []int64) error
	ListFindings(ctx context.Context, f models.FindingFilter) ([]models.FindingRow, int64, error)
	NextFindings(ctx context.Context, class models.FindingClass, ids []int64, afterID int64, limit int) ([]models.Finding, error)
	CountFindings(ctx context.Context) ([]models.FindingCount, error)
	FindSuspects(ctx context.Context, locationIDs []int64) (map[int64]bool, error)
	SettleFindings(ctx context.Context, ids []int64) error
	FailFinding(ctx context.Context, id int64, reason string) error

	ListGoneFiles(ctx context.Context, afterID int64, limit int) ([]models.LocalFile, error)
	RetireFile(ctx context.Context, file models.LocalFile) error
	DownloadsRunning(ctx context.Context) (bool, error)
	GetLocation(ctx context.Context, id int64) (models.FileLocation, models.FileAsset, bool, error)
	MarkMissing(ctx context.Context, songID int64, locationIDs []int64) error
	Relink(ctx context.Context, locationID int64, locator, key string, modTimeMS int64) (bool, error)
	AdoptFile(ctx context.Context, asset models.FileAsset, location models.FileLocation) (bool, error)
	RemoveOrphan(ctx context.Context, assetID int64) error

	FindSong(ctx context.Context, platform, remoteID string) (models.Song, bool, error)
	FindSongsByText(ctx context.Context, text string, limit int) ([]models.Song, error)
	FindNameOwner(ctx context.Context, backendID int64, key string) (songID int64, found bool, err error)

	FindImported(ctx context.Context, jobID int64, paths []string) (map[string]models.ImportFile, error)
	SaveImported(ctx context.Context, rows []models.ImportFile) error
	ListImported(ctx context.Context, jobID int64, state models.ImportState, page models.Page) ([]models.ImportRow, int64, error)
	CountImported(ctx context.Context, jobID int64) (map[models.ImportState]int64, error)

	SimilarStore
}

// Enqueuer makes jobs.
type Enqueuer interface {
	Enqueue(ctx context.Context, t models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error)
}

// Config makes a service.
type Config struct {
	Store Store
	Now   func() time.Time
	Log   *slog.Logger
	// Matching are the settings by which files are told to be songs.
	Matching func() matching.Settings
	// Target is where copies of imported files go: the library, its backend, and how files
	// are named there.
	Target func(ctx context.Context) (*library.Library, models.StorageBackend, library.Layout, error)
	// ScrubBytes are read again a night, 0 = none.
	ScrubBytes int64
	// RecycleFor is how long the recycle bin keeps files, 0 = for ever.
	RecycleFor time.Duration
	// Others are absolute folders that hold links to the library's files or are kept by
	// somebody else; below a library folder they are left out.
	Others []string
}

// Service holds the use cases of maintenance.
type Service struct {
	Config
	// Queue makes jobs; it is set when there is a runner.
	Queue Enqueuer
}

// New makes the service.
func New(c Config) *Service {
	if c.Matching == nil {
		c.Matching = matching.DefaultSettings
	}
	return &Service{Config: c}
}

// againPriority puts songs that were here before songs that never were.
const againPriority = 5

// DownloadAgain makes a job that downloads songs whose files were given up.
func (s *Service) DownloadAgain(ctx context.Context, songIDs []int64) (models.JobRun, error) {
	if s.Queue == nil {
		return models.JobRun{}, models.NewError(models.ClassConflict, models.CodeNotAllowed, "no jobs can be made here; start a download yourself")
	}
	return s.Queue.Enqueue(ctx, models.JobDownloadOnly, models.JobScope{SongIDs: songIDs}, "", "maintenance", againPriority)
}

// Progress takes how far something is; total 0 = not known.
type Progress func(done, total int64, text string)

// refuseWhileBusy answers a ClassConflict error while a job other than besides, or an item
// of one, runs.
func (s *Service) refuseWhileBusy(ctx context.Context, besides int64) error {
	busy, err := s.Store.Busy(ctx, besides)
	if err != nil || !busy {
		return err
	}
	return models.NewError(models.ClassConflict, models.CodeJobsRunning,
		"a job is running and may be using these files; wait for its end, or pause it, and try again")
}

// CheckFix answers a ClassConflict error while files are being placed.
func (s *Service) CheckFix(ctx context.Context) error {
	running, err := s.Store.DownloadsRunning(ctx)
	if err != nil || !running {
		return err
	}
	return models.NewError(models.ClassConflict, models.CodeJobsRunning,
		"a download is running and may be using these files; wait for its end, or pause it, and try again")
}
