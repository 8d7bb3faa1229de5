package library

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// ErrNoLinks says that the disk keeps no file under two names.
var ErrNoLinks = errors.New("the disk keeps no file under two names")

// Link gives the file at from the name to as well: one file on the disk, under two names,
// each of which may go without the other. Nothing may lie at to. Where the disk cannot do
// that the error is ErrNoLinks, and nothing has changed.
func (l *Library) Link(from, to string) (File, error) {
	r, err := l.open()
	if err != nil {
		return File{}, err
	}
	defer closeRoot(r)
	name := filepath.FromSlash(to)
	if err := r.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return File{}, localError(filepath.Join(l.root, name), err)
	}
	err = r.Link(filepath.FromSlash(from), name)
	if err != nil && !isAbsent(err) && !errors.Is(err, fs.ErrExist) {
		return File{}, fmt.Errorf("%w: %w", ErrNoLinks, err)
	}
	var info fs.FileInfo
	if err == nil {
		info, err = r.Lstat(name)
	}
	if err == nil {
		err = syncFolder(r, filepath.Dir(name))
	}
	if err != nil {
		return File{}, localError(filepath.Join(l.root, name), err)
	}
	return fileOf(info), nil
}

// syncFolder makes a new name survive a power cut. Windows cannot sync a folder and does
// not need to.
func syncFolder(r *os.Root, dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := r.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
