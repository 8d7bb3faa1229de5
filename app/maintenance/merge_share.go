package maintenance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"catalogsync/app/library"
	"catalogsync/models"
)

// share gives the kept file the twin's name as well and lets it count for the twin. linked
// says that the disk keeps it once.
func (s *Service) share(ctx context.Context, u union) (shared models.LocalFile, linked bool, err error) {
	target, _, layout, err := s.Target(ctx)
	if err != nil {
		return shared, false, err
	}
	u.lib = target.Beside(u.file.Root) // which counts the space that others are promised
	asset := u.asset
	asset.ID, asset.SongID = 0, u.twin.ID
	locator, release, err := s.freeName(ctx, u.lib, u.file.BackendID, layout, u.twin, asset)
	if err != nil {
		return shared, false, err
	}
	defer release()
	file, linked, err := s.linkOrCopy(u, locator)
	if err != nil {
		return shared, false, err
	}
	// The words stand beside the file under its name; a song without them is still the song.
	_, _ = u.lib.Link(library.Beside(u.file.Locator, library.ExtWords), library.Beside(locator, library.ExtWords))
	if err := s.record(ctx, asset, u.file.BackendID, locator, file); err != nil {
		_, removeErr := u.lib.Remove(locator, file.SizeBytes)
		return shared, false, errors.Join(err, removeErr)
	}
	files, err := s.Store.ListSongLocations(ctx, u.twin.ID)
	if err != nil {
		return shared, false, err
	}
	i := slices.IndexFunc(files, func(f models.LocalFile) bool { return f.BackendID == u.file.BackendID && f.Locator == locator })
	if i < 0 {
		return shared, false, errChanged
	}
	return files[i], linked, nil
}

// linkOrCopy puts the kept file under another name in its folder.
func (s *Service) linkOrCopy(u union, locator string) (library.File, bool, error) {
	file, err := u.lib.Link(u.file.Locator, locator)
	if err == nil || !errors.Is(err, library.ErrNoLinks) {
		return file, err == nil, err
	}
	claim, err := u.lib.ClaimSpace(u.file.SizeBytes)
	if err != nil {
		return file, false, err
	}
	defer claim.Release()
	in, _, err := u.lib.OpenFile(u.file.Locator)
	if err != nil {
		return file, false, err
	}
	defer in.Close()
	part, err := u.lib.CreatePart(locator)
	if err != nil {
		return file, false, err
	}
	defer part.Discard()
	var written inspected
	if err := written.read(io.TeeReader(in, part)); err != nil {
		return file, false, fmt.Errorf("copy %s: %w", u.file.Locator, err)
	}
	if written.sha256 != u.asset.SHA256 {
		return file, false, models.NewError(models.ClassConflict, models.CodeChecksumMismatch, "%s is not as it was downloaded; look what is wrong with the library first", u.file.Locator)
	}
	file, err = part.Place(locator)
	return file, false, err
}

// mergesAtOnce is the number of pairs that are read together.
const mergesAtOnce = 100

// MergeAllReport is what merging all pairs came to.
type MergeAllReport struct {
	Merged, Failed, Copied int
	Bytes                  int64 // of the files in the recycle bin now
	// Mended counts merged songs that had lost their file and have it again.
	Mended int
	// Stopped says that another job began, so that the rest was left.
	Stopped bool
}

// MergeAll merges every pair that waits for a decision. It stops when another job begins.
func (s *Service) MergeAll(ctx context.Context, jobID int64, report Progress) (MergeAllReport, error) {
	var r MergeAllReport
	counts, err := s.Store.CountSimilar(ctx)
	if err != nil {
		return r, err
	}
	total := counts[models.SimilarOpen]
	for after := int64(0); ; {
		ids, err := s.Store.NextSimilar(ctx, after, mergesAtOnce)
		if err != nil || len(ids) == 0 {
			return r, err
		}
		for _, id := range ids {
			after = id
			if err := ctx.Err(); err != nil {
				return r, err
			}
			err := s.mergeOne(ctx, id, jobID, &r)
			if err != nil || r.Stopped {
				return r, err
			}
			if done := int64(r.Merged + r.Failed); report != nil {
				report(done, max(total, done), fmt.Sprintf("merging %d of %d songs", done, max(total, done)))
			}
		}
	}
}

// mergeOne merges a pair; one that cannot be merged waits on. The error is one that ends all.
func (s *Service) mergeOne(ctx context.Context, id, jobID int64, r *MergeAllReport) error {
	one, err := s.Merge(ctx, id, 0, jobID)
	switch {
	case err == nil:
		r.Merged++
		r.Bytes += one.Bytes
		if !one.Linked {
			r.Copied++
		}
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case models.CodeOf(err) == models.CodeJobsRunning:
		r.Stopped = true
		return nil
	case models.CodeOf(err) == models.CodeDiskFull:
		return err
	}
	r.Failed++
	s.Log.WarnContext(ctx, "merge similar songs", "pair", id, "error", err)
	return nil
}

// MendMerged gives merged songs that have no file any more the file of the song that they
// were merged with.
func (s *Service) MendMerged(ctx context.Context) (mended int, err error) {
	for after := int64(0); ; {
		ids, err := s.Store.ListLostTwins(ctx, after, mergesAtOnce)
		if err != nil || len(ids) == 0 {
			return mended, err
		}
		for _, id := range ids {
			after = id
			row, err := s.Store.GetSimilar(ctx, id)
			if err != nil {
				return mended, err
			}
			u := union{pair: row.SimilarPair, song: row.Song, twin: row.Twin}
			there, err := s.findKept(ctx, &u)
			if err != nil {
				return mended, err
			}
			if !there {
				continue
			}
			shared, _, err := s.share(ctx, u)
			if err != nil {
				return mended, err
			}
			if err := s.Store.NoteShared(ctx, id, shared.LocationID); err != nil {
				return mended, err
			}
			mended++
		}
	}
}
