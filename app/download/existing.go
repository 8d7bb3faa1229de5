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
	var gone []models.LocalFile
	for _, file := range f.Files {
		var there bool
		var err error
		switch file.Status {
		case models.LocationPlacing:
			there, err = s.settle(ctx, file)
		case models.LocationActive:
			if there, err = s.isThere(file); err == nil && !there {
				gone = append(gone, file)
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
	for _, file := range gone {
		if err := s.checkMounted(ctx, s.targets.of(file)); err != nil {
			return Result{}, false, err
		}
	}
	if len(gone) == 0 {
		return Result{}, false, nil
	}
	ids := make([]int64, len(gone))
	for i, file := range gone {
		ids[i] = file.LocationID
	}
	return Result{}, false, s.Store.MarkMissing(ctx, f.Song.ID, ids)
}

func alreadyThere(file models.LocalFile) Result {
	return Result{Skipped: true, Reason: "already in the library", Source: file.Source, Bytes: file.SizeBytes}
}

// isThere says whether the file exists with its recorded size. One whose folder is gone is
// not there; whether it is only away is for checkMounted to say.
func (s *Service) isThere(file models.LocalFile) (bool, error) {
	found, ok, err := library.FindIn(file.Root, file.Locator)
	return ok && found.SizeBytes == file.SizeBytes, err
}

// Check says whether downloads can be filed: the folder that they go to is there, writable
// and mounted. Errors are ClassLocal. That its disk is full holds downloads back and is no
// error: what is to be fetched can be found out meanwhile.
func (s *Service) Check(ctx context.Context) error {
	t := s.targets.now()
	if err := s.watched(t, 0, t.lib.Check()); err != nil && models.CodeOf(err) != models.CodeDiskFull {
		return err
	}
	return s.checkMounted(ctx, t)
}

// settle decides about a file whose process ended between writing it down and confirming
// it. It counts when it lies under its name with the very bytes that were verified; else
// it is forgotten, and the song is fetched again.
func (s *Service) settle(ctx context.Context, file models.LocalFile) (there bool, err error) {
	if !isFolder(file.Root) {
		return false, nil // it may be mounted again; until then nothing is known
	}
	if there, err = s.confirm(ctx, file); there || err != nil {
		return there, err
	}
	return false, s.Store.DropPlacing(ctx, file.LocationID)
}

// confirm makes a file count when it lies under its name with the very bytes that were
// verified.
func (s *Service) confirm(ctx context.Context, file models.LocalFile) (there bool, err error) {
	found, ok, err := library.FindIn(file.Root, file.Locator)
	if err != nil || !ok || found.SizeBytes != file.SizeBytes {
		return false, err
	}
	sum, err := s.targets.of(file).lib.SHA256(file.Locator)
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
	for _, t := range s.targets.all() {
		if !isFolder(t.backend.Root) {
			continue // not mounted
		}
		n, err := t.lib.SweepParts(ctx, s.Now().Add(-keepParts))
		if n > 0 {
			s.Log.InfoContext(ctx, "removed partial files of an earlier run", "folder", t.backend.Root, "files", n)
		}
		if err == nil {
			err = s.dropServed(ctx, t.lib)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dropServed removes the parts that were kept for songs which have their file by now: the
// process may have ended between placing one and tidying up after it.
func (s *Service) dropServed(ctx context.Context, lib *library.Library) error {
	for _, id := range lib.KeptSongs() {
		f, err := s.Store.GetSongFiles(ctx, id)
		unknown := models.ClassOf(err) == models.ClassNotFound // of another database
		if err != nil && !unknown {
			return err
		}
		if unknown || f.Song.Downloaded {
			if err := lib.DropKept(id); err != nil {
				return err
			}
		}
	}
	return nil
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
