package stages

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"catalogsync/app/catalog"
	"catalogsync/jobs"
	"catalogsync/models"
)

// PlaylistSyncer syncs one playlist; catalog.Service is one.
type PlaylistSyncer interface {
	Sync(ctx context.Context, playlistID int64) (catalog.Synced, error)
}

// SyncStore is what planning a sync needs of the database.
type SyncStore interface {
	// DuePlaylists lists the playlists in scope in the order in which they should be synced.
	DuePlaylists(ctx context.Context, scope models.JobScope) ([]models.Playlist, error)
	LinkJobPlaylists(ctx context.Context, jobID int64, playlistIDs []int64) error
}

// plannedBatch is the number of items that are handed over at once.
const plannedBatch = 500

// Sync fetches the songs of playlists, one playlist an item.
type Sync struct {
	catalog PlaylistSyncer
	store   SyncStore
}

// NewSync makes the executor.
func NewSync(catalog PlaylistSyncer, store SyncStore) *Sync {
	return &Sync{catalog: catalog, store: store}
}

// Plan makes an item "playlist:<id>" for each playlist in scope and notes the playlists
// as the job's.
func (s *Sync) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	due, err := s.store.DuePlaylists(ctx, stage.Scope)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(due, plannedBatch) {
		ids := make([]int64, len(chunk))
		items := make([]models.JobItem, len(chunk))
		for i, p := range chunk {
			ids[i] = p.ID
			items[i] = models.JobItem{ItemKey: fmt.Sprintf("playlist:%d", p.ID), Title: p.Name, Source: p.Platform,
				PlaylistID: &p.ID, Priority: p.Priority}
		}
		if err := s.store.LinkJobPlaylists(ctx, stage.Job.ID, ids); err != nil {
			return err
		}
		if err := add(items); err != nil {
			return err
		}
	}
	return nil
}

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
