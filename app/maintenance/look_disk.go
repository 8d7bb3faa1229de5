package maintenance

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"catalogsync/app/library"
	"catalogsync/models"
)

// keepParts is how long a partial file waits to be gone on with; afterwards it is found.
const keepParts = 3 * 24 * time.Hour

// partNote ends the names of the notes beside partial files.
const partNote = library.PartSuffix + ".json"

// diskFile is a file that lies in a folder.
type diskFile struct {
	locator string
	library.File
}

// lookAtDisk looks whether every file that lies in a folder has an owner.
func (l *look) lookAtDisk(ctx context.Context, f lookedAt) error {
	batch := make([]diskFile, 0, filesAtOnce)
	tooOld := models.NowMS(l.s.Now().Add(-keepParts))
	skip := func(folder string) bool { return slices.Contains(f.nested, folder) }
	err := f.lib.WalkFiles(ctx, skip, func(locator string, file library.File) error {
		switch {
		case strings.HasSuffix(locator, partNote):
			return nil
		case strings.HasSuffix(locator, library.PartSuffix):
			if file.ModTimeMS >= tooOld {
				return nil
			}
			return l.find(ctx, ofFile(models.FindingPart, f.backendID, locator, file.SizeBytes))
		}
		if batch = append(batch, diskFile{locator, file}); len(batch) < filesAtOnce {
			return nil
		}
		defer func() { batch = batch[:0] }()
		return l.lookUp(ctx, f, batch)
	})
	if err == nil && len(batch) > 0 {
		err = l.lookUp(ctx, f, batch)
	}
	if err == nil {
		err = l.flush(ctx)
	}
	return err
}

// lookUp finds the owners of files.
func (l *look) lookUp(ctx context.Context, f lookedAt, batch []diskFile) error {
	keys := make([]string, 0, len(batch))
	for _, file := range batch {
		keys = append(keys, namesOf(file.locator)...)
	}
	slices.Sort(keys)
	records, err := l.s.Store.FindFilesByKey(ctx, f.backendID, slices.Compact(keys))
	if err != nil {
		return err
	}
	byKey := map[string][]models.LocalFile{}
	for _, r := range records {
		key := library.NameKey(r.Locator)
		byKey[key] = append(byKey[key], r)
	}
	for _, file := range batch {
		var near []models.LocalFile
		for _, key := range namesOf(file.locator) {
			near = append(near, byKey[key]...)
		}
		class, found := classOf(f.lib, file.locator, near)
		if !found {
			continue
		}
		if err := l.find(ctx, ofFile(class, f.backendID, file.locator, file.SizeBytes)); err != nil {
			return err
		}
	}
	l.tell(f.lib.Root())
	return nil
}

// namesOf are the name keys under which the owner of a file may be recorded: its own, and
// for what accompanies a song (a.en.lrc beside a.mp3) that without the language.
func namesOf(locator string) []string {
	key := library.NameKey(locator)
	if accompanies(locator) {
		if shorter := library.NameKey(key); shorter != key {
			return []string{key, shorter}
		}
	}
	return []string{key}
}

// classOf tells what a file is by the records of names like its own; false when it has an
// owner.
func classOf(lib *library.Library, locator string, near []models.LocalFile) (models.FindingClass, bool) {
	if isFolderFile(locator) {
		return "", false
	}
	class := models.FindingExtra
	for _, r := range near {
		counts := r.Status == models.LocationActive || r.Status == models.LocationPlacing
		switch {
		case counts && (r.Locator == locator || accompanies(locator)):
			return "", false
		// Where upper and lower case are one, the disk may spell a name otherwise.
		case counts && strings.EqualFold(path.Ext(r.Locator), path.Ext(locator)) && lib.SameFile(r.Locator, locator):
			return "", false
		case r.Locator == locator && r.Status == models.LocationInactive:
			class = models.FindingLeftover
		}
	}
	return class, true
}

// accompanies says that a file is no song, but may lie beside one of its name.
func accompanies(locator string) bool {
	switch strings.ToLower(path.Ext(locator)) {
	case ".lrc", ".srt", ".txt", ".nfo", ".jpg", ".jpeg", ".png", ".webp", ".json", ".cue":
		return true
	}
	return false
}

// isFolderFile says that a file belongs to its folder, as covers of albums do.
func isFolderFile(locator string) bool {
	switch strings.ToLower(path.Base(locator)) {
	case "folder.jpg", "folder.png", "cover.jpg", "cover.png", "album.nfo", "artist.nfo", "artist.jpg", "desktop.ini", "thumbs.db":
		return true
	}
	return false
}
