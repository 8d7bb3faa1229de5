package stages

import (
	"context"
	"fmt"
	"slices"
	"time"

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

// TransferLimiter is a downloader that lets so many songs come at once; those beyond are
// searched for, verified and filed meanwhile.
type TransferLimiter interface {
	LimitTransfers(n int)
}

// DownloadStore is what planning a download needs of the database.
type DownloadStore interface {
	DuePlaylists(ctx context.Context, scope models.JobScope) ([]models.Playlist, error)
	LinkJobPlaylists(ctx context.Context, jobID int64, playlistIDs []int64) error
	LinkPlaylistsOfItems(ctx context.Context, jobID, stageID int64) error
	ListPlannedPlaylists(ctx context.Context, jobID int64) ([]models.Playlist, error)
	ListMissingSongs(ctx context.Context, playlistID int64, after *models.PlannedSong, limit int) ([]models.PlannedSong, error)
	ListAllMissingSongs(ctx context.Context, platforms []string, afterID int64, limit int) ([]models.PlannedSong, error)
	ListIncompletePlaylists(ctx context.Context, platforms []string) ([]models.Playlist, error)
	ListMissingSizes(ctx context.Context, playlistIDs []int64) ([]models.MissingSong, error)
	GetPlannedSongs(ctx context.Context, ids []int64) ([]models.PlannedSong, error)
	GetSongsToPlan(ctx context.Context, ids []int64) ([]models.PlannedSong, error)
	GetSongAvailability(ctx context.Context, songID int64) (models.Song, error)
}

// missingPage is the number of songs of one query. No query is open while items are
// written.
const missingPage = 1000

// Download fetches songs, one song an item, whatever the number of playlists it is on.
type Download struct {
	// Order is that of jobs which name none. MaxQuality is the best quality that is asked
	// for, from which unknown sizes are estimated. Both, and Now, are set before the first use.
	Order      models.DownloadOrder
	MaxQuality models.Quality
	Now        func() time.Time

	songs   SongDownloader
	store   DownloadStore
	sources []string
}

// NewDownload makes the executor; sources is the order of sources for jobs that name none.
func NewDownload(songs SongDownloader, store DownloadStore, sources []string) *Download {
	return &Download{Order: models.OrderCompletion, MaxQuality: models.QualityLossless, Now: time.Now,
		songs: songs, store: store, sources: sources}
}

// Plan makes an item "song:<id>" for each song in scope that is not downloaded. Songs
// that are no music or not to be had are items too, so that the job tells of them.
//
// A job that synced before takes the songs of just those playlists, one that names
// playlists those of the named ones, and any other all songs. A song that no source had
// rests for a while, unless a person names its playlist; see Run.
func (d *Download) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	if err := d.songs.Check(ctx); err != nil {
		return err
	}
	p := d.newPlan(stage, add)
	if stage.Job.Type != models.JobDownloadOnly {
		return p.ofPlaylists(ctx, stage.Job.ID)
	}
	if len(stage.Scope.SongIDs) > 0 {
		if err := p.ofSongs(ctx, stage.Scope.SongIDs); err != nil {
			return err
		}
		return d.store.LinkPlaylistsOfItems(ctx, stage.Job.ID, stage.Row.ID)
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

// Overlap implements jobs.Overlapper: while the workers' songs come, others are asked for
// and others are verified, tagged and written down.
func (d *Download) Overlap(workers int) int {
	if _, ok := d.songs.(TransferLimiter); !ok {
		return 0
	}
	return workers
}

// Run brings the item's song to disk.
func (d *Download) Run(ctx context.Context, stage jobs.Stage, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	if item.SongID == nil {
		return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeInternal, "item %q names no song", item.ItemKey)
	}
	if rests, out, err := d.rests(ctx, item); rests || err != nil {
		return out, err
	}
	if limiter, ok := d.songs.(TransferLimiter); ok {
		limiter.LimitTransfers(stage.Row.Workers)
	}
	order := stage.Scope.DownloadSources
	if len(order) == 0 {
		order = d.sources
	}
	result, err := d.fetch(ctx, stage, *item.SongID, order, func(done, total int64, text string) {
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

// rests skips an item whose song no source had when they were last asked, and which nobody
// asked for by name.
func (d *Download) rests(ctx context.Context, item models.JobItem) (bool, jobs.Outcome, error) {
	until := time.UnixMilli(item.RestUntilMS)
	if item.RestUntilMS == 0 || !d.Now().Before(until) {
		return false, jobs.Outcome{}, nil
	}
	song, err := d.store.GetSongAvailability(ctx, *item.SongID)
	if err != nil || song.Availability != models.AvailabilityUnavailable {
		return false, jobs.Outcome{}, err
	}
	reason := fmt.Sprintf("next try on %s; %s", until.Format("2006-01-02 15:04"), song.AvailabilityReason)
	return true, jobs.Outcome{Skipped: true, Code: song.AvailabilityCode, Reason: reason, Text: reason}, nil
}

var (
	_ jobs.Executor   = (*Download)(nil)
	_ jobs.Overlapper = (*Download)(nil)
)
