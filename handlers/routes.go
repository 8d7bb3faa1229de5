// Package handlers is the site map: every route, and the guards before it.
package handlers

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"

	apihandlers "catalogsync/handlers/api"
	"catalogsync/handlers/middleware"
	"catalogsync/handlers/web"
	"catalogsync/static"
	"catalogsync/views"
)

// Limits of a request.
const (
	maxBody     = 4 << 20
	readTimeout = 30 * time.Second
	idleTimeout = 2 * time.Minute
)

// New makes the HTTP application with all routes; api mounts the JSON API, which has paths of its own.
// It fails when a view does not parse.
func New(d web.Deps, api func(fiber.Router)) (*fiber.App, error) {
	d.APIReference = apihandlers.Reference
	h, err := web.New(d)
	if err != nil {
		return nil, err
	}
	app := fiber.New(fiber.Config{
		AppName:      "catalogsync",
		Views:        h.Views,
		ErrorHandler: errorHandler(h, apihandlers.NewProblems(d.Texts, d.Logger)),
		BodyLimit:    maxBody,
		ReadTimeout:  readTimeout,
		IdleTimeout:  idleTimeout,
		// A form that cannot be read is the handler's to refuse; before a route is found
		// nothing is known of who asks for what.
		DisablePreParseMultipartForm: true,
		// Jobs get their parameters from handlers, whose strings must outlive the request.
		Immutable: true,
	})
	Register(app, h, api)
	return app, nil
}

// errorHandler answers programs with a problem document and people with a page.
func errorHandler(h *web.Handlers, problems *apihandlers.Problems) fiber.ErrorHandler {
	return func(c fiber.Ctx, err error) error {
		if strings.HasPrefix(c.Path(), "/api/") && !strings.HasPrefix(c.Path(), views.URLAPIDocs) {
			return problems.Answer(c, err)
		}
		return h.Error(c, err)
	}
}

// Register mounts everything. Guards stand before the handlers: they run in this order.
func Register(app *fiber.App, h *web.Handlers, api func(fiber.Router)) {
	app.Use(middleware.RequestID(), middleware.AccessLog(h.Logger, h.Now), middleware.SecurityHeaders(!h.LocalAssets, !h.Demo),
		middleware.Language(h.Texts), middleware.Recover(h.Logger))
	if h.Metrics != nil {
		app.Use(middleware.Measure(h.Now, h.Metrics.Request))
	}
	if !h.Insecure {
		app.Use(middleware.LoopbackHost())
	}
	app.Use(middleware.SameOrigin())

	app.Get(static.Prefix+":hash/*", h.AssetsShow)
	if h.Metrics != nil {
		app.Get(views.URLMetrics, h.MetricsShow())
	}
	if h.APIReference != nil { // before the API, whose last route answers every path below it
		app.Get(views.URLAPIDocs, h.APIDocsShow)
		app.Get(views.URLAPIDocs+"/:operation", h.APIOperationShow)
	}
	if api != nil {
		api(app)
	}
	// What no route takes is left to the error handler. A route that took everything would
	// stand before the HEAD routes that the framework makes of these.
	pages(app, h)
}

// pages mounts what a browser shows.
func pages(app fiber.Router, h *web.Handlers) {
	app.Get("/", h.Home)
	app.Get(views.URLDashboard, h.DashboardShow)
	app.Get(views.URLDashboardActive, h.DashboardActive)
	app.Get(views.URLDashboardCover, h.DashboardCoverage)
	app.Get(views.URLDashboardHealth, h.DashboardHealth)
	app.Get(views.URLDashboardRecent, h.DashboardRecent)
	app.Get(views.URLTasks, h.Tasks)
	if h.Figures != nil {
		app.Get(views.URLDashboardThroughput, h.DashboardThroughput)
		app.Get(views.URLDashboardQueue, h.DashboardQueue)
	}

	app.Get(views.URLJobs, h.JobsList)
	app.Post(views.URLJobs, h.JobsCreate)
	app.Get(views.URLJobs+"/:id", h.JobShow)
	app.Get(views.URLJobs+"/:id/overview", h.JobOverview)
	app.Get(views.URLJobs+"/:id/failures", h.JobFailures)
	app.Get(views.URLJobs+"/:id/items", h.JobItems)
	app.Get(views.URLJobs+"/:id/bulk", h.JobBulk)
	app.Get(views.URLJobs+"/:id/events", h.JobEvents)
	app.Get(views.URLJobs+"/:id/log", h.JobLog)
	app.Get(views.URLJobs+"/:id/tree", h.TreePlaylists)
	app.Get(views.URLJobs+"/:id/tree/:playlist", h.TreeSongs)
	app.Post(views.URLJobs+"/:id/commands", h.JobsCommand)

	app.Get(views.URLPlaylists, h.PlaylistsList)
	app.Post(views.URLBulkDownload, h.PlaylistsDownload)
	app.Post(views.URLBulkSync, h.PlaylistsSync)
	app.Post(views.URLBulkWanted, h.PlaylistsWanted)
	app.Post(views.URLBulkExport, h.PlaylistsExport)
	app.Post(views.URLListPreview, h.PlaylistsPreview)
	app.Get(views.URLPlaylists+"/:id", h.PlaylistShow)
	app.Post(views.URLPlaylists+"/:id/held", h.PlaylistHeldDecide)
	if h.Folders != nil {
		app.Post(views.URLPlaylists+"/:id/folder", h.PlaylistFolder)
	}
	app.Post(views.URLPlaylists+"/:id/gone-policy", h.PlaylistGonePolicy)
	app.Post(views.URLPlaylists+"/:id/priority", h.PlaylistPriority)

	app.Get(views.URLLogs, h.LogsList)

	if h.Library != nil {
		app.Get(views.URLLibrarySpace, h.LibrarySpace)
		app.Post(views.URLLibraryFolder, h.LibraryFolderUse)
	}

	schedules(app, h)
	maintenance(app, h)
	backups(app, h)
	storages(app, h)
	songs(app, h)
	library(app, h)
	settings(app, h)

	app.Post(views.URLSelection, h.SelectionKeep)
	app.Post(views.URLSelectionLook, h.SelectionLook)
	app.Post(views.URLBulk+"/:id/undo", h.BulkUndo)
	app.Get(views.URLExportMenu, h.ExportsMenu)
	app.Get(views.URLExportOffers, h.ExportsOffers)
	app.Get(views.URLExports, h.ExportsList)
	if h.Exports != nil {
		app.Post(views.URLExports+"/:name/delete", h.ExportsDelete)
		app.Post(views.URLExports+"/waiting/:id/seen", h.ExportsSeen)
		app.Post(views.URLExports+"/waiting/:id/forget", h.ExportsForget)
	}
	app.Post(views.URLLanguage, h.LanguageSet)
	app.Get(views.URLLegend, h.LegendShow)
}

// songs mounts what is told and said of one song.
func songs(app fiber.Router, h *web.Handlers) {
	if h.Corrections == nil {
		return
	}
	app.Get(views.URLSongs+"/:id/decision", h.SongDecision)
	app.Post(views.URLSongs+"/:id/overrides", h.SongsSay)
	app.Post(views.URLSongs+"/:id/overrides/:override/undo", h.SongsUndo)
	app.Post(views.URLSongs+"/:id/download", h.SongsDownload)
}

// library mounts the pages of songs and artists.
func library(app fiber.Router, h *web.Handlers) {
	if h.Songs == nil {
		return
	}
	app.Get(views.URLSongs, h.SongsList)
	app.Post(views.URLSongsDownload, h.SongsBulkDownload)
	app.Post(views.URLSongSelection, h.SongSelectionKeep)
	app.Post(views.URLSongSelectionLook, h.SongSelectionLook)
	app.Get(views.URLSongs+"/:id", h.SongShow)
	app.Post(views.URLSongs+"/:id/forbid", h.SongsForbid)
	app.Get(views.URLArtists, h.ArtistsList)
	app.Get(views.URLArtists+"/:id", h.ArtistShow)
	app.Get(views.URLArtists+"/:id/head", h.ArtistHead)
	app.Post(views.URLArtists+"/:id/download", h.ArtistDownload)
}

// settings mounts the pages of settings.
func settings(app fiber.Router, h *web.Handlers) {
	if h.Settings == nil {
		return
	}
	app.Get(views.URLSettings, h.SettingsShow)
	app.Get(views.URLSettingsRevisions, h.SettingsRevisions)
	app.Post(views.URLSettingsRevisions+"/:id/rollback", h.SettingsRollback)
	if h.Layouts != nil {
		app.Get(views.URLSettingsLayout, h.SettingsLayoutPreview)
	}
	app.Post(views.URLSettings+"/sources/:name", h.SettingsSourceSave)
	app.Post(views.URLSettings+"/sources/:name/test", h.SettingsTest)
	if h.Replays != nil {
		app.Get(views.URLMatching, h.MatchingShow)
		app.Post(views.URLMatching, h.MatchingSave)
		app.Post(views.URLMatchingReplay, h.MatchingReplay)
	}
	if h.Notify != nil {
		app.Post(views.URLNotifyTest, h.NotificationsTest)
	}
	app.Get(views.URLSettings+"/:section", h.SettingsShow)
	app.Post(views.URLSettings+"/:section", h.SettingsSave)
}

// schedules mounts the pages of schedules.
func schedules(app fiber.Router, h *web.Handlers) {
	if h.Schedules == nil {
		return
	}
	app.Get(views.URLSchedules, h.SchedulesList)
	app.Post(views.URLSchedules, h.SchedulesCreate)
	app.Get(views.URLSchedulesNew, h.SchedulesNew)
	app.Get(views.URLSchedulePreview, h.SchedulesPreview)
	app.Get(views.URLSchedules+"/:id", h.ScheduleShow)
	app.Post(views.URLSchedules+"/:id", h.SchedulesSave)
	app.Post(views.URLSchedules+"/:id/enabled", h.SchedulesSwitch)
	app.Post(views.URLSchedules+"/:id/run", h.SchedulesRun)
	app.Post(views.URLSchedules+"/:id/delete", h.SchedulesDelete)
	app.Get(views.URLSchedules+"/:id/runs", h.ScheduleRuns)
	app.Get(views.URLSchedules+"/:id/runs/:run", h.ScheduleRunShow)
}

// backups mounts the page of backups.
func backups(app fiber.Router, h *web.Handlers) {
	if h.Backups == nil {
		return
	}
	app.Get(views.URLBackups, h.BackupsList)
	app.Post(views.URLBackups, h.BackupsCreate)
	app.Post(views.URLRestoreCancel, h.BackupRestoreCancel)
	app.Get(views.URLBackups+"/:name/file", h.BackupFile)
	app.Post(views.URLBackups+"/:name/restore", h.BackupRestore)
	app.Post(views.URLBackups+"/:name/delete", h.BackupDelete)
	if h.Restart != nil {
		app.Post(views.URLRestart, h.RestartNow)
	}
}

// maintenance mounts what keeps the library in order.
func maintenance(app fiber.Router, h *web.Handlers) {
	if h.Maintenance == nil {
		return
	}
	app.Get(views.URLMaintenance, h.MaintenanceShow)
	app.Get(views.URLMaintenanceOverview, h.MaintenanceOverview)
	app.Get(views.URLDuplicates, h.MaintenanceDuplicates)
	app.Post(views.URLDedupe, h.MaintenanceDedupe)
	app.Get(views.URLFindings, h.FindingsList)
	app.Post(views.URLReconcile, h.MaintenanceReconcile)
	app.Get(views.URLRehearse, h.MaintenanceRehearse)
	app.Post(views.URLFix, h.MaintenanceFix)
	app.Get(views.URLRecycleBin, h.RecycleList)
	app.Post(views.URLRecycleRestore, h.RecycleRestore)
	app.Post(views.URLRecycleEmpty, h.RecycleEmpty)
	app.Post(views.URLImports, h.ImportCreate)
	app.Get(views.URLImports+"/:id", h.ImportShow)
	app.Post(views.URLPartsStart, h.PartsStart)
	app.Get(views.URLSimilar, h.SimilarList)
	app.Get(views.URLSimilarSummary, h.SimilarSummary)
	app.Post(views.URLSimilarLook, h.SimilarLook)
	app.Post(views.URLSimilarMerge, h.SimilarMergeAll)
	app.Post(views.URLSimilar+"/:id/merge", h.SimilarMerge)
	app.Post(views.URLSimilar+"/:id/reject", h.SimilarReject)
	app.Post(views.URLSimilar+"/:id/reopen", h.SimilarReopen)
	app.Post(views.URLSimilar+"/:id/part", h.SimilarPart)
}

// storages mounts the pages of storages and uploads.
func storages(app fiber.Router, h *web.Handlers) {
	if h.Uploads == nil {
		return
	}
	app.Get(views.URLStorage, h.StoragesList)
	app.Post(views.URLStorage, h.StorageSave)
	app.Get(views.URLStorageNew, h.StorageNew)
	app.Get(views.URLStorageTasks, h.UploadTasksList)
	app.Get(views.URLStorage+"/:id", h.StorageShow)
	app.Post(views.URLStorage+"/:id/test", h.StorageTest)
	app.Post(views.URLStorage+"/:id/enabled", h.StorageSwitch)
	app.Post(views.URLStorage+"/:id/upload", h.StorageUpload)
	app.Post(views.URLBulkUpload, h.PlaylistsUpload)
}
