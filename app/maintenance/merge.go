package maintenance

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"catalogsync/app/library"
	"catalogsync/models"
)

// Two songs that are one recording share one file once they are merged: the file of the
// song that is kept gets a second name, which is the other song's. Each has its own record,
// so that everything that asks for a song's file goes on as before, and either may go
// without the other. Where the disk keeps no file under two names it is copied.

// MergeReport is what merging two songs came to.
type MergeReport struct {
	SongID, TwinID int64
	// Linked says that the disk keeps the file once.
	Linked bool
	// Recycled are the files of the twin that are in the recycle bin now, Bytes their size.
	Recycled int
	Bytes    int64
}

// union is a merge in the making.
type union struct {
	pair       models.SimilarPair
	song, twin models.Song
	// file is the one that is kept, asset what it is.
	file   models.LocalFile
	asset  models.FileAsset
	former []models.LocalFile
	lib    *library.Library
}

// Merge lets both songs of a pair have the file of one of them: that of keep, 0 = the one
// that the look proposed. What named the other's files names the shared one; they go into
// the recycle bin. It is refused with ClassConflict while a job other than besides runs,
// and when the pair cannot be merged.
func (s *Service) Merge(ctx context.Context, pairID, keep, besides int64) (MergeReport, error) {
	if err := s.refuseWhileBusy(ctx, besides); err != nil {
		return MergeReport{}, err
	}
	u, err := s.findUnion(ctx, pairID, keep)
	if err != nil {
		return MergeReport{}, err
	}
	r := MergeReport{SongID: u.song.ID, TwinID: u.twin.ID}
	if u.former, err = s.Store.ListSongLocations(ctx, u.twin.ID); err != nil {
		return r, err
	}
	shared, linked, err := s.share(ctx, u)
	if err != nil {
		return r, err
	}
	r.Linked = linked
	former := make([]models.FormerFile, len(u.former))
	for i, f := range u.former {
		former[i] = models.FormerFile{LocationID: f.LocationID, BackendID: f.BackendID, Bytes: f.SizeBytes}
	}
	u.pair.SongID, u.pair.TwinID, u.pair.SharedLocationID = u.song.ID, u.twin.ID, &shared.LocationID
	done, err := s.Store.MergeSongs(ctx, u.pair, former, besides)
	if err != nil || !done {
		return r, s.withdraw(ctx, u, shared, err)
	}
	if err := s.recycleFormer(ctx, u, former, &r); err != nil {
		return r, err
	}
	return r, s.Store.NoteFormer(ctx, pairID, former)
}

// findUnion finds out what a pair's merge would be.
func (s *Service) findUnion(ctx context.Context, pairID, keep int64) (union, error) {
	row, err := s.Store.GetSimilar(ctx, pairID)
	if err != nil {
		return union{}, err
	}
	u := union{pair: row.SimilarPair, song: row.Song, twin: row.Twin}
	switch {
	case row.State == models.SimilarMerged:
		return u, models.NewError(models.ClassConflict, models.CodeMergedAlready, "these songs are merged already")
	case keep == u.twin.ID:
		u.song, u.twin = u.twin, u.song
	case keep != 0 && keep != u.song.ID:
		return u, models.Invalid("keep", models.CodeBadValue, "song %d is none of the two; it must be %d or %d", keep, u.song.ID, u.twin.ID)
	}
	there, err := s.findKept(ctx, &u)
	if err == nil && !there && keep == 0 { // the better one is gone since the look
		u.song, u.twin = u.twin, u.song
		there, err = s.findKept(ctx, &u)
	}
	if err == nil && !there {
		err = models.NewError(models.ClassConflict, models.CodeNoSharedFile, "song %d has no file on disk that both could have; download it, or look what is wrong with the library", u.song.ID)
	}
	if err != nil {
		return u, err
	}
	merged, err := s.Store.IsMerged(ctx, u.twin.ID)
	if err == nil && merged {
		err = models.NewError(models.ClassConflict, models.CodeMergedAlready, "song %d has the file of another song already; part them first", u.twin.ID)
	}
	return u, err
}

// findKept finds the file of the song that is kept; false when it has none on disk.
func (s *Service) findKept(ctx context.Context, u *union) (bool, error) {
	files, err := s.Store.ListSongLocations(ctx, u.song.ID)
	if err != nil {
		return false, err
	}
	for _, f := range files {
		if !library.HoldsFiles(f.Root) {
			continue
		}
		lib := library.At(f.Root)
		on, there, err := lib.Find(f.Locator)
		if err != nil {
			return false, err
		}
		if !there || on.SizeBytes != f.SizeBytes {
			continue
		}
		_, asset, found, err := s.Store.GetLocation(ctx, f.LocationID)
		if err != nil || found {
			u.file, u.asset, u.lib = f, asset, lib
			return found, err
		}
	}
	return false, nil
}

// withdraw takes back what was shared for a merge that did not come about.
func (s *Service) withdraw(ctx context.Context, u union, shared models.LocalFile, cause error) error {
	ctx = context.WithoutCancel(ctx)
	err := s.Store.RetireFile(ctx, shared)
	if err == nil {
		_, err = u.lib.Remove(shared.Locator, shared.SizeBytes)
	}
	switch {
	case cause != nil:
		return cause
	case err != nil:
		return err
	}
	return models.NewError(models.ClassConflict, models.CodeJobsRunning, "a job began meanwhile; wait for its end and try again")
}

// recycleFormer moves the files that the twin had into the recycle bin, with the words that
// stood beside them. One that cannot be moved is told in the log and found again by a look.
func (s *Service) recycleFormer(ctx context.Context, u union, former []models.FormerFile, r *MergeReport) error {
	folders, err := s.folders(ctx)
	if err != nil {
		return err
	}
	for i, f := range u.former {
		lib := folders[f.BackendID].lib
		if lib == nil {
			continue
		}
		bin, there, err := lib.Recycle(f.Locator, s.Now())
		if err != nil {
			s.Log.WarnContext(ctx, "move the file of a merged song into the recycle bin", "file", f.Locator, "error", err)
			continue
		}
		if !there {
			continue
		}
		former[i].Bin = bin
		r.Recycled++
		r.Bytes += f.SizeBytes
		for _, ext := range []string{library.ExtWords, library.ExtInfo} {
			if bin, there, err := lib.Recycle(library.Beside(f.Locator, ext), s.Now()); err == nil && there {
				former[i].Beside = append(former[i].Beside, bin)
			}
		}
	}
	return nil
}

// Part undoes a merge: what the twin had before comes back from the recycle bin, and the
// shared file does not count for it any more. When the bin was emptied meanwhile, the twin
// keeps the shared file. The pair counts as two songs afterwards.
func (s *Service) Part(ctx context.Context, pairID int64) error {
	if err := s.refuseWhileBusy(ctx, 0); err != nil {
		return err
	}
	row, err := s.Store.GetSimilar(ctx, pairID)
	if err != nil {
		return err
	}
	if row.State != models.SimilarMerged {
		return models.NewError(models.ClassConflict, models.CodeNotMerged, "these songs are not merged")
	}
	var former []models.FormerFile
	if err := json.Unmarshal([]byte(row.FormerJSON), &former); err != nil {
		return fmt.Errorf("read the files of pair %d: %w", pairID, err)
	}
	back, err := s.bringBack(ctx, former)
	if err != nil {
		return err
	}
	keep := len(back) == 0 && len(former) > 0
	var shared models.LocalFile
	if row.SharedLocationID != nil {
		files, err := s.Store.ListSongLocations(ctx, row.TwinID)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(files, func(f models.LocalFile) bool { return f.LocationID == *row.SharedLocationID }); i >= 0 {
			shared = files[i]
		}
	}
	done, err := s.Store.PartSongs(ctx, row.SimilarPair, back, keep)
	if err == nil && !done {
		err = models.NewError(models.ClassConflict, models.CodeJobsRunning, "a job began meanwhile; wait for its end and try again")
	}
	if err != nil || keep || shared.Locator == "" || !library.HoldsFiles(shared.Root) {
		return err
	}
	lib := library.At(shared.Root)
	if _, _, err := lib.Recycle(shared.Locator, s.Now()); err != nil {
		return err
	}
	_, _, err = lib.Recycle(library.Beside(shared.Locator, library.ExtWords), s.Now())
	return err
}

// bringBack restores files from the recycle bin and gives the locations that lie on disk again.
func (s *Service) bringBack(ctx context.Context, former []models.FormerFile) ([]int64, error) {
	folders, err := s.folders(ctx)
	if err != nil {
		return nil, err
	}
	var back []int64
	for _, f := range former {
		lib := folders[f.BackendID].lib
		if lib == nil || f.Bin == "" {
			continue
		}
		if _, err := lib.RestoreFromBin(f.Bin); models.ClassOf(err) == models.ClassNotFound {
			continue
		} else if err != nil {
			return nil, err
		}
		back = append(back, f.LocationID)
		for _, bin := range f.Beside {
			// Words can be had again; a song without them is still the song.
			_, _ = lib.RestoreFromBin(bin)
		}
	}
	return back, nil
}

// Reject notes that a pair is two songs, which are never listed as one again.
func (s *Service) Reject(ctx context.Context, pairID int64) error {
	return s.decide(ctx, pairID, models.SimilarRejected)
}

// Reopen takes a rejection back.
func (s *Service) Reopen(ctx context.Context, pairID int64) error {
	return s.decide(ctx, pairID, models.SimilarOpen)
}

func (s *Service) decide(ctx context.Context, pairID int64, to models.SimilarState) error {
	if _, err := s.Store.GetSimilar(ctx, pairID); err != nil {
		return err
	}
	done, err := s.Store.DecideSimilar(ctx, pairID, to)
	if err == nil && !done {
		err = models.NewError(models.ClassConflict, models.CodeMergedAlready, "these songs are merged; part them first")
	}
	return err
}
