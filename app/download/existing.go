package download

import (
	"context"
	"time"

	"catalogsync/app/library"
	"catalogsync/models"
)

// findThere looks for a file of the song that is where the database says. Files of which
// the last process did not learn whether they got their name are settled first; those
// that are gone are marked missing. A missing one that came back counts again, when it is
// the very file: its disk was away, or somebody only touched it.
func (s *Service) findThere(ctx context.Context, f models.SongFiles) (Result, bool, error) {
	var gone []int64
	for _, file := range f.Files {
		var there bool
		var err error
		switch file.Status {
		case models.LocationPlacing:
			there, err = s.settle(ctx, file)
		case models.LocationActive:
			if there, err = s.isThere(file); err == nil && !there {
				gone = append(gone, file.LocationID)
			}
		}
		if err != nil {
			return Result{}, false, err
		}
		if there {
			return alreadyThere(file), true, nil
		}
	}
	for _, file := range f.Files {
		if file.Status != models.LocationMissing {
			continue
		}
		if back, err := s.confirm(ctx, file); back || err != nil {
			return alreadyThere(file), back, err
		}
	}
	if len(gone) == 0 {
		return Result{}, false, nil
	}
	if err := s.checkMounted(ctx); err != nil {
		return Result{}, false, err
	}
	return Result{}, false, s.Store.MarkMissing(ctx, f.Song.ID, gone)
}

func alreadyThere(file models.LocalFile) Result {
	return Result{Skipped: true, Reason: "already in the library", Source: file.Source, Bytes: file.SizeBytes}
}

// isThere says whether the file exists with its recorded size.
func (s *Service) isThere(file models.LocalFile) (bool, error) {
	if file.BackendID != s.backend.ID {
		found, ok, err := library.FindIn(file.Root, file.Locator)
		return ok && found.SizeBytes == file.SizeBytes, err
	}
	found, ok, err := s.Library.Find(file.Locator)
	return ok && found.SizeBytes == file.SizeBytes, err
}

// checkMounted refuses to go on when files are recorded but the library's folder is
// empty: it is then most likely the mount point of a disk that is not there, and songs
// would be fetched again onto the wrong one.
func (s *Service) checkMounted(ctx context.Context) error {
	empty, err := s.Library.Empty()
	if err != nil || !empty {
		return err
	}
	recorded, err := s.Store.HasActiveFiles(ctx, s.backend.ID)
	if err != nil || !recorded {
		return err
	}
	e := models.NewError(models.ClassLocal, models.CodeLibraryUnwritable,
		"the library folder %s is empty although songs are recorded in it; mount its disk, or put any file into it if it was emptied on purpose", s.Library.Root())
	e.Params = map[string]any{"Path": s.Library.Root()}
	return e
}

// Check says whether downloads can be filed: the library is there, writable and mounted.
// Errors are ClassLocal.
func (s *Service) Check(ctx context.Context) error {
	if err := s.Library.Check(); err != nil {
		return err
	}
	return s.checkMounted(ctx)
}

// settle decides about a file whose process ended between writing it down and confirming
// it. It counts when it lies under its name with the very bytes that were verified; else
// it is forgotten, and the song is fetched again.
func (s *Service) settle(ctx context.Context, file models.LocalFile) (there bool, err error) {
	if file.BackendID != s.backend.ID {
		return false, nil // that folder is not this service's to judge
	}
	if there, err = s.confirm(ctx, file); there || err != nil {
		return there, err
	}
	return false, s.Store.DropPlacing(ctx, file.LocationID)
}

// confirm makes a file of this library count when it lies under its name with the very
// bytes that were verified.
func (s *Service) confirm(ctx context.Context, file models.LocalFile) (there bool, err error) {
	if file.BackendID != s.backend.ID {
		return false, nil
	}
	found, ok, err := s.Library.Find(file.Locator)
	if err != nil || !ok || found.SizeBytes != file.SizeBytes {
		return false, err
	}
	sum, err := s.Library.SHA256(file.Locator)
	if err != nil || sum != file.SHA256 {
		return false, err
	}
	return true, s.Store.FinishPlacing(ctx, file.LocationID, found.ModTimeMS)
}

// keepParts is how long a partial file waits for a later try of its song.
const keepParts = 3 * 24 * time.Hour

// Recover tidies up after a process that was killed: files that were being placed are
// settled, and partial files removed that nothing can be gone on with. It may run beside downloads.
func (s *Service) Recover(ctx context.Context) error {
	files, err := s.Store.ListPlacing(ctx)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := s.recoverSong(ctx, file.SongID); err != nil {
			return err
		}
	}
	n, err := s.Library.SweepParts(ctx, s.Now().Add(-keepParts))
	if n > 0 {
		s.Log.InfoContext(ctx, "removed partial files of an earlier run", "files", n)
	}
	return err
}

func (s *Service) recoverSong(ctx context.Context, songID int64) error {
	unlock, err := s.songs.lock(ctx, songID)
	if err != nil {
		return err
	}
	defer unlock()
	f, err := s.Store.GetSongFiles(ctx, songID) // anew: a download may have settled it meanwhile
	if err != nil {
		return err
	}
	for _, file := range f.Files {
		if file.Status != models.LocationPlacing {
			continue
		}
		if _, err := s.settle(ctx, file); err != nil {
			return err
		}
	}
	return nil
}
