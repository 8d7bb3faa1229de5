// Package api is the JSON API: everything that the console does, for programs.
//
// A handler reads its request into a form, calls one use case and answers. What comes
// back as an error is turned into application/problem+json in one place. docs/api.md
// describes the paths and shapes.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/export"
	"catalogsync/app/revision"
	"catalogsync/handlers/middleware"
	"catalogsync/jobs"
	"catalogsync/models"
)

// JobReader reads jobs.
type JobReader interface {
	ListJobs(ctx context.Context, f models.JobFilter) ([]models.JobDetail, int64, error)
	GetJob(ctx context.Context, id int64) (models.JobDetail, error)
	ListJobWorkers(ctx context.Context, jobID int64) ([]models.JobWorker, error)
	GroupFailedItems(ctx context.Context, jobID int64) ([]models.FailureGroup, error)
	ListJobItems(ctx context.Context, jobID int64, f models.ItemFilter) ([]models.JobItem, int64, error)
	ListJobPlaylists(ctx context.Context, jobID int64, page models.Page) ([]models.JobPlaylistRow, int64, error)
	ListJobPlaylistSongs(ctx context.Context, jobID, playlistID int64, page models.Page) ([]models.JobSongRow, int64, error)
}

// PlaylistReader reads playlists.
type PlaylistReader interface {
	ListPlaylists(ctx context.Context, f models.PlaylistFilter) (models.PlaylistList, error)
	GetPlaylist(ctx context.Context, id int64) (models.PlaylistRow, error)
	ListPlaylistSongs(ctx context.Context, id int64, page models.Page) ([]models.PlaylistSongRow, int64, error)
	Coverage(ctx context.Context) ([]models.CoverageRow, error)
}

// Runner takes jobs and commands and tells what runs.
type Runner interface {
	Enqueue(ctx context.Context, job jobs.NewJob) (models.JobRun, error)
	// Command gives a job a command and waits for the answer.
	Command(ctx context.Context, c models.JobCommand) (models.JobCommand, error)
	// Types are the job types that this build can run.
	Types() []models.JobType
	Live() jobs.Live
}

// Selection knows which playlists there are.
type Selection interface {
	CheckPlaylists(ctx context.Context, ids []int64) error
}

// Exports prepares archives.
type Exports interface {
	PreparePart(ctx context.Context, scope export.Scope, part int) (*export.Plan, error)
	PrepareBundle(ctx context.Context, name string, part int) (*export.Plan, error)
	PrepareList(ctx context.Context, playlistID int64, o export.ListOptions) (export.List, error)
	ListBundles(ctx context.Context) ([]models.ExportBundle, error)
	DeleteBundle(ctx context.Context, name string) error
	ListWaiting(ctx context.Context) ([]export.Waiting, error)
	Forget(ctx context.Context, waitingID int64) error
}

// Folders keeps playlist folders on the server.
type Folders interface {
	Refresh(ctx context.Context, playlistID int64) (export.Folder, error)
}

// Texts gives the message of an error code in a language.
type Texts interface {
	Translate(lang, code string, params map[string]any) string
}

// Deps is what the handlers call. All fields but Ping, Revisions and the times are
// required; without Revisions there are no events.
type Deps struct {
	Jobs      JobReader
	Logs      LogReader
	Playlists PlaylistReader
	History   PlaylistHistory
	Keeper    Keeper
	Runner    Runner
	Selection Selection
	Bulk      Bulk
	Exports   Exports
	Schedules Schedules // nil = the program has none
	Settings  Settings  // nil = they cannot be changed
	Layouts   Layouts   // nil = no preview of layouts
	Folders   Folders
	// Corrections and Replays are nil where the program has none.
	Corrections Corrections
	Replays     Replays
	// Maintenance is nil where the program has none.
	Maintenance Maintenance
	Backups     Backups // nil = the program has none
	Uploads     Uploads // nil = the program has none
	Notify      Notify  // nil = nobody is told of anything
	// Restart starts the program anew, nil = it cannot.
	Restart func()
	// Songs is nil where the program has no library pages; then the other two are, too.
	Songs         SongReader
	SongSelection SongSelection
	SongPicks     SongPicks
	Forbidder     FileForbidder
	Lists         Lists
	// Library is nil where the program files no songs.
	Library Library
	Texts   Texts
	Log     *slog.Logger

	// Collectors and Providers are the names of the sources in these roles.
	Collectors, Providers func() []string

	// Sources tells how the sources do, in display order; nil = not told.
	Sources func() []models.SourceHealth

	// Version and Started are told by the health page; Now is the clock behind its uptime.
	Version string
	Started time.Time
	Now     func() time.Time
	// Ping says whether the database answers.
	Ping func(ctx context.Context) error
	// Revisions lets an unchanged poll be answered before any query.
	Revisions *revision.Counters
	// StallTimeout cuts a download whose client takes no block of it for so long; 0 = 1 minute.
	StallTimeout time.Duration
	// Heartbeat and EventGap pace a stream of events; 0 = 15 s and 500 ms.
	Heartbeat, EventGap time.Duration
}

// defaultStallTimeout lets the slowest honest line take a block of 256 KiB: 4 KiB/s.
const defaultStallTimeout = time.Minute

type handlers struct {
	Deps
	streams atomic.Int64 // open streams of events
}

// Register mounts the API's routes on the root of the site.
func Register(router fiber.Router, deps Deps) {
	if deps.StallTimeout == 0 {
		deps.StallTimeout = defaultStallTimeout
	}
	if deps.Heartbeat == 0 {
		deps.Heartbeat = defaultHeartbeat
	}
	if deps.EventGap == 0 {
		deps.EventGap = defaultEventGap
	}
	h := &handlers{Deps: deps}
	read(router, "/healthz", h.healthz)
	read(router, "/readyz", h.readyz)
	api := router.Group("/api", NewProblems(deps.Texts, deps.Log).Middleware, middleware.Recover(deps.Log))
	read(api, "/health", h.health)
	read(api, "/dashboard", h.fresh(revision.Jobs, revision.Progress, revision.Playlists), h.dashboard)
	if h.Revisions != nil {
		read(api, "/events", h.events)
	}
	read(api, "/openapi.json", h.showReference)
	read(api, "/logs", h.fresh(revision.Jobs), h.listLogs)
	read(api, "/logs.txt", h.downloadLogs)
	h.registerJobs(api)
	h.registerPlaylists(api)
	h.registerSchedules(api)
	h.registerSettings(api)
	h.registerCorrections(api)
	h.registerSongs(api)
	h.registerMatching(api)
	h.registerLibrary(api)
	h.registerMaintenance(api)
	h.registerBackups(api)
	if h.Notify != nil {
		api.Post("/notifications/test", h.testNotifications)
	}
	h.registerStorages(api)
	read(api, "/bulk/:id", h.showBulk)
	api.Post("/bulk/:id/undo", h.undoBulk)
	read(api, "/exports", h.listExports)
	read(api, "/exports/waiting", h.listWaiting)
	api.Delete("/exports/waiting/:id", h.forgetWaiting)
	read(api, "/exports/bundles/:name.zip", h.downloadBundle)
	api.Delete("/exports/bundles/:name.zip", h.deleteExport)
	api.Use(noSuchPath) // last: whatever got here, no route took
}

// read mounts a path for GET and HEAD. The framework's own HEAD routes come after all
// others, where a page for everything that nobody took swallows them.
func read(router fiber.Router, path string, handler any, more ...any) {
	router.Add([]string{fiber.MethodGet, fiber.MethodHead}, path, handler, more...)
}

// noSuchPath answers paths, and methods on them, that the API does not have.
func noSuchPath(c fiber.Ctx) error {
	return models.NotFound("there is no %s %s; /api/docs lists the paths and methods", c.Method(), c.Path())
}

func (h *handlers) registerJobs(api fiber.Router) {
	live := h.fresh(revision.Jobs, revision.Progress, revision.Playlists, revision.Songs)
	read(api, "/jobs", live, h.listJobs)
	api.Post("/jobs", h.createJob)
	read(api, "/jobs/:id", live, h.showJob)
	read(api, "/jobs/:id/items", live, h.listJobItems)
	api.Post("/jobs/:id/commands", h.commandJob)
	read(api, "/jobs/:id/playlists", live, h.listJobPlaylists)
	read(api, "/jobs/:id/playlists/:playlist_id/songs", live, h.listJobPlaylistSongs)
}

func (h *handlers) registerPlaylists(api fiber.Router) {
	live := h.fresh(revision.Playlists, revision.Songs, revision.Jobs)
	read(api, "/playlists", live, h.listPlaylists)
	api.Post("/playlists/download", h.downloadPlaylists)
	api.Post("/playlists/sync", h.syncPlaylists)
	api.Post("/playlists/wanted", h.markPlaylists)
	api.Post("/playlists/export", h.exportPlaylists)
	api.Post("/playlists/export-zip", h.zipPlaylists)
	api.Post("/playlists/rehearse", h.rehearse)
	api.Post("/playlists/selections", h.keepSelection)
	read(api, "/playlists/selections/:token", h.showSelection)
	api.Post("/playlists/preview", h.previewList)
	api.Post("/playlists/import", h.importList)
	read(api, "/playlists/:id", live, h.showPlaylist)
	read(api, "/playlists/:id/songs", live, h.listPlaylistSongs)
	read(api, "/playlists/:id/changes", live, h.listPlaylistChanges)
	read(api, "/playlists/:id/diff", live, h.diffPlaylist)
	read(api, "/playlists/:id/held", live, h.showHeld)
	api.Post("/playlists/:id/held", h.decideHeld)
	api.Post("/playlists/:id/gone-policy", h.setGonePolicy)
	api.Post("/playlists/:id/priority", h.setPriority)
	read(api, "/playlists/:id/export.zip", h.downloadPlaylistZIP)
	for _, format := range export.ListFormats {
		read(api, "/playlists/:id/export."+string(format), h.downloadPlaylistList(format))
	}
	read(api, "/playlists/:id/export-folder", h.refreshPlaylistFolder)
}

// fresh answers a poll whose tag is that of the topics' present state with 304.
func (h *handlers) fresh(topics ...revision.Topic) fiber.Handler {
	return func(c fiber.Ctx) error {
		if h.Revisions == nil {
			return c.Next()
		}
		// Made before the query: rather too old than too new. The runner's health is no row.
		health := h.Runner.Live().Health
		tag := fmt.Sprintf(`W/"%s-%t-%d"`, h.Revisions.Tag(topics...), health.OK, health.Restarts)
		c.Set(fiber.HeaderCacheControl, "private, no-cache")
		if c.Get(fiber.HeaderIfNoneMatch) == tag {
			return c.SendStatus(fiber.StatusNotModified)
		}
		if err := c.Next(); err != nil {
			return err
		}
		c.Set(fiber.HeaderETag, tag)
		return nil
	}
}
