package doctor

import (
	"context"
	"fmt"
	"slices"

	"catalogsync/app/library"
	"catalogsync/models"
)

// fileBatch is the number of files that are asked for at once.
const fileBatch = 500

// folder is a library folder as it lies on the disk.
type folder struct {
	backend models.StorageBackend
	lib     *library.Library
}

// eachFolder calls fn for each folder that songs were ever filed in. lib is nil when the
// folder is not there, or when nothing at all lies in it: it is then most likely the mount
// point of a disk that is not mounted, and its files are not gone.
func (d *Doctor) eachFolder(ctx context.Context, fn func(f folder) error) error {
	backends, err := d.store.ListLocalBackends(ctx)
	if err != nil {
		return err
	}
	for _, b := range backends {
		f := folder{backend: b}
		if library.HoldsFiles(b.Root) {
			f.lib = library.At(b.Root)
		}
		if err := fn(f); err != nil {
			return err
		}
	}
	return nil
}

// eachFile calls fn for each active file of a folder.
func (d *Doctor) eachFile(ctx context.Context, f folder, fn func(file models.LocalFile) error) error {
	for after := int64(0); ; {
		files, err := d.store.ListActiveFiles(ctx, f.backend.ID, after, fileBatch)
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := fn(file); err != nil {
				return err
			}
			after = file.LocationID
		}
		if len(files) < fileBatch {
			return nil
		}
	}
}

// lookAtFiles looks whether the recorded files are where, and what, they should be.
func (d *Doctor) lookAtFiles(ctx context.Context, result *Check, deep bool) error {
	return d.eachFolder(ctx, func(f folder) error {
		var unreachable, gone, resized, changed models.Flaws
		err := d.eachFile(ctx, f, func(file models.LocalFile) error {
			if f.lib == nil {
				unreachable.Add(describe(file))
				return nil
			}
			found, there, err := f.lib.Find(file.Locator)
			switch {
			case err != nil:
				return err
			case !there:
				gone.Add(describe(file))
			case found.SizeBytes != file.SizeBytes:
				resized.Add(fmt.Sprintf("%s: %d bytes instead of %d", describe(file), found.SizeBytes, file.SizeBytes))
			case deep:
				return compare(f.lib, file, &changed)
			}
			return nil
		})
		root := f.backend.Root
		result.find("The folder "+root+" is not there or empty although files are recorded in it; mount its disk, or put any file into it if it was emptied on purpose; files", unreachable, false)
		result.find("Recorded files that are gone from "+root, gone, true)
		result.find("Files in "+root+" that have another size than recorded", resized, false)
		result.find("Files in "+root+" that hold other bytes than recorded", changed, false)
		return err
	})
}

// compare reads a file and compares its checksum.
func compare(lib *library.Library, file models.LocalFile, changed *models.Flaws) error {
	sum, err := lib.SHA256(file.Locator)
	if err == nil && sum != file.SHA256 {
		changed.Add(describe(file))
	}
	return err
}

// describe names a file and its song.
func describe(file models.LocalFile) string {
	return fmt.Sprintf("%s (song %d)", file.Locator, file.SongID)
}

// markGone notes that files are missing, so that the next download fetches them again.
func (d *Doctor) markGone(ctx context.Context) error {
	return d.eachFolder(ctx, func(f folder) error {
		if f.lib == nil {
			return nil
		}
		return d.eachFile(ctx, f, func(file models.LocalFile) error {
			_, there, err := f.lib.Find(file.Locator)
			if err != nil || there {
				return err
			}
			return d.store.MarkMissing(ctx, file.SongID, []int64{file.LocationID})
		})
	})
}

// lookForUnknown looks for files that no record owns.
func (d *Doctor) lookForUnknown(ctx context.Context, result *Check, _ bool) error {
	var parts int64
	err := d.eachFolder(ctx, func(f folder) error {
		var unknown, back models.Flaws
		err := d.eachFound(ctx, f, &parts, func(locator string, record *models.LocalFile) error {
			if record == nil || record.Status == models.LocationInactive {
				unknown.Add(locator)
				return nil
			}
			if record.Status != models.LocationMissing {
				return nil
			}
			_, same, err := returned(f.lib, *record)
			if same {
				back.Add(describe(*record))
			} else {
				unknown.Add(locator + ": has the name of a file that is missing, and another size")
			}
			return err
		})
		result.find("Unknown files in "+f.backend.Root+", which no song owns", unknown, false)
		result.find("Files in "+f.backend.Root+" that are recorded as missing and are there again", back, true)
		return err
	})
	result.note("Partial files of downloads that were cut short; the next start goes on with them, or removes them", parts)
	return err
}

// takeBack counts files again that were missing, when they hold the recorded bytes.
func (d *Doctor) takeBack(ctx context.Context) error {
	return d.eachFolder(ctx, func(f folder) error {
		return d.eachFound(ctx, f, new(int64), func(_ string, record *models.LocalFile) error {
			if record == nil || record.Status != models.LocationMissing {
				return nil
			}
			found, same, err := returned(f.lib, *record)
			if err != nil || !same {
				return err
			}
			sum, err := f.lib.SHA256(record.Locator)
			if err != nil || sum != record.SHA256 {
				return err
			}
			return d.store.FinishPlacing(ctx, record.LocationID, found.ModTimeMS)
		})
	})
}

// returned looks whether a missing file lies in its place again, by its size.
func returned(lib *library.Library, record models.LocalFile) (library.File, bool, error) {
	found, there, err := lib.Find(record.Locator)
	return found, there && found.SizeBytes == record.SizeBytes, err
}

// eachFound calls fn for each whole file that lies in a folder, with what is recorded of
// it, and counts the partial ones.
func (d *Doctor) eachFound(ctx context.Context, f folder, parts *int64, fn func(locator string, record *models.LocalFile) error) error {
	if f.lib == nil {
		return nil
	}
	var batch []string
	look := func() error {
		records, err := d.recordsOf(ctx, f.backend.ID, batch)
		if err != nil {
			return err
		}
		for _, locator := range batch {
			if err := fn(locator, records[locator]); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	err := f.lib.Walk(ctx, func(locator string) error {
		if library.IsPart(locator) {
			*parts++
			return nil
		}
		batch = append(batch, locator)
		if len(batch) < fileBatch {
			return nil
		}
		return look()
	})
	if err != nil || len(batch) == 0 {
		return err
	}
	return look()
}

// recordsOf finds what is recorded of files: locator → the record that counts most.
func (d *Doctor) recordsOf(ctx context.Context, backendID int64, locators []string) (map[string]*models.LocalFile, error) {
	keys := make([]string, len(locators))
	for i, locator := range locators {
		keys[i] = library.NameKey(locator)
	}
	slices.Sort(keys)
	files, err := d.store.FindFilesByKey(ctx, backendID, slices.Compact(keys))
	if err != nil {
		return nil, err
	}
	records := make(map[string]*models.LocalFile, len(files))
	for i := range files {
		records[files[i].Locator] = &files[i]
	}
	return records, nil
}
