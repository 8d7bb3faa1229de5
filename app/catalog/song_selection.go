package catalog

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/models"
)

// SongStore is what the selection of songs needs of the database.
type SongStore interface {
	// ListMissingIDs lists those of the songs that may be downloaded and are not here, and
	// counts those that are here.
	ListMissingIDs(ctx context.Context, ids []int64) (missing []int64, here int, err error)
	GetArtist(ctx context.Context, id int64) (models.Artist, error)
	ListArtistMissing(ctx context.Context, artistID int64, limit int) ([]int64, error)
}

// MaxSongs bounds the songs that one job names.
const MaxSongs = 2_000

// SongSelection acts on songs that the operator picked.
type SongSelection struct {
	store SongStore
	queue Enqueuer
}

// NewSongSelection makes the selection of songs.
func NewSongSelection(store SongStore, queue Enqueuer) *SongSelection {
	return &SongSelection{store: store, queue: queue}
}

// SongsResult says in numbers what became of a selection of songs.
type SongsResult struct {
	Selected int
	Queued   int // are downloaded by Job
	Here     int // were left alone, because they are in the library
	Job      *models.JobRun
}

// Refused counts the songs that are not to be had: entries that are no songs, and those
// that are gone.
func (r SongsResult) Refused() int { return r.Selected - r.Queued - r.Here }

// Download downloads those of the songs that are not here, in one job. No songs, or more
// than MaxSongs, are ClassInvalid.
func (s *SongSelection) Download(ctx context.Context, ids []int64, o JobOptions) (SongsResult, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	r := SongsResult{Selected: len(ids)}
	switch {
	case len(ids) == 0:
		return r, models.Invalid("ids", models.CodeNothingSelected, "no song is selected; name at least one")
	case len(ids) > MaxSongs:
		return r, models.Invalid("ids", models.CodeTooLarge, "%d songs are too many for one job; the most is %d", len(ids), MaxSongs)
	}
	missing, here, err := s.store.ListMissingIDs(ctx, ids)
	if err != nil {
		return r, err
	}
	r.Here = here
	return r, s.enqueue(ctx, &r, missing, "", o)
}

// DownloadArtist downloads the songs of an artist that are not here, at most MaxSongs of
// them, the newest first.
func (s *SongSelection) DownloadArtist(ctx context.Context, artistID int64, o JobOptions) (SongsResult, error) {
	var r SongsResult
	artist, err := s.store.GetArtist(ctx, artistID)
	if err != nil {
		return r, err
	}
	missing, err := s.store.ListArtistMissing(ctx, artistID, MaxSongs)
	if err != nil {
		return r, err
	}
	r.Here = int(artist.DownloadedCount)
	r.Selected = r.Here + len(missing)
	return r, s.enqueue(ctx, &r, missing, artist.Name, o)
}

func (s *SongSelection) enqueue(ctx context.Context, r *SongsResult, ids []int64, title string, o JobOptions) error {
	if len(ids) == 0 {
		return nil
	}
	run, err := s.queue.Enqueue(ctx, models.JobDownloadOnly, models.JobScope{SongIDs: ids, Workers: o.Workers}, title, o.Origin, o.Priority)
	if err != nil {
		return fmt.Errorf("download %d songs: %w", len(ids), err)
	}
	r.Queued, r.Job = len(ids), &run
	return nil
}
