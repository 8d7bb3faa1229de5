// Package web answers the browser: whole pages, the fragments that keep them up to date,
// and the buttons. A handler reads the request, calls one use case, and picks page,
// fragment or redirect; it knows no query and no upstream.
package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"catalogsync/app/catalog"
	"catalogsync/app/catalog/playlistfile"
	"catalogsync/app/i18n"
	"catalogsync/app/revision"
	"catalogsync/handlers/api/openapi"
	"catalogsync/jobs"
	"catalogsync/models"
	"catalogsync/static"
	"catalogsync/views"
)

// JobReader reads jobs.
type JobReader interface {
	ListJobs(ctx context.Context, f models.JobFilter) ([]models.JobDetail, int64, error)
	GetJob(ctx context.Context, id int64) (models.JobDetail, error)
	ListJobPlaylists(ctx context.Context, jobID int64, p models.Page) ([]models.JobPlaylistRow, int64, error)
	ListJobPlaylistSongs(ctx context.Context, jobID, playlistID int64, p models.Page) ([]models.JobSongRow, int64, error)
	ListJobItems(ctx context.Context, jobID int64, f models.ItemFilter) ([]models.JobItem, int64, error)
	GroupFailedItems(ctx context.Context, jobID int64) ([]models.FailureGroup, error)
	ListJobWorkers(ctx context.Context, jobID int64) ([]models.JobWorker, error)
	// ListJobEvents and ListJobLogs give the latest rows, in order of time, when afterID is 0.
	ListJobEvents(ctx context.Context, jobID, afterID int64, limit int) ([]models.JobEventRow, error)
	ListJobLogs(ctx context.Context, jobID, afterID int64, limit int) ([]models.JobLog, error)
}

// PlaylistReader reads playlists.
type PlaylistReader interface {
	ListPlaylists(ctx context.Context, f models.PlaylistFilter) (models.PlaylistList, error)
	GetPlaylist(ctx context.Context, id int64) (models.PlaylistRow, error)
	ListPlaylistSongs(ctx context.Context, id int64, p models.Page) ([]models.PlaylistSongRow, int64, error)
	Coverage(ctx context.Context) ([]models.CoverageRow, error)
}

// BundleReader reads prepared exports.
type BundleReader interface {
	ListBundles(ctx context.Context, nowMS int64, limit int) ([]models.ExportBundle, error)
}

// Runner starts and steers jobs.
type Runner interface {
	Enqueue(ctx context.Context, j jobs.NewJob) (models.JobRun, error)
	Command(ctx context.Context, c models.JobCommand) (models.JobCommand, error)
	// Types are the job types that this build can run.
	Types() []models.JobType
	Live() jobs.Live
}

// PlaylistLists takes playlists that are named in a text, one a line.
type PlaylistLists interface {
	// PreviewPlaylists says what an import of the text would come to.
	PreviewPlaylists(ctx context.Context, text io.Reader) (catalog.ListPreview, error)
	// ImportPlaylists adds the playlists of the good lines to the pool manual_file and gives
	// their ids; bad lines are reported and leave the others alone.
	ImportPlaylists(ctx context.Context, text io.Reader) (ids []int64, lines playlistfile.Result, err error)
}

// SourceStatus is how a source does.
type SourceStatus struct {
	Name               string
	Collects, Provides bool
	Blocked            bool      // its circuit is open
	RetryAt            time.Time // when it is tried again, zero = unknown
	Reason             string
	Credential         bool // the operator has set an account or cookie
	Traffic            models.SourceTraffic
}

// Disk is the library's disk.
type Disk struct {
	Path        string
	Free, Total int64 // bytes
}

// Deps is everything that the console needs. All fields but Sources and Disk
// must be set.
type Deps struct {
	Jobs      JobReader
	Playlists PlaylistReader
	History   PlaylistHistory
	Keeper    Keeper
	Bundles   BundleReader
	Exports   ExportKeeper // nil = prepared ZIPs cannot be taken away
	Logs      LogReader
	Runner    Runner
	Bulk      Bulk
	Folders   Folders   // nil = the program keeps none
	Schedules Schedules // nil = the program has none
	Settings  Settings  // nil = they cannot be changed
	Layouts   Layouts   // nil = no preview of layouts
	Lists     PlaylistLists
	// Library is nil where the program files no songs.
	Library Library
	// Corrections and Replays are nil where the program has none.
	Corrections Corrections
	Replays     Replays
	Maintenance Maintenance // nil = the program has none
	Backups     Backups     // nil = the program has none
	Uploads     Uploads     // nil = the program has none
	Notify      Notify      // nil = nobody is told of anything
	// Restart starts the program anew, nil = it cannot.
	Restart func()
	// Metrics counts the requests and answers with all figures, nil = nobody counts.
	Metrics Metrics
	// Songs is nil where the program has no library pages; then the other two are, too.
	Songs         SongReader
	SongSelection SongSelection
	SongPicks     SongPicks
	Forbidder     FileForbidder
	Sources       func() []SourceStatus // in display order
	Figures       Figures               // nil = the dashboard has no pictures by the hour
	Disk          func() (Disk, error)  // asked at most once a poll
	// APIReference is the description of the API; nil = no page shows it.
	APIReference func() (*openapi.Document, error)
	Revision     *revision.Counters
	Texts        *i18n.Catalog
	Assets       *static.Assets
	Now          func() time.Time
	Logger       *slog.Logger
	Version      string

	LocalAssets bool // never ask a CDN
	Insecure    bool // listens beyond loopback without access control
	Demo        bool // the upstream is invented: its covers are nowhere
	// DownloadWorkers is the configured number, shown as the default; 0 = unknown.
	DownloadWorkers int
}

// Handlers are the console's handlers. Nothing of a request is kept on it.
type Handlers struct {
	Deps
	Views      *views.Engine
	loaderJSON string
	styles     []string
}

// New makes the handlers and composes all views; a template that does not fit is an error.
func New(d Deps) (*Handlers, error) {
	engine, err := views.New(d.Texts, views.Options{AssetURL: d.Assets.URL, RemoteCovers: !d.Demo})
	if err != nil {
		return nil, err
	}
	h := &Handlers{Deps: d, Views: engine}
	if h.loaderJSON, err = d.Assets.LoaderConfig(d.LocalAssets); err != nil {
		return nil, fmt.Errorf("prepare asset list: %w", err)
	}
	for _, l := range d.Assets.Libraries(true) {
		if l.Kind == "style" {
			h.styles = append(h.styles, l.Local)
		}
	}
	return h, nil
}
