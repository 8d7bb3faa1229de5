package stages

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/app/download"
	"catalogsync/jobs"
	"catalogsync/models"
)

// SongDownloader brings one song to disk; download.Service is one.
type SongDownloader interface {
	// Check says whether the library can take songs.
	Check(ctx context.Context) error
	Download(ctx context.Context, songID int64, order []string, report download.Report) (download.Result, error)
}

// DownloadStore is what planning a download needs of the database.
type DownloadStore interface {
	DuePlaylists(ctx context.Context, scope models.JobScope) ([]models.Playlist, error)
	LinkJobPlaylists(ctx context.Context, jobID int64, playlistIDs []int64) error
	LinkPlaylistsOfItems(ctx context.Context, jobID, stageID int64) error
	ListPlannedPlaylists(ctx context.Context, jobID int64) ([]models.Playlist, error)
	ListMissingSongs(ctx context.Context, playlistID int64, after *models.PlannedSong, limit int) ([]models.PlannedSong, error)
	ListAllMissingSongs(ctx context.Context, platforms []string, afterID int64, limit int) ([]models.PlannedSong, error)
}

// missingPage is the number of songs of one query. No query is open while items are
// written.
const missingPage = 1000

// Download fetches songs, one song an item, whatever the number of playlists it is on.
type Download struct {
	songs SongDownloader
	store DownloadStore
	order []string
}

// NewDownload makes the executor; order is the order of sources for jobs that name none.
func NewDownload(songs SongDownloader, store DownloadStore, order []string) *Download {
	return &Download{songs: songs, store: store, order: order}
}

// Plan makes an item "song:<id>" for each song in scope that is not downloaded. Songs
// that are no music or not to be had are items too, so that the job tells of them.
//
// A job that synced before takes the songs of just those playlists, one that names
// playlists those of the named ones, and any other all songs.
func (d *Download) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	if err := d.songs.Check(ctx); err != nil {
		return err
	}
	p := &downloadPlan{store: d.store, add: add, seen: map[int64]bool{}}
	if stage.Job.Type != models.JobDownloadOnly {
		return p.ofPlaylists(ctx, stage.Job.ID)
	}
	p.limit = stage.Scope.Limit
	// Songs that were planned before and are here now do not come again, and must not make
	// room for others.
	whole := p.limit > 0 && stage.Row.Total >= int64(p.limit)
	if !namesPlaylists(stage.Scope) {
		if !whole {
			if err := p.ofPlatforms(ctx, stage.Scope.Sources); err != nil {
				return err
			}
		}
		return d.store.LinkPlaylistsOfItems(ctx, stage.Job.ID, stage.Row.ID)
	}
	if err := d.linkNamed(ctx, stage); err != nil || whole {
		return err
	}
	return p.ofPlaylists(ctx, stage.Job.ID)
}

// linkNamed notes the playlists that a scope names as the job's.
func (d *Download) linkNamed(ctx context.Context, stage jobs.Stage) error {
	scope := stage.Scope
	scope.Limit = 0 // here it bounds the songs
	named, err := d.store.DuePlaylists(ctx, scope)
	if err != nil {
		return err
	}
	ids := make([]int64, len(named))
	for i, playlist := range named {
		ids[i] = playlist.ID
	}
	for chunk := range slices.Chunk(ids, missingPage) {
		if err := d.store.LinkJobPlaylists(ctx, stage.Job.ID, chunk); err != nil {
			return err
		}
	}
	return nil
}

// namesPlaylists says whether a scope narrows by anything that songs do not have.
func namesPlaylists(s models.JobScope) bool {
	return len(s.PlaylistIDs) > 0 || s.WantedOnly || len(s.PoolKinds) > 0
}

// Run brings the item's song to disk.
func (d *Download) Run(ctx context.Context, stage jobs.Stage, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	if item.SongID == nil {
		return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeInternal, "item %q names no song", item.ItemKey)
	}
	order := stage.Scope.DownloadSources
	if len(order) == 0 {
		order = d.order
	}
	result, err := d.songs.Download(ctx, *item.SongID, order, func(done, total int64, text string) {
		r.Progress(done, total, "bytes", text)
	})
	if err != nil {
		return jobs.Outcome{}, err
	}
	out := jobs.Outcome{Skipped: result.Skipped, Code: result.Code, Reason: result.Reason, ResultSource: result.Source, Text: result.Text()}
	if !result.Skipped {
		out.Bytes = result.Bytes
	}
	return out, nil
}

// downloadPlan gathers songs into batches of items, each song once.
type downloadPlan struct {
	store DownloadStore
	add   func([]models.JobItem) error
	limit int            // of songs, 0 = none
	seen  map[int64]bool // kept only under a limit; else the item key does
	items []models.JobItem
}

// ofPlaylists plans the missing songs of the job's playlists, one playlist after the
// other, so that the first ones are complete early.
func (p *downloadPlan) ofPlaylists(ctx context.Context, jobID int64) error {
	playlists, err := p.store.ListPlannedPlaylists(ctx, jobID)
	if err != nil {
		return err
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

func (p *downloadPlan) ofPlaylist(ctx context.Context, playlist models.Playlist) error {
	var last *models.PlannedSong
	for !p.full() {
		songs, err := p.store.ListMissingSongs(ctx, playlist.ID, last, missingPage)
		if err != nil {
			return err
		}
		if err := p.take(songs, playlist.Priority); err != nil {
			return err
		}
		if len(songs) < missingPage {
			break
		}
		last = &songs[len(songs)-1]
	}
	return nil
}

// ofPlatforms plans all missing songs of the platforms.
func (p *downloadPlan) ofPlatforms(ctx context.Context, platforms []string) error {
	for last := int64(0); !p.full(); {
		songs, err := p.store.ListAllMissingSongs(ctx, platforms, last, missingPage)
		if err != nil {
			return err
		}
		if err := p.take(songs, 0); err != nil {
			return err
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

// take adds songs as items, up to the limit.
func (p *downloadPlan) take(songs []models.PlannedSong, priority int) error {
	for _, song := range songs {
		if p.full() {
			return nil
		}
		if p.limit > 0 {
			if p.seen[song.ID] {
				continue
			}
			p.seen[song.ID] = true
		}
		p.items = append(p.items, itemOf(song, priority))
		if len(p.items) >= missingPage {
			if err := p.flush(); err != nil {
				return err
			}
		}
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

var _ jobs.Executor = (*Download)(nil)
