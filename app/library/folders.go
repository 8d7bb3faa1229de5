package library

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// makeFolders makes a folder of the library and those above it, and keeps in mind which
// are new: a power cut may take them until the folder above was synced.
func (l *Library) makeFolders(r *os.Root, dir string) error {
	if info, err := r.Stat(filepath.FromSlash(dir)); err == nil && info.IsDir() {
		return nil
	}
	if above := path.Dir(dir); above != dir {
		if err := l.makeFolders(r, above); err != nil {
			return err
		}
	}
	switch err := r.Mkdir(filepath.FromSlash(dir), 0o755); {
	case err == nil:
		l.mu.Lock()
		defer l.mu.Unlock()
		l.fresh[dir] = true
		return nil
	case errors.Is(err, fs.ErrExist):
		return nil // another download was quicker, or it is no folder, which its use will tell
	default:
		return err
	}
}

// syncFolders makes a new name in dir survive a power cut, and with it the folders that
// are new.
func (l *Library) syncFolders(r *os.Root, dir string) error {
	if err := syncFolder(r, filepath.FromSlash(dir)); err != nil {
		return err
	}
	l.mu.Lock()
	fresh := l.fresh[dir]
	l.mu.Unlock()
	if !fresh {
		return nil
	}
	if err := l.syncFolders(r, path.Dir(dir)); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.fresh, dir)
	return nil
}
