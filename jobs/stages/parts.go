package stages

import (
	"context"
	"slices"

	"catalogsync/app/download"
	"catalogsync/jobs"
	"catalogsync/models"
)

// PartAdder adds light parts to songs that are here; download.Service is one.
type PartAdder interface {
	// PartsWanted lists the parts that are switched on.
	PartsWanted() []models.PartName
	AddParts(ctx context.Context, songID int64, again bool) (download.Result, error)
}

// PartsStore is what planning the adding of parts needs of the database.
type PartsStore interface {
	ListSongsLackingParts(ctx context.Context, scope models.JobScope, parts []models.PartName, afterID int64, limit int) ([]models.PlannedSong, error)
}

// Parts adds covers, words and tags to songs that were downloaded without, one song an
// item.
type Parts struct {
	songs PartAdder
	store PartsStore
}

// NewParts makes the executor.
func NewParts(songs PartAdder, store PartsStore) *Parts { return &Parts{songs, store} }

// Plan makes an item "song:<id>" for each song in scope that lacks parts which are switched
// on. Songs that the scope names are asked for again although their parts were given up.
func (p *Parts) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	if len(stage.Scope.SongIDs) == 0 {
		return p.plan(ctx, stage.Scope, add)
	}
	for chunk := range slices.Chunk(stage.Scope.SongIDs, missingPage) {
		scope := stage.Scope
		scope.SongIDs = chunk
		if err := p.plan(ctx, scope, add); err != nil {
			return err
		}
	}
	return nil
}

func (p *Parts) plan(ctx context.Context, scope models.JobScope, add func([]models.JobItem) error) error {
	left := scope.Limit
	for last := int64(0); ; {
		page := missingPage
		if scope.Limit > 0 {
			page = min(page, left)
		}
		if page == 0 {
			return nil
		}
		songs, err := p.store.ListSongsLackingParts(ctx, scope, p.songs.PartsWanted(), last, page)
		if err != nil {
			return err
		}
		items := make([]models.JobItem, len(songs))
		for i, song := range songs {
			items[i] = itemOf(song, 0)
			last = song.ID
		}
		if len(items) > 0 {
			if err := add(items); err != nil {
				return err
			}
		}
		left -= len(songs)
		if len(songs) < page {
			return nil
		}
	}
}

// Run adds to one song what it lacks. Parts that could not be had are no failure of the
// item: the song says what became of each, and when it is tried again.
func (p *Parts) Run(ctx context.Context, stage jobs.Stage, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
	if item.SongID == nil {
		return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeInternal, "the item names no song")
	}
	res, err := p.songs.AddParts(ctx, *item.SongID, len(stage.Scope.SongIDs) > 0)
	if err != nil {
		return jobs.Outcome{}, err
	}
	return jobs.Outcome{Skipped: res.Skipped, Code: res.Code, Reason: res.Reason, ResultSource: res.Source, Text: res.Reason}, nil
}
