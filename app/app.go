// Package app is the composition root: it builds every part once and starts and stops
// them. Nothing but the command line and the tests imports it.
package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/backup"
	"catalogsync/app/catalog"
	"catalogsync/app/database"
	"catalogsync/app/download"
	"catalogsync/app/export"
	"catalogsync/app/library"
	"catalogsync/app/maintenance"
	"catalogsync/app/metrics"
	"catalogsync/app/notify"
	"catalogsync/app/resources"
	"catalogsync/app/revision"
	"catalogsync/app/schedule"
	"catalogsync/app/settings"
	"catalogsync/app/sources"
	"catalogsync/app/storage/hub"
	"catalogsync/app/store"
	"catalogsync/app/upkeep"
	"catalogsync/app/upload"
	"catalogsync/config"
	"catalogsync/jobs"
	"catalogsync/models"
)

// Options are what the program is started with.
type Options struct {
	Config  *config.Config
	Version string
	Logger  *slog.Logger
	// Insecure: the console listens beyond loopback although there is no login.
	Insecure bool
	// Demo: the sources are the demo upstream.
	Demo bool
	// Guest: another process works on the data. This one leaves jobs for it and looks at
	// what becomes of them; its own runner must not be started.
	Guest bool
	// Restart asks the process to start anew, nil = it cannot.
	Restart func()
	// Clock is the time, nil = time.Now.
	Clock func() time.Time
}

// App is the running program.
type App struct {
	Store   *store.Store
	Sources *sources.Registry
	Catalog *catalog.Service
	Export  *export.Service
	// Bulk acts on selections of playlists.
	Bulk     *catalog.Bulk
	Runner   *jobs.Runner
	Settings *settings.Service
	// Maintenance keeps the library in order.
	Maintenance *maintenance.Service
	// Uploads copies the library to storages, and keeps the list of storages.
	Uploads *upload.Service
	// Notify tells people what they would want to know without looking.
	Notify *notify.Service
	// Backups keeps copies of the database and the settings.
	Backups *backup.Service
	// Schedules does nothing by itself before StartSchedules.
	Schedules *schedule.Service

	opts      Options
	lock      *instanceLock
	db        *database.DB
	library   *library.Library
	storages  *hub.Hub
	after     afterDownload
	downloads *download.Service
	meters    meters
	metrics   *metrics.Metrics
	resources *resources.Checker
	upkeep    *upkeep.Service
	revision  *revision.Counters
	log       *slog.Logger
	now       func() time.Time
	started   time.Time

	// background services end with stopBackground, the clock already with stopSchedules;
	// web is nil until Serve.
	background     sync.WaitGroup
	stopBackground context.CancelFunc
	stopSchedules  context.CancelFunc
	mu             sync.Mutex
	web            *fiber.App
}

// New takes the instance lock, opens database and library, and builds everything;
// nothing runs yet. Errors are domain errors that say what to do next.
func New(ctx context.Context, opts Options) (*App, error) {
	a := &App{opts: opts, log: opts.Logger, now: opts.Clock, revision: revision.New()}
	if a.log == nil {
		a.log = slog.Default()
	}
	if a.now == nil {
		a.now = time.Now
	}
	a.started = a.now()
	a.metrics = metrics.New(opts.Version)
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := a.build(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// open takes what lies on disk.
func (a *App) open(ctx context.Context) (err error) {
	c := a.opts.Config
	if a.opts.Guest {
		return a.openBeside(ctx)
	}
	if a.lock, err = lockInstance(c.DBPath); err != nil {
		return err
	}
	a.Backups = NewBackups(c, a.opts.Version, a.now)
	if err := a.restoreOrdered(ctx); err != nil {
		return err
	}
	if a.db, err = database.Open(ctx, c.DBPath); err != nil {
		return err
	}
	return a.openLibrary(c.LibraryDir)
}

func (a *App) openLibrary(folder string) (err error) {
	reserve := a.opts.Config.ReserveBytes
	if reserve == 0 {
		reserve = -1 // none was asked for
	}
	a.library, err = library.Open(folder, library.Options{ReserveBytes: reserve})
	return err
}

// DatabasePath is the database file, absolute.
func (a *App) DatabasePath() string { return a.db.Path }

// LibraryRoot is the folder that songs are filed in, absolute.
func (a *App) LibraryRoot() string { return a.library.Root() }

// FirstRun says that no job was ever made on this database.
func (a *App) FirstRun(ctx context.Context) (bool, error) {
	_, total, err := a.Store.ListJobs(ctx, models.JobFilter{Page: models.Page{Number: 1, Size: 1}})
	return total == 0, err
}

// Close ends what still runs and gives everything back.
func (a *App) Close() error {
	var errs []error
	if a.stopSchedules != nil {
		a.stopSchedules()
	}
	if a.Runner != nil {
		stopped, cancel := context.WithCancel(context.Background())
		cancel() // do not drain any longer
		if err := a.Runner.Stop(stopped); err != nil && !errors.Is(err, context.Canceled) {
			errs = append(errs, err)
		}
	}
	if a.stopBackground != nil {
		a.stopBackground()
		a.background.Wait()
	}
	if a.storages != nil {
		errs = append(errs, a.storages.Close())
	}
	if a.db != nil {
		errs = append(errs, a.db.Close())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.release())
	}
	return errors.Join(errs...)
}

// Serve answers requests on ln until Shutdown.
func (a *App) Serve(ln net.Listener) error {
	web, err := a.newWeb()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	a.mu.Lock()
	a.web = web
	a.mu.Unlock()
	return web.Listener(ln, fiber.ListenConfig{DisableStartupMessage: true})
}

// Shutdown ends the console and drains the runner until ctx ends.
func (a *App) Shutdown(ctx context.Context) error {
	a.mu.Lock()
	web := a.web
	a.mu.Unlock()
	if a.stopSchedules != nil {
		a.stopSchedules()
	}
	err := a.Runner.Stop(ctx)
	a.after.follower.WaitIdle(ctx)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = nil // interrupted items go on at the next start
	}
	if web == nil {
		return err
	}
	return errors.Join(err, web.ShutdownWithTimeout(webShutdownTime))
}

// webShutdownTime is how long open requests may go on when the console ends.
const webShutdownTime = 2 * time.Second
