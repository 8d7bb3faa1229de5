package stages

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"catalogsync/app/catalog"
	"catalogsync/jobs"
	"catalogsync/models"
)

// PlaylistSyncer syncs one playlist; catalog.Service is one.
type PlaylistSyncer interface {
	Sync(ctx context.Context, playlistID int64) (catalog.Synced, error)
	// Flush notes what a sync left to be noted for many playlists at once.
	Flush(ctx context.Context) error
}

// SyncStore is what planning a sync needs of the database.
type SyncStore interface {
	// DuePlaylists lists the playlists in scope in the order in which they should be synced;
	// which of them rest is decided here.
	DuePlaylists(ctx context.Context, scope models.JobScope) ([]models.Playlist, error)
	LinkJobPlaylists(ctx context.Context, jobID int64, playlistIDs []int64) error
}

// plannedBatch is the number of items that are handed over at once.
const plannedBatch = 500

// Sync fetches the songs of playlists, one playlist an item.
type Sync struct {
	catalog PlaylistSyncer
	store   SyncStore
	rest    func() models.SyncRest
	now     func() time.Time
}

var _ jobs.Finisher = (*Sync)(nil)

// NewSync makes the executor; playlists that do not change rest as rest says at the time.
func NewSync(catalog PlaylistSyncer, store SyncStore, rest func() models.SyncRest, now func() time.Time) *Sync {
	return &Sync{catalog: catalog, store: store, rest: rest, now: now}
}

// Plan makes an item "playlist:<id>" for each playlist in scope that is due and notes them
// as the job's. A job that goes on to download is about those that rest as well, as long
// as songs of them are missing.
func (s *Sync) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	due, resting, err := s.due(ctx, stage.Scope)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(due, plannedBatch) {
		if err := s.link(ctx, stage, chunk); err != nil {
			return err
		}
		items := make([]models.JobItem, len(chunk))
		for i, p := range chunk {
			items[i] = models.JobItem{ItemKey: fmt.Sprintf("playlist:%d", p.ID), Title: p.Name, Source: p.Platform,
				PlaylistID: &p.ID, Priority: p.Priority}
		}
		if err := add(items); err != nil {
			return err
		}
	}
	if !downloads(stage.Job.Type) {
		return nil
	}
	resting = slices.DeleteFunc(resting, func(p models.Playlist) bool { return p.DownloadedCount+p.SkippedCount >= p.CollectedSongCount })
	for chunk := range slices.Chunk(resting, plannedBatch) {
		if err := s.link(ctx, stage, chunk); err != nil {
			return err
		}
	}
	return nil
}

// due lists the playlists that a job of this scope fetches, and those in scope that it
// leaves alone because they rest. Playlists that the scope names are always fetched.
func (s *Sync) due(ctx context.Context, scope models.JobScope) (due, resting []models.Playlist, err error) {
	limit := scope.Limit
	if len(scope.PlaylistIDs) > 0 {
		due, err = s.store.DuePlaylists(ctx, scope)
		return due, nil, err
	}
	scope.Limit = 0 // it bounds those that are fetched
	all, err := s.store.DuePlaylists(ctx, scope)
	nowMS, rest := models.NowMS(s.now()), s.rest()
	for i := range all {
		if limit > 0 && len(due) == limit {
			break
		}
		if rest.Due(&all[i], nowMS) {
			due = append(due, all[i])
		} else {
			resting = append(resting, all[i])
		}
	}
	if limit > 0 {
		resting = nil // the job is about so many playlists and no more
	}
	return due, resting, err
}

func (s *Sync) link(ctx context.Context, stage jobs.Stage, list []models.Playlist) error {
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return s.store.LinkJobPlaylists(ctx, stage.Job.ID, ids)
}

// downloads says whether jobs of this type download what they synced.
func downloads(t models.JobType) bool {
	d, _ := jobs.DefinitionOf(t)
	return slices.Contains(d.Stages, models.StageDownload)
}

// Finish notes the playlists that were found unchanged.
func (s *Sync) Finish(ctx context.Context, _ jobs.Stage) error { return s.catalog.Flush(ctx) }

// Run syncs the item's playlist.
func (s *Sync) Run(ctx context.Context, _ jobs.Stage, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	if item.PlaylistID == nil {
		return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeInternal, "item %q names no playlist", item.ItemKey)
	}
	r.Progress(0, 0, "songs", "fetching the playlist")
	result, err := s.catalog.Sync(ctx, *item.PlaylistID)
	if err != nil {
		return jobs.Outcome{}, err
	}
	if result.Note != "" {
		r.Log(slog.LevelWarn, fmt.Sprintf("%s: %s", item.Title, result.Note))
	}
	r.Progress(int64(result.Songs), int64(result.Songs), "songs", result.String())
	return jobs.Outcome{ResultSource: item.Source, Text: result.String()}, nil
}
