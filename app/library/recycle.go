package library

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"time"
)

// RecycleFolder holds what was taken out of the library, by day: no song's folder can
// have this name, and walks leave it out.
const RecycleFolder = ".recycle"

// recycleTries bounds the search for a name that is free in the recycle bin.
const recycleTries = 1000

// Recycle moves the file at locator into the recycle bin and gives the locator that it
// has there; false when there is no such file. Folders that are empty then go as well.
func (l *Library) Recycle(locator string, now time.Time) (binned string, there bool, err error) {
	r, err := l.open()
	if err != nil {
		return "", false, err
	}
	defer closeRoot(r)
	name := filepath.FromSlash(locator)
	info, err := r.Lstat(name)
	if isAbsent(err) {
		return "", false, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		return "", false, nil
	}
	if err == nil {
		binned, err = freeInBin(r, now.UTC().Format(time.DateOnly), locator)
	}
	if err == nil {
		err = r.MkdirAll(filepath.Dir(filepath.FromSlash(binned)), 0o755)
	}
	if err == nil {
		err = r.Rename(name, filepath.FromSlash(binned))
	}
	if err != nil {
		return "", false, localError(filepath.Join(l.root, name), err)
	}
	removeEmpty(r, path.Dir(locator))
	return binned, true, nil
}

// freeInBin finds a folder of the day that has no such name. It is the folder that gets a
// number: a name may be as long as names can be, and may end in a number itself.
func freeInBin(r *os.Root, day, locator string) (string, error) {
	for n := 1; n <= recycleTries; n++ {
		folder := day
		if n > 1 {
			folder += "." + strconv.Itoa(n)
		}
		name := path.Join(RecycleFolder, folder, locator)
		if _, err := r.Lstat(filepath.FromSlash(name)); isAbsent(err) {
			return name, nil
		} else if err != nil {
			return "", err
		}
	}
	return "", errors.New("the recycle bin has too many files of this name")
}

// EmptyBin removes what was put into the recycle bin before a day, and tells how many
// files that were and their bytes.
func (l *Library) EmptyBin(before time.Time) (files int, bytes int64, err error) {
	r, err := l.open()
	if err != nil {
		return 0, 0, err
	}
	defer closeRoot(r)
	days, err := fs.ReadDir(r.FS(), RecycleFolder)
	if isAbsent(err) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, localError(filepath.Join(l.root, RecycleFolder), err)
	}
	limit := before.UTC().Format(time.DateOnly)
	for _, day := range days {
		if of, ok := binDay(day.Name()); !ok || of >= limit {
			continue // not the bin's own, or not old enough
		}
		folder := path.Join(RecycleFolder, day.Name())
		err := fs.WalkDir(r.FS(), folder, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				files++
				if info, err := d.Info(); err == nil {
					bytes += info.Size()
				}
			}
			return err
		})
		if err == nil {
			err = r.RemoveAll(filepath.FromSlash(folder))
		}
		if err != nil {
			return files, bytes, localError(filepath.Join(l.root, folder), err)
		}
	}
	return files, bytes, nil
}
