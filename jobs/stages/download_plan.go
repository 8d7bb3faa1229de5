package stages

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/app/download/backlog"
	"catalogsync/app/schedule"
	"catalogsync/jobs"
	"catalogsync/models"
)

// sizedPlaylists is the number of playlists whose songs are read at once.
const sizedPlaylists = 200

// downloadPlan gathers songs into batches of items, each song once.
type downloadPlan struct {
	store DownloadStore
	add   func([]models.JobItem) error
	order models.DownloadOrder
	best  models.Quality // that is asked for
	now   int64
	named bool // a person named the playlists: no song rests
	limit int  // of songs, 0 = none
	seen  map[int64]bool
	rank  int
	items []models.JobItem
}

func (d *Download) newPlan(stage jobs.Stage, add func([]models.JobItem) error) *downloadPlan {
	p := &downloadPlan{
		store: d.store, add: add, order: stage.Scope.DownloadOrder, best: d.MaxQuality, now: models.NowMS(d.Now()), seen: map[int64]bool{},
		named: len(stage.Scope.PlaylistIDs) > 0 && stage.Job.Origin != schedule.OriginClock,
	}
	if p.order == "" {
		p.order = d.Order
	}
	return p
}

// ofPlaylists plans the missing songs of the job's playlists.
func (p *downloadPlan) ofPlaylists(ctx context.Context, jobID int64) error {
	playlists, err := p.store.ListPlannedPlaylists(ctx, jobID)
	if err != nil {
		return err
	}
	if p.order == models.OrderCompletion {
		if _, err := p.byCompletion(ctx, playlists); err != nil {
			return err
		}
		return p.flush()
	}
	for _, playlist := range playlists {
		if p.full() {
			break
		}
		if err := p.ofPlaylist(ctx, playlist); err != nil {
			return err
		}
	}
	return p.flush()
}

// byCompletion plans the songs that playlists lack so that these are complete early.
func (p *downloadPlan) byCompletion(ctx context.Context, playlists []models.Playlist) (*backlog.Backlog, error) {
	lacking := backlog.New()
	for chunk := range slices.Chunk(playlists, sizedPlaylists) {
		if err := p.measure(ctx, lacking, chunk); err != nil {
			return nil, err
		}
	}
	for chunk := range slices.Chunk(lacking.Order(), missingPage) {
		if p.full() {
			break
		}
		ids, priorities := make([]int64, len(chunk)), make(map[int64]int, len(chunk))
		for i, song := range chunk {
			ids[i], priorities[song.ID] = song.ID, song.Priority
		}
		songs, err := p.store.GetPlannedSongs(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, song := range songs {
			if err := p.take(song, priorities[song.ID]); err != nil {
				return nil, err
			}
		}
	}
	return lacking, nil
}

// measure adds what playlists lack to the backlog, in the order of the playlists.
func (p *downloadPlan) measure(ctx context.Context, lacking *backlog.Backlog, playlists []models.Playlist) error {
	ids := make([]int64, len(playlists))
	for i, playlist := range playlists {
		ids[i] = playlist.ID
	}
	songs, err := p.store.ListMissingSizes(ctx, ids)
	if err != nil {
		return err
	}
	byList := map[int64][]backlog.Song{}
	for _, song := range songs {
		byList[song.PlaylistID] = append(byList[song.PlaylistID], backlog.Song{ID: song.ID, Bytes: p.bytesOf(song)})
	}
	for _, playlist := range playlists {
		lacking.Add(playlist.Priority, byList[playlist.ID])
	}
	return nil
}

// bytesOf is about how much is fetched for a song: nothing when it is no music or rests.
func (p *downloadPlan) bytesOf(song models.MissingSong) int64 {
	if song.Availability == models.AvailabilityNotMusic || p.restUntil(song.NextTryMS) > 0 {
		return 0
	}
	return models.EstimateBytes(song.FileSizeBytes, song.DurationMS, song.QualityLabel, p.best)
}

// restUntil is when a song is searched again, 0 when it may be searched now.
func (p *downloadPlan) restUntil(nextTryMS int64) int64 {
	if p.named || nextTryMS <= p.now {
		return 0
	}
	return nextTryMS
}

func (p *downloadPlan) ofPlaylist(ctx context.Context, playlist models.Playlist) error {
	var last *models.PlannedSong
	for !p.full() {
		songs, err := p.store.ListMissingSongs(ctx, playlist.ID, last, missingPage)
		if err != nil {
			return err
		}
		for _, song := range songs {
			if err := p.take(song, playlist.Priority); err != nil {
				return err
			}
		}
		if len(songs) < missingPage {
			break
		}
		last = &songs[len(songs)-1]
	}
	return nil
}

// ofPlatforms plans all missing songs of the platforms; those that are on no playlist come
// last.
func (p *downloadPlan) ofPlatforms(ctx context.Context, platforms []string) error {
	listed := backlog.New()
	if p.order == models.OrderCompletion {
		playlists, err := p.store.ListIncompletePlaylists(ctx, platforms)
		if err != nil {
			return err
		}
		if listed, err = p.byCompletion(ctx, playlists); err != nil {
			return err
		}
	}
	for last := int64(0); !p.full(); {
		songs, err := p.store.ListAllMissingSongs(ctx, platforms, last, missingPage)
		if err != nil {
			return err
		}
		for _, song := range songs {
			if listed.Has(song.ID) {
				continue
			}
			if err := p.take(song, 0); err != nil {
				return err
			}
		}
		if len(songs) < missingPage {
			break
		}
		last = songs[len(songs)-1].ID
	}
	return p.flush()
}

// full says that the limit is reached.
func (p *downloadPlan) full() bool { return p.limit > 0 && len(p.seen) >= p.limit }

// take adds a song as an item, up to the limit.
func (p *downloadPlan) take(song models.PlannedSong, priority int) error {
	if p.full() {
		return nil
	}
	if p.limit > 0 { // without one the item key sees to it that a song comes once
		if p.seen[song.ID] {
			return nil
		}
		p.seen[song.ID] = true
	}
	item := itemOf(song, priority)
	item.RestUntilMS = p.restUntil(song.NextTryMS)
	if p.order == models.OrderCompletion {
		p.rank++
		item.Rank = p.rank
	}
	p.items = append(p.items, item)
	if len(p.items) >= missingPage {
		return p.flush()
	}
	return nil
}

func itemOf(song models.PlannedSong, priority int) models.JobItem {
	title := song.Name
	if song.Singers != "" {
		title = song.Singers + " - " + song.Name
	}
	return models.JobItem{ItemKey: fmt.Sprintf("song:%d", song.ID), Title: title, Source: song.Platform, SongID: &song.ID, Priority: priority}
}

func (p *downloadPlan) flush() error {
	if len(p.items) == 0 {
		return nil
	}
	items := p.items
	p.items = nil
	return p.add(items)
}
