package library

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"catalogsync/models"
)

// BinFile is a file in the recycle bin.
type BinFile struct {
	// Locator is its place in the library, which names day and former place.
	Locator string
	// Day is when it was put there, Was its former place.
	Day, Was string
	File
}

// WalkBin calls fn for each file in the recycle bin, the oldest days first.
func (l *Library) WalkBin(ctx context.Context, fn func(f BinFile) error) error {
	r, err := l.open()
	if err != nil {
		return err
	}
	defer closeRoot(r)
	err = fs.WalkDir(r.FS(), RecycleFolder, func(name string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		f, ok := binFile(name)
		if !ok || !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if isAbsent(err) {
			return nil //nolint:nilerr // removed since its folder was read
		}
		if err != nil {
			return err
		}
		f.File = fileOf(info)
		return fn(f)
	})
	if isAbsent(err) {
		return nil
	}
	return walkError(ctx, filepath.Join(l.root, RecycleFolder), err)
}

// walkError leaves the end of ctx as it is.
func walkError(ctx context.Context, path string, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	return localError(path, err)
}

// dayFolder is the name of a day's folder in the bin; freeInBin adds the number.
var dayFolder = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(?:\.\d+)?$`)

// binDay is the day of a folder in the bin; false for what the bin did not make.
func binDay(folder string) (string, bool) {
	m := dayFolder.FindStringSubmatch(folder)
	if m == nil {
		return "", false
	}
	_, err := time.Parse(time.DateOnly, m[1])
	return m[1], err == nil
}

// binFile reads a place in the bin; false for what the bin did not put there.
func binFile(locator string) (BinFile, bool) {
	below, ok := strings.CutPrefix(locator, RecycleFolder+"/")
	folder, was, found := strings.Cut(below, "/")
	day, made := binDay(folder)
	if !ok || !found || !made {
		return BinFile{}, false
	}
	return BinFile{Locator: locator, Day: day, Was: was}, true
}

// RestoreFromBin moves a file of the recycle bin back to its former place, which it tells.
// It is refused with ClassConflict when something lies there now.
func (l *Library) RestoreFromBin(locator string) (string, error) {
	f, ok := binFile(path.Clean(locator))
	if !ok {
		return "", models.NotFound("there is no file %q in the recycle bin", locator)
	}
	r, err := l.open()
	if err != nil {
		return "", err
	}
	defer closeRoot(r)
	if info, err := r.Lstat(filepath.FromSlash(f.Locator)); isAbsent(err) || err == nil && !info.Mode().IsRegular() {
		return "", models.NotFound("there is no file %q in the recycle bin", locator)
	}
	if _, err := r.Lstat(filepath.FromSlash(f.Was)); err == nil {
		return "", models.NewError(models.ClassConflict, models.CodeNameTaken, "another file lies at %s now; move it away first", f.Was)
	}
	if err := r.MkdirAll(filepath.Dir(filepath.FromSlash(f.Was)), 0o755); err != nil {
		return "", localError(filepath.Join(l.root, f.Was), err)
	}
	if err := r.Rename(filepath.FromSlash(f.Locator), filepath.FromSlash(f.Was)); err != nil {
		return "", localError(filepath.Join(l.root, f.Was), err)
	}
	removeEmptyBelow(r, path.Dir(f.Locator))
	return f.Was, nil
}

// removeEmptyBelow removes empty folders of the bin, and not the bin itself.
func removeEmptyBelow(r *os.Root, dir string) {
	for ; dir != RecycleFolder && dir != "." && dir != "/"; dir = path.Dir(dir) {
		if r.Remove(filepath.FromSlash(dir)) != nil {
			return
		}
	}
}
