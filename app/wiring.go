package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/app/download"
	"catalogsync/app/download/correction"
	"catalogsync/app/export"
	"catalogsync/app/i18n"
	"catalogsync/app/library"
	"catalogsync/app/matching/replay"
	"catalogsync/app/notify"
	"catalogsync/app/resources"
	"catalogsync/app/schedule"
	"catalogsync/app/sources/all"
	"catalogsync/app/store"
	"catalogsync/app/upkeep"
	"catalogsync/config"
	"catalogsync/handlers"
	"catalogsync/handlers/api"
	"catalogsync/handlers/web"
	"catalogsync/jobs"
	"catalogsync/jobs/stages"
	"catalogsync/models"
	"catalogsync/static"
)

// build makes every part and hands each what it needs.
func (a *App) build(ctx context.Context) (err error) {
	c := a.opts.Config
	a.Store = store.New(a.db, a.revision, a.now)
	if a.Sources, err = all.New(a.metered(c)); err != nil {
		return err
	}
	a.Settings = a.newSettings(c)
	if _, _, err := a.Sources.CheckProviders(c.DownloadSources); err != nil {
		return err
	}
	a.Catalog = catalog.New(a.Store, a.Sources, a.catalogConfig(c))
	a.Export = export.New(a.Store, export.Config{Now: a.now, Random: rand.Reader, BundleTTL: c.BundleTTL, Waiting: a.Store,
		CoversDir: filepath.Join(filepath.Dir(c.DBPath), coversFolder), Pictures: pictures{a.Sources}})
	a.Bulk = a.newBulk(c)
	layout, err := library.ParseLayout(c.DownloadLayout)
	if err != nil {
		return fmt.Errorf("read DOWNLOAD_LAYOUT: it %w", err)
	}
	a.downloads, err = download.New(ctx, download.Config{
		Store: a.Store, Sources: a.Sources, Library: a.library, Apart: []string{c.ExportFoldersDir}, Log: a.log,
		Bandwidth: a.bandwidth, SourceLimit: a.sourceLimit, Ceiling: a.ceiling, Matching: a.matchingSettings, Parts: a.partSettings, Layout: layout,
	})
	if err != nil {
		return err
	}
	a.newUploads()
	a.Maintenance = a.newMaintenance(c)
	a.upkeep = upkeep.New(upkeep.Config{Store: a.Store, Retention: c.Retention, Now: a.now, Log: a.log,
		Steps: []upkeep.Step{{Name: "library", Do: a.Maintenance.Nightly}, {Name: "throughput", Do: a.Store.PruneThroughput}}})
	a.resources = resources.New(resources.Limits{
		MinFreeMemory: c.MinFreeMemory, MaxCPUPercent: c.MaxCPUPercent,
	}, resources.Machine{}, a.now)
	a.Runner, err = jobs.NewRunner(jobs.Options{
		Store: a.Store,
		Executors: stages.Register(stages.Executors{
			Collect: stages.NewCollect(a.Catalog, a.Sources), Sync: stages.NewSync(a.Catalog, a.Store, a.Catalog.Rest, a.now),
			Download: a.downloadStage(c), Parts: stages.NewParts(a.downloads, a.Store),
			Reconcile: stages.NewReconcile(a.Maintenance), Import: stages.NewImport(a.Maintenance),
			Dedupe: stages.NewDedupe(a.Maintenance), Similar: stages.NewSimilar(a.Maintenance),
			Bulk: stages.NewBulk(a.Bulk), Backup: stages.NewBackup(a.Backups),
			Upload: stages.NewUpload(a.Uploads),
		}),
		Clock:     a.now,
		Logger:    a.log,
		Workers:   map[models.StageName]int{models.StageDownload: c.DownloadWorkers, models.StageSync: c.SyncWorkers, models.StageUpload: c.Upload.Workers},
		Resources: a.resources, DownloadHours: c.DownloadHours, DownloadGate: diskGate{a.downloads},
		Backoff: backoff(c),
		Prober:  a.prober, OtherWrote: a.otherWrote, Ended: a.metrics.ItemEnded,
	})
	if err != nil {
		return err
	}
	a.Maintenance.Queue, a.Uploads.Queue = enqueuer{a.Runner}, enqueuer{a.Runner}
	a.metrics.Watch(a.metricsState)
	a.Notify = notify.New(a.notifySettings, a.log)
	a.Schedules = schedule.New(schedule.Options{Store: a.Store, Jobs: enqueuer{a.Runner}, CheckType: a.Runner.CheckType, Now: a.now, Log: a.log})
	return a.buildAfterDownload(c)
}

func sourceSettings(c *config.Config) map[string]all.Settings {
	out := map[string]all.Settings{}
	for name, s := range c.Source {
		header, _ := config.ParseHeaders(string(s.Headers)) // checked when it was loaded
		out[name] = all.Settings{
			Kind: s.Kind, Disabled: !s.Enabled, BaseURL: s.BaseURL, Cookie: string(s.Cookie), Header: header, Proxy: s.Proxy,
			RatePerSecond: s.RatePerSecond, Concurrency: s.Concurrency, Values: s.Values,
		}
	}
	return out
}

// newWeb builds the console and the API.
func (a *App) newWeb() (*fiber.App, error) {
	texts, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	assets, err := static.Load()
	if err != nil {
		return nil, err
	}
	corrections, replays := correction.New(a.Store, enqueuer{a.Runner}, a.downloadOrder), replay.New(a.Store, a.matchingRules)
	songs := catalog.NewSongSelection(a.Store, enqueuer{a.Runner})
	songPicks := catalog.NewSongPicks(a.Store, songs, a.bulkOptions(a.opts.Config))
	apiDeps := api.Deps{
		Maintenance: a.Maintenance, Backups: a.Backups, Restart: a.opts.Restart, Notify: a.Notify, Uploads: a.Uploads,
		Jobs: a.Store, Logs: a.Store, Playlists: a.Store, History: a.Store, Keeper: catalog.NewKeeper(a.Store), Runner: a.Runner, Selection: a.Bulk, Bulk: a.Bulk, Exports: a.Export, Schedules: a.Schedules, Settings: a.Settings, Layouts: a.downloads, Folders: a.after.folders, Library: a.downloads, Lists: a, Texts: texts, Log: a.log,
		Corrections: corrections, Replays: replays, Songs: a.Store, SongSelection: songs, SongPicks: songPicks, Forbidder: corrections,
		Sources: a.sourceHealth, Collectors: a.Sources.CollectorNames, Providers: a.Sources.ProviderNames,
		Version: a.opts.Version, Started: a.started, Now: a.now, Ping: a.Store.Ping, Revisions: a.revision,
	}
	return handlers.New(web.Deps{
		Maintenance: a.Maintenance, Backups: a.Backups, Restart: a.opts.Restart, Notify: a.Notify, Uploads: picked{a.Uploads, a.Bulk}, Metrics: a.metrics, Figures: a.Store,
		Jobs: a.Store, Playlists: a.Store, History: a.Store, Keeper: catalog.NewKeeper(a.Store), Bundles: a.Store, Exports: a.Export, Folders: a.after.folders, Logs: a.Store, Runner: a.Runner, Bulk: a.Bulk, Schedules: a.Schedules, Settings: a.Settings, Layouts: a.downloads,
		Corrections: corrections, Replays: replays, Songs: a.Store, SongSelection: songs, SongPicks: songPicks, Forbidder: corrections,
		Lists: a, Library: a.downloads, Sources: a.sourceStatus, Disk: a.disk,
		Revision: a.revision, Texts: texts, Assets: assets, Now: a.now, Logger: a.log, Version: a.opts.Version,
		LocalAssets: a.opts.Config.LocalAssets, Insecure: a.opts.Insecure, Demo: a.opts.Demo, DownloadWorkers: a.opts.Config.DownloadWorkers,
	}, func(r fiber.Router) { api.Register(r, apiDeps) })
}

// enqueuer lets a subject make jobs without knowing the runner.
type enqueuer struct{ runner *jobs.Runner }

func (e enqueuer) Enqueue(ctx context.Context, t models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error) {
	return e.runner.Enqueue(ctx, jobs.NewJob{Type: t, Scope: scope, Title: title, Origin: origin, Priority: priority})
}
