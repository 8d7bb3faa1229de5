package maintenance

import (
	"context"
	"time"

	"catalogsync/models"
)

const (
	// scrubRest is how long a file that was read is left alone.
	scrubRest = 7 * 24 * time.Hour
	// scrubEvery is the least time between two scrubs, a little less than a day, because
	// upkeep comes once a day and at every start.
	scrubEvery = 20 * time.Hour
	// scrubFiles is the number of files that are asked for at once.
	scrubFiles = 100
)

// Nightly empties the recycle bin of what is old enough, and reads some of the library
// again, at most once a day.
func (s *Service) Nightly(ctx context.Context) error {
	if s.RecycleFor > 0 {
		removed, err := s.EmptyBin(ctx, s.Now().Add(-s.RecycleFor))
		if err != nil {
			return err
		}
		if removed.Files > 0 {
			s.Log.InfoContext(ctx, "emptied the recycle bin", "files", removed.Files, "bytes", removed.Bytes)
		}
	}
	gone, err := s.RecycleGone(ctx)
	if err != nil {
		return err
	}
	if gone > 0 {
		s.Log.InfoContext(ctx, "put files of songs that left their playlists into the recycle bin", "files", gone)
	}
	last, found, err := s.Store.LastLook(ctx, models.LookScrub)
	if err != nil || s.ScrubBytes <= 0 || found && s.Now().Sub(time.UnixMilli(last.StartedAtMS)) < scrubEvery {
		return err
	}
	done, err := s.Scrub(ctx, s.ScrubBytes)
	if err == nil && done.Found > 0 {
		s.Log.WarnContext(ctx, "files of the library suffered on the disk", "files", done.Found)
	}
	return err
}

// Scrub reads files until so many bytes were read, those that were not read for longest
// first, and compares their checksums. What is wrong joins the findings of the last look.
func (s *Service) Scrub(ctx context.Context, budget int64) (models.MaintenanceLook, error) {
	l := &look{s: s, row: models.MaintenanceLook{Kind: models.LookScrub, Deep: true}}
	if err := l.begin(ctx); err != nil {
		return l.row, err
	}
	var backends []int64 // a disk that is away is read when it is back
	for _, f := range l.folders {
		backends = append(backends, f.backendID)
	}
	before := models.NowMS(s.Now().Add(-scrubRest))
	for last := int64(0); l.row.BytesRead < budget; {
		files, err := s.Store.ListOldestChecked(ctx, backends, before, scrubFiles)
		if err != nil {
			return l.row, err
		}
		if len(files) == 0 || files[0].LocationID == last {
			break
		}
		last = files[0].LocationID
		for _, f := range files {
			if l.row.BytesRead >= budget {
				break
			}
			if err := ctx.Err(); err != nil {
				return l.row, err
			}
			if err := l.scrubOne(ctx, f); err != nil {
				return l.row, err
			}
		}
		if err := l.flush(ctx); err != nil {
			return l.row, err
		}
	}
	return l.row, s.Store.EndLook(ctx, l.row)
}

// scrubOne reads one file. One that is not there counts as looked at, too, so that it does
// not stand in the way of the others.
func (l *look) scrubOne(ctx context.Context, f models.CheckedFile) error {
	l.row.Files++
	for _, at := range l.folders {
		if at.backendID != f.BackendID {
			continue
		}
		checked := len(l.checked)
		finding, found, err := l.compare(ctx, at.lib, f.LocalFile, true)
		if err != nil {
			return err
		}
		if found {
			l.row.Found++
			l.found = append(l.found, finding)
		}
		if len(l.checked) > checked {
			return nil
		}
	}
	l.checked = append(l.checked, f.LocationID)
	return nil
}
