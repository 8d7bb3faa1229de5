package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"catalogsync/models"
)

// SongPickStore is what selections of songs by a filter need of the database.
type SongPickStore interface {
	selectionKeeper
	FindSelection(ctx context.Context, subject models.Subject, token string) (*models.SavedSelection, error)
	// SelectSongIDs lists the ids of the songs that match, at most limit of them.
	SelectSongIDs(ctx context.Context, f models.SongFilter, limit int) ([]int64, error)
	KeepSongIDs(ctx context.Context, f models.SongFilter, ids []int64) ([]int64, error)
	SumSongBytes(ctx context.Context, ids []int64) (here, bytes int64, err error)
	ListSongsToTally(ctx context.Context, ids []int64) ([]models.TalliedSong, error)
	LastDownloadPace(ctx context.Context) (models.DownloadPace, error)
}

// SongPick is what the operator picked of songs; see Pick.
type SongPick struct {
	IDs    []int64
	Token  string
	Except []int64

	loose bool
}

// LargeSongs is the number of songs from which a download is rehearsed before it is done.
const LargeSongs = 200

// Large says whether a download of the pick is to be rehearsed first.
func (p SongPick) Large() bool { return p.Token != "" || len(p.IDs) >= LargeSongs }

// SongPicks selects songs by filters.
type SongPicks struct {
	store SongPickStore
	songs *SongSelection
	o     BulkOptions
}

// NewSongPicks makes selections of songs, which are downloaded by songs.
func NewSongPicks(store SongPickStore, songs *SongSelection, o BulkOptions) *SongPicks {
	return &SongPicks{store: store, songs: songs, o: o}
}

// Keep holds "all that match" for an operator. More than MaxSongs are CodeTooLarge.
func (s *SongPicks) Keep(ctx context.Context, f models.SongFilter) (models.SavedSelection, error) {
	f.Place, f.Size = models.Place{}, 0
	ids, err := s.store.SelectSongIDs(ctx, f, MaxSongs+1)
	if err == nil {
		err = checkSongs(len(ids))
	}
	if err != nil {
		return models.SavedSelection{}, err
	}
	return keep(ctx, s.store, s.o, models.OfSongs, f, len(ids))
}

func checkSongs(n int) error {
	switch {
	case n == 0:
		return models.Invalid("ids", models.CodeNothingSelected, "no song is selected; name at least one")
	case n > MaxSongs:
		e := models.Invalid("ids", models.CodeTooLarge, "more than %d songs are too many for one job; narrow the list", MaxSongs)
		e.Params = map[string]any{"Count": n, "Limit": MaxSongs}
		return e
	}
	return nil
}

// Held looks a selection of songs up, as Bulk.Held.
func (s *SongPicks) Held(ctx context.Context, token string) (models.SavedSelection, models.SongFilter, error) {
	var f models.SongFilter
	sel, err := s.store.FindSelection(ctx, models.OfSongs, token)
	if err == nil && sel == nil {
		err = selectionGone()
	}
	if err != nil {
		return models.SavedSelection{}, f, err
	}
	if err := json.Unmarshal([]byte(sel.FilterJSON), &f); err != nil {
		return *sel, f, fmt.Errorf("read selection %d: %w", sel.ID, err)
	}
	return *sel, f, nil
}

func (s *SongPicks) resolve(ctx context.Context, p SongPick) ([]int64, error) {
	ids := slices.Clone(p.IDs)
	if p.Token != "" {
		sel, f, err := s.Held(ctx, p.Token)
		if err != nil {
			return nil, err
		}
		matching, err := s.store.SelectSongIDs(ctx, f, MaxSongs+1)
		if err != nil {
			return nil, err
		}
		if int64(len(matching)) != sel.Count && !p.loose {
			return nil, selectionChanged(sel.Count, len(matching))
		}
		for _, id := range matching {
			if !slices.Contains(p.Except, id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids, checkSongs(len(ids))
}

// Download downloads those of the pick that are not here, in one job.
func (s *SongPicks) Download(ctx context.Context, p SongPick, o JobOptions) (SongsResult, error) {
	ids, err := s.resolve(ctx, p)
	if err != nil {
		return SongsResult{}, err
	}
	return s.songs.Download(ctx, ids, o)
}

// SongTally is what a pick of songs comes to.
type SongTally struct {
	Songs, Here int
	Bytes       int64 // of those that are here
}

// Tally sums a pick up. A token is taken for what it matches now.
func (s *SongPicks) Tally(ctx context.Context, p SongPick) (SongTally, error) {
	p.loose = true
	ids, err := s.resolve(ctx, p)
	if err != nil {
		return SongTally{}, err
	}
	here, bytes, err := s.store.SumSongBytes(ctx, ids)
	return SongTally{Songs: len(ids), Here: int(here), Bytes: bytes}, err
}

// Among lists those of ids that a selection holds.
func (s *SongPicks) Among(ctx context.Context, token string, ids []int64) ([]int64, error) {
	_, f, err := s.Held(ctx, token)
	if err != nil {
		return nil, err
	}
	return s.store.KeepSongIDs(ctx, f, ids[:min(len(ids), MaxSongs)])
}

// Rehearse tells what a download of the pick would do.
func (s *SongPicks) Rehearse(ctx context.Context, p SongPick) (Rehearsal, error) {
	ids, err := s.resolve(ctx, p)
	if err != nil {
		return Rehearsal{}, err
	}
	songs, err := s.store.ListSongsToTally(ctx, ids)
	if err != nil {
		return Rehearsal{}, err
	}
	r := Rehearsal{Kind: models.BulkDownload, Selected: len(ids), Free: -1}
	for _, song := range songs {
		r.tally(song, s.o.BestQuality)
	}
	r.Download = r.Will
	return r, s.o.measure(ctx, s.store, &r)
}
