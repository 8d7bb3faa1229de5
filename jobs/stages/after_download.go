package stages

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"catalogsync/app/export"
	"catalogsync/models"
)

// AfterStore is what following downloads needs of the database.
type AfterStore interface {
	LiveJobs(ctx context.Context) ([]models.JobDetail, error)
	GetJob(ctx context.Context, id int64) (models.JobDetail, error)
	ListDownloadEnds(ctx context.Context, afterEventID int64) ([]models.DownloadEnd, error)
	// FinishedJobPlaylists lists the playlists that a job is through with; with all, every
	// playlist that it works on.
	FinishedJobPlaylists(ctx context.Context, jobID int64, all bool) ([]int64, error)
	SaveProgress(ctx context.Context, progress models.JobProgress) error
}

// FolderRefresher keeps playlist folders; export.Folders is one.
type FolderRefresher interface {
	Refresh(ctx context.Context, playlistID int64) (export.Folder, error)
}

// EndHandler deals with the end of a download stage, once; hook.Service is one.
type EndHandler interface {
	Run(ctx context.Context, end models.DownloadEnd) error
}

// FolderMode says which jobs keep playlist folders current.
type FolderMode string

const (
	FoldersScoped FolderMode = "scoped" // jobs that name playlists or take the wanted ones
	FoldersAll    FolderMode = "all"    // every job that downloads
	FoldersOff    FolderMode = "off"
)

// AfterDownload lets playlist folders and the operator's command follow what jobs have
// done. It reads the database instead of being called by the runner: so the end of a
// canceled or failed stage is seen like any other, a crash loses nothing, and nothing here
// can hold a job up.
type AfterDownload struct {
	store   AfterStore
	folders FolderRefresher
	hook    EndHandler
	mode    FolderMode
	log     *slog.Logger
	now     func() time.Time

	// turn holds a token for whoever deals with ends; seen is the event of the last one.
	turn chan struct{}
	seen int64
	// made holds, by unfinished job, the playlists whose folders were refreshed. It begins
	// empty: after a restart the folders of what finished before are filled in.
	made map[int64]map[int64]bool
}

// NewAfterDownload makes the follower; Run starts it.
func NewAfterDownload(store AfterStore, folders FolderRefresher, hook EndHandler, mode FolderMode, now func() time.Time, log *slog.Logger) *AfterDownload {
	a := &AfterDownload{store: store, folders: folders, hook: hook, mode: mode, now: now, log: log,
		turn: make(chan struct{}, 1), made: map[int64]map[int64]bool{}}
	a.turn <- struct{}{}
	return a
}

// lookEvery is the shortest time between two looks at the database.
const lookEvery = time.Second

// Run follows until ctx ends; changed gives a channel that is closed at the next change of
// the database. One stage's command may run for long; folders go on meanwhile.
func (a *AfterDownload) Run(ctx context.Context, changed func() <-chan struct{}) {
	var folders sync.WaitGroup
	defer folders.Wait()
	folders.Go(func() { a.repeat(ctx, changed, a.refreshFinished) })
	a.repeat(ctx, changed, a.Settle)
}

// repeat looks at once and after changes; many changes in a short time are one look.
func (a *AfterDownload) repeat(ctx context.Context, changed func() <-chan struct{}, look func(context.Context) error) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-pause.C:
		case <-ctx.Done():
			return
		}
		next := changed() // asked for before the look, so that nothing falls between
		if err := look(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("what follows a download", "error", err)
		}
		select {
		case <-next:
		case <-ctx.Done():
			return
		}
		pause.Reset(lookEvery)
	}
}

// Settle deals with every download stage that has ended by now: its folders are refreshed
// for the last time, also when it had nothing to download, then the command runs. It
// returns when that is done.
func (a *AfterDownload) Settle(ctx context.Context) error {
	if err := a.takeTurn(ctx); err != nil {
		return err
	}
	defer a.giveTurn()
	for {
		ends, err := a.store.ListDownloadEnds(ctx, a.seen)
		if err != nil || len(ends) == 0 {
			return err
		}
		for _, end := range ends {
			if err := a.settle(ctx, end); err != nil {
				return fmt.Errorf("after the download of job %d: %w", end.JobID, err)
			}
			a.seen = end.EventID
		}
	}
}

// WaitIdle returns when no end is being dealt with, or when ctx ends.
func (a *AfterDownload) WaitIdle(ctx context.Context) {
	if a.takeTurn(ctx) == nil {
		a.giveTurn()
	}
}

func (a *AfterDownload) takeTurn(ctx context.Context) error {
	select {
	case <-a.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *AfterDownload) giveTurn() { a.turn <- struct{}{} }

func (a *AfterDownload) settle(ctx context.Context, end models.DownloadEnd) error {
	job, err := a.store.GetJob(ctx, end.JobID)
	if err != nil {
		return err
	}
	if a.keepsFolders(job) && end.StartedAtMS > 0 {
		ids, err := a.store.FinishedJobPlaylists(ctx, job.ID, true)
		if err != nil {
			return err
		}
		if err := a.refresh(ctx, end.JobID, end.StageID, ids); err != nil {
			return err
		}
	}
	return a.hook.Run(ctx, end)
}

// refreshFinished refreshes the folders of playlists whose last song has ended in a job
// that still runs.
func (a *AfterDownload) refreshFinished(ctx context.Context) error {
	live, err := a.store.LiveJobs(ctx)
	if err != nil {
		return err
	}
	made := map[int64]map[int64]bool{}
	for _, job := range live {
		stage, ok := downloadStage(job)
		if !ok || !a.keepsFolders(job) || stage.State != models.StagePlanning && stage.State != models.StageRunning {
			continue
		}
		before := a.made[job.ID]
		if before == nil {
			before = map[int64]bool{}
		}
		made[job.ID] = before
		ids, err := a.store.FinishedJobPlaylists(ctx, job.ID, false)
		if err != nil {
			return err
		}
		ids = slices.DeleteFunc(ids, func(id int64) bool { return before[id] })
		if err := a.refresh(ctx, job.ID, stage.ID, ids); err != nil {
			return err
		}
		for _, id := range ids {
			before[id] = true
		}
	}
	a.made = made
	return nil
}

// keepsFolders says whether a job's playlists have folders.
func (a *AfterDownload) keepsFolders(job models.JobDetail) bool {
	if _, downloads := downloadStage(job); !downloads || a.mode == FoldersOff {
		return false
	}
	if a.mode == FoldersAll {
		return true
	}
	var scope models.JobScope
	return json.Unmarshal([]byte(job.ScopeJSON), &scope) == nil && (len(scope.PlaylistIDs) > 0 || scope.WantedOnly)
}

func downloadStage(job models.JobDetail) (models.JobStage, bool) {
	i := slices.IndexFunc(job.Stages, func(s models.JobStage) bool { return s.Name == models.StageDownload })
	if i < 0 {
		return models.JobStage{}, false
	}
	return job.Stages[i], true
}

// refresh refreshes folders. One that cannot be is told of in the job's log; the others
// and the job go on. The error is the end of ctx or one of the database.
func (a *AfterDownload) refresh(ctx context.Context, jobID, stageID int64, playlists []int64) error {
	var lines []models.JobLog
	for _, id := range playlists {
		folder, err := a.folders.Refresh(ctx, id)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		line := models.JobLog{JobRunID: jobID, JobStageID: &stageID, Level: "info", Source: "export", AtMS: models.NowMS(a.now())}
		switch {
		case models.CodeOf(err) == models.CodeExportNotReady && err != nil:
			continue // its sync failed, and the job tells of that
		case err != nil:
			line.Level, line.Text = "warn", fmt.Sprintf("the folder of playlist %d stays as it was: %v", id, err)
		case !folder.Changed:
			continue
		default:
			line.Text = fmt.Sprintf("%s: %d songs, %d missing", folder.Path, folder.Songs, len(folder.Missing))
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return nil
	}
	return a.store.SaveProgress(ctx, models.JobProgress{Logs: lines})
}
