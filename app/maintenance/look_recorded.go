package maintenance

import (
	"context"
	"errors"

	"catalogsync/app/library"
	"catalogsync/models"
)

// lookForRecorded looks whether every recorded file of a folder is there, and what it
// should be.
func (l *look) lookForRecorded(ctx context.Context, f lookedAt) error {
	there, err := l.anyThere(ctx, f)
	if err != nil {
		return err
	}
	if !there {
		return l.leaveOut(ctx, f.backendID, f.lib.Root())
	}
	return l.eachRecorded(ctx, f, func(files []models.LocalFile) error {
		ids := make([]int64, len(files))
		for i := range files {
			ids[i] = files[i].LocationID
		}
		suspects, err := l.s.Store.FindSuspects(ctx, ids)
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := ctx.Err(); err != nil {
				return err
			}
			l.row.Files++
			finding, found, err := l.compare(ctx, f.lib, file, l.row.Deep || suspects[file.LocationID])
			if err != nil {
				return err
			}
			if !found {
				continue
			}
			if err := l.find(ctx, finding); err != nil {
				return err
			}
		}
		l.tell(f.lib.Root())
		return l.flush(ctx)
	})
}

// anyThere says whether one of the recorded files is there, or few are recorded.
func (l *look) anyThere(ctx context.Context, f lookedAt) (bool, error) {
	seen, there := 0, false
	err := l.eachRecorded(ctx, f, func(files []models.LocalFile) error {
		for _, file := range files {
			seen++
			_, found, err := f.lib.Find(file.Locator)
			if found || err != nil { // one that cannot be read is there, too
				there = true
				return errEnough
			}
		}
		return nil
	})
	return there || seen <= fewFiles, err
}

// errEnough ends a walk early, without an error.
var errEnough = errors.New("enough was seen")

// eachRecorded calls fn for each batch of the active files of a folder.
func (l *look) eachRecorded(ctx context.Context, f lookedAt, fn func([]models.LocalFile) error) error {
	for after := int64(0); ; {
		files, err := l.s.Store.ListActiveFiles(ctx, f.backendID, after, filesAtOnce)
		if err != nil || len(files) == 0 {
			return err
		}
		if err := fn(files); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
		after = files[len(files)-1].LocationID
	}
}

// compare compares one file with its record; deep reads it even when its size is right.
// The error is one that ends the look: the folder itself cannot be reached.
func (l *look) compare(ctx context.Context, lib *library.Library, file models.LocalFile, deep bool) (f models.Finding, found bool, err error) {
	on, there, err := lib.Find(file.Locator)
	switch {
	case err != nil:
		return unreadable(lib, file, err)
	case !there:
		return ofLocation(models.FindingMissing, file), true, nil
	case on.SizeBytes == file.SizeBytes && !deep:
		return f, false, nil
	}
	in, err := l.s.inspect(lib, file.Locator)
	if err != nil {
		if _, still, findErr := lib.Find(file.Locator); findErr == nil && !still {
			return ofLocation(models.FindingMissing, file), true, nil
		}
		return unreadable(lib, file, err)
	}
	l.row.BytesRead += in.file.SizeBytes
	l.checked = append(l.checked, file.LocationID)
	if in.sha256 == file.SHA256 {
		return f, false, nil
	}
	f = ofLocation(models.FindingChanged, file)
	f.FoundBytes, f.SHA256, f.Reason = in.file.SizeBytes, in.sha256, in.fault
	if f.Reason == "" {
		_, asset, _, err := l.s.Store.GetLocation(ctx, file.LocationID)
		if err != nil {
			return f, false, err
		}
		f.Reason = in.otherSong(asset.DurationMS)
	}
	if f.Reason != "" {
		f.Class = models.FindingDamaged
	}
	return f, true, nil
}

// unreadable makes a finding of a file that cannot be read, unless its whole folder cannot.
func unreadable(lib *library.Library, file models.LocalFile, err error) (models.Finding, bool, error) {
	if !library.HoldsFiles(lib.Root()) {
		return models.Finding{}, false, err
	}
	f := ofLocation(models.FindingDamaged, file)
	f.Reason = "it cannot be read: " + err.Error()
	return f, true, nil
}
