package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"catalogsync/app/library"
	"catalogsync/models"
)

// statsAtOnce bounds the files looked at at once; a cold disk answers several faster
// than one after the other.
const statsAtOnce = 8

// modTimeSlackMS is the difference at which two modification times still count as the
// same: FAT file systems keep even seconds only.
const modTimeSlackMS = 2000

// found is what is known of a song's file.
type found struct {
	file     *models.ExportFile // nil = none that can be exported
	sidecars []sidecar          // what lies beside the file
	// problem says, file named, why there is none although the database knows one.
	problem string
	// gone are the locations whose files are not there, or not those that were downloaded.
	gone []models.ExportFile
}

// findFiles looks for the file of each song: the best one that is on the disk as it was
// downloaded.
func (s *Service) findFiles(ctx context.Context, lists []list) (map[int64]found, error) {
	files := map[int64]found{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(statsAtOnce)
	var mu sync.Mutex
	seen := map[int64]bool{}
	for i := range lists {
		for j := range lists[i].songs {
			song := &lists[i].songs[j]
			if seen[song.SongID] || len(song.Files) == 0 {
				continue
			}
			seen[song.SongID] = true
			group.Go(func() error {
				f := findFile(song.Files)
				if f.file != nil {
					f.sidecars = s.sidecars.of(f.file)
				}
				mu.Lock()
				files[song.SongID] = f
				mu.Unlock()
				return ctx.Err()
			})
		}
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("look at the files to export: %w", err)
	}
	return files, nil
}

// findFile picks the first usable file: the primary one, then the best, then the oldest.
func findFile(files []models.ExportFile) found {
	files = ranked(files)
	var f found
	for i := range files {
		err := check(&files[i])
		if err == nil {
			f.file, f.problem = &files[i], ""
			return f
		}
		if f.problem == "" {
			f.problem = fmt.Sprintf("%s (%v)", files[i].Locator, err)
		}
		if !errors.Is(err, errReading) { // else the disk may be at fault
			f.gone = append(f.gone, files[i])
		}
	}
	return f
}

// ranked sorts a song's files, the one to be taken first.
func ranked(files []models.ExportFile) []models.ExportFile {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b models.ExportFile) int {
		return cmp.Or(-compareBool(a.IsPrimary, b.IsPrimary), cmp.Compare(b.Quality.Rank(), a.Quality.Rank()), cmp.Compare(a.LocationID, b.LocationID))
	})
	return files
}

// noteGone takes files that are gone out of what counts as downloaded. A folder in which
// nothing lies is most likely the mount point of a disk that is not there: its files are
// named, and keep counting.
func (s *Service) noteGone(ctx context.Context, files map[int64]found) error {
	holds := map[string]bool{}
	for songID, f := range files {
		var ids []int64
		for _, file := range f.gone {
			if _, known := holds[file.Root]; !known {
				holds[file.Root] = library.HoldsFiles(file.Root)
			}
			if holds[file.Root] {
				ids = append(ids, file.LocationID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		if err := s.store.MarkMissing(ctx, songID, ids); err != nil {
			return err
		}
	}
	return nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

var (
	errMissing = errors.New("missing")
	errSize    = errors.New("other size")
	errTime    = errors.New("modified since")
	errReading = errors.New("unreadable")
)

// check tells whether a file is what the database says. The error holds no path: the
// folders of the machine are not for whoever asks for an export.
func check(f *models.ExportFile) error {
	file, exists, err := library.FindIn(f.Root, f.Locator)
	switch {
	case err != nil:
		return errReading
	case !exists:
		return errMissing
	case file.SizeBytes != f.FileSizeBytes:
		return errSize
	case f.ModTimeMS != 0 && abs(file.ModTimeMS-f.ModTimeMS) > modTimeSlackMS:
		return errTime
	}
	return nil
}

func abs(n int64) int64 { return max(n, -n) }
