package stages

import (
	"context"

	"catalogsync/app/download"
	"catalogsync/jobs"
	"catalogsync/models"
)

// SongReplacer fetches songs anew although they are in the library; download.Service is one.
type SongReplacer interface {
	Replace(ctx context.Context, songID int64, order []string, report download.Report) (download.Result, error)
}

// ofSongs plans the songs that a scope names one by one: what the operator asked for
// himself neither rests nor is left out because it is here.
func (p *downloadPlan) ofSongs(ctx context.Context, ids []int64) error {
	p.named = true
	songs, err := p.store.GetSongsToPlan(ctx, ids)
	if err != nil {
		return err
	}
	for _, song := range songs {
		if err := p.take(song, 0); err != nil {
			return err
		}
	}
	return p.flush()
}

// fetch brings a song to disk, or replaces its file where the scope says so.
func (d *Download) fetch(ctx context.Context, stage jobs.Stage, songID int64, order []string, report download.Report) (download.Result, error) {
	replacer, ok := d.songs.(SongReplacer)
	if !stage.Scope.Replace {
		return d.songs.Download(ctx, songID, order, report)
	}
	if !ok {
		return download.Result{}, models.NewError(models.ClassPermanent, models.CodeInternal, "this downloader replaces no files")
	}
	return replacer.Replace(ctx, songID, order, report)
}
