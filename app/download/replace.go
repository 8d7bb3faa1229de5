package download

import (
	"context"

	"catalogsync/app/audio"
	"catalogsync/app/library"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

// Replace fetches a song although it is in the library, and puts the new file in the place
// of the old one: only when it is whole and verified, so that the song never is without a
// file. When nothing is delivered, or the very same file, the old one stays as it was.
//
// It can be repeated safely. A process that is killed leaves either file, or both.
func (s *Service) Replace(ctx context.Context, songID int64, order []string, report Report) (Result, error) {
	return s.withSong(ctx, songID, func(files models.SongFiles) (Result, error) {
		_, here, err := s.findThere(ctx, files)
		if err != nil {
			return Result{}, err
		}
		// Anew: looking for the file may have settled what another process left.
		if files, err = s.Store.GetSongFiles(ctx, songID); err != nil {
			return Result{}, err
		}
		r, res, err := s.newRun(ctx, files, order, report)
		if r == nil {
			return res, err
		}
		r.replaces = here
		return r.finish(ctx)
	})
}

// sameFile finds the song's file, in whatever folder, that was made of what came: of the
// very bytes or, where those were not kept in mind, with the very sound.
func (r *run) sameFile(part *library.Part, v *verified) (models.LocalFile, bool) {
	for _, f := range r.files.Files {
		if f.Status != models.LocationActive {
			continue
		}
		if there, err := r.s.isThere(f); !there || err != nil {
			continue
		}
		if sum, size := f.Served(); sum == v.d.sha256 && size == v.d.size {
			return f, true
		}
		if f.ServedSHA256 == "" && r.sameSound(f, part, v) {
			return f, true
		}
	}
	return models.LocalFile{}, false
}

// sameSound compares what stands behind the tags of a file and of a part.
func (r *run) sameSound(f models.LocalFile, part *library.Part, v *verified) bool {
	file, info, err := r.s.targets.of(f).lib.OpenFile(f.Locator)
	if err != nil {
		return false
	}
	defer file.Close()
	return tagging.SameSound(v.info.Ext, file, info.SizeBytes, part, v.d.size)
}

// keepFile ends a replacement that brought the file that is there.
func (r *run) keepFile(ctx context.Context, f models.LocalFile, info audio.Info) (Result, error) {
	task, err := r.task()
	if err != nil {
		return Result{}, stop{err}
	}
	if err := r.s.Store.RecordKept(ctx, task); err != nil {
		return Result{}, stop{err}
	}
	return Result{Skipped: true, Reason: "the library holds this very file", Source: f.Source, Bytes: f.SizeBytes, Quality: info.Quality(), Ext: info.Ext}, nil
}

// retire takes the song's other files out of the library's folders. The new one counts by
// now, so a file that cannot be removed is told and no error: it is no longer the song's.
func (r *run) retire(ctx context.Context, locationID int64, locator string) error {
	done := map[int64]bool{}
	for _, f := range append([]models.LocalFile{{BackendID: r.target.backend.ID}}, r.files.Files...) {
		if done[f.BackendID] {
			continue
		}
		done[f.BackendID] = true
		if err := r.retireIn(ctx, r.s.targets.of(f), locationID, locator); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) retireIn(ctx context.Context, t target, locationID int64, locator string) error {
	retired, err := r.s.Store.RetireFiles(ctx, r.files.Song.ID, t.backend.ID, locationID)
	if err != nil {
		return err
	}
	for _, f := range retired {
		removed, err := t.lib.Remove(f.Locator, f.SizeBytes)
		if err != nil || !removed {
			r.s.Log.WarnContext(ctx, "the replaced file was not removed", "song_id", r.files.Song.ID, "locator", f.Locator, "error", err)
			continue
		}
		r.dropBeside(ctx, t, f.Locator, locator)
	}
	return nil
}

// dropBeside removes the words and the description that stood beside a file which is gone,
// unless they stand beside the one that took its place.
func (r *run) dropBeside(ctx context.Context, t target, gone, placed string) {
	for ext, mark := range map[string]string{library.ExtWords: wordsMark, library.ExtInfo: infoMark} {
		at := library.Beside(gone, ext)
		if at == library.Beside(placed, ext) && t.backend.ID == r.target.backend.ID {
			continue
		}
		if err := t.lib.RemoveBeside(at, []byte(mark)); err != nil {
			r.s.Log.WarnContext(ctx, "a file beside a replaced song was not removed", "locator", at, "error", err)
		}
	}
}
