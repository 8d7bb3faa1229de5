package library

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"catalogsync/models"
)

// OpenFile opens the regular file at locator for reading; the caller closes it.
func (l *Library) OpenFile(locator string) (*os.File, File, error) {
	r, err := l.open()
	if err != nil {
		return nil, File{}, err
	}
	defer closeRoot(r)
	f, err := r.Open(filepath.FromSlash(locator))
	if err != nil {
		return nil, File{}, localError(locator, err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = models.NewError(models.ClassPermanent, models.CodeNotAudio, "%s is no file", locator)
	}
	if err != nil {
		f.Close()
		return nil, File{}, localError(locator, err)
	}
	return f, fileOf(info), nil
}

// SameFile says whether two locators lead to one file, as on a file system that takes
// upper and lower case for the same.
func (l *Library) SameFile(a, b string) bool {
	r, err := l.open()
	if err != nil {
		return false
	}
	defer closeRoot(r)
	one, err := r.Lstat(filepath.FromSlash(a))
	if err != nil {
		return false
	}
	other, err := r.Lstat(filepath.FromSlash(b))
	return err == nil && os.SameFile(one, other)
}

// WalkFiles is Walk with what is known of each file. Folders that skip names, by their
// locator, are left out.
func (l *Library) WalkFiles(ctx context.Context, skip func(folder string) bool, fn func(locator string, f File) error) error {
	r, err := l.open()
	if err != nil {
		return err
	}
	defer closeRoot(r)
	return fs.WalkDir(r.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && name == ".":
			return localError(l.root, err)
		case err != nil:
			return skipUnreadable(name, d)
		case name == ".":
			return nil
		case strings.HasPrefix(path.Base(name), ".") || d.IsDir() && skip != nil && skip(name):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		info, err := d.Info()
		if isAbsent(err) {
			return nil //nolint:nilerr // it has gone since its folder was read
		}
		if err != nil {
			return localError(name, err)
		}
		return fn(name, fileOf(info))
	})
}
