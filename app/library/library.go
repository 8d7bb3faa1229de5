// Package library files songs in a folder: safe names, partial files that become whole
// ones in one step, free space, and nothing outside the folder, ever.
//
// Every access below the folder goes through an os.Root, so neither a hostile name nor a
// symbolic link leads out of it. The folder is opened anew for each file: a disk that was
// unmounted in between is noticed instead of being written to behind its back.
package library

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"catalogsync/models"
)

// Options are a library's settings; zero fields have defaults.
type Options struct {
	// ReserveBytes stays free on the library's disk whatever is downloaded; 0 = 512 MiB,
	// below 0 = none.
	ReserveBytes int64
	// FreeBytes tells the free space of the disk that holds a folder; nil asks the system.
	FreeBytes func(folder string) (int64, error)
	// Volumes are shared by the libraries that keep one reserve on a disk; nil = its own.
	Volumes *Volumes
}

// Library is one folder of songs. Its methods may be called by many goroutines.
type Library struct {
	root  string
	space space

	mu    sync.Mutex
	names map[string]int64   // name key → the song that is being filed under it
	parts map[string]bool    // partial files that are being written
	kept  map[int64][]string // locators of parts that were left for later tries, by song
	fresh map[string]bool    // folders that were made and whose own folder was not synced since
}

// Open makes a library of the folder at root, which is made when it does not exist.
// Errors are ClassLocal.
func Open(root string, o Options) (*Library, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, localError(root, err)
	}
	if err := os.MkdirAll(abs, 0o755); err != nil {
		return nil, localError(abs, err)
	}
	return at(abs, newSpace(abs, o)), nil
}

func at(root string, s space) *Library {
	return &Library{root: root, space: s, names: map[string]int64{}, parts: map[string]bool{}, kept: map[int64][]string{}, fresh: map[string]bool{}}
}

// Beside is the library in another folder, which is absolute and not made: what is not
// there may be a disk that is not mounted. Both have the same settings, and one reserve
// where they lie on the same disk.
func (l *Library) Beside(root string) *Library {
	s := l.space
	s.folder = root
	return at(root, s)
}

// Root is the library's absolute folder.
func (l *Library) Root() string { return l.root }

func (l *Library) open() (*os.Root, error) {
	r, err := os.OpenRoot(l.root)
	if err != nil {
		return nil, localError(l.root, err)
	}
	return r, nil
}

// closeRoot closes what was only read through, or whose writes were checked on the way.
func closeRoot(r *os.Root) { _ = r.Close() }

// Check says whether songs can be written: the folder is there and takes a file.
// Errors are ClassLocal.
func (l *Library) Check() error {
	r, err := l.open()
	if err != nil {
		return err
	}
	defer closeRoot(r)
	const probe = ".write-test" + PartSuffix
	f, err := r.OpenFile(probe, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return localError(l.root, err)
	}
	if err := errors.Join(f.Close(), r.Remove(probe)); err != nil {
		return localError(l.root, err)
	}
	return nil
}

// Empty says that nothing at all lies in the folder, as in the mount point of a disk
// that is not mounted.
func (l *Library) Empty() (bool, error) {
	d, err := os.Open(l.root)
	if err != nil {
		return false, localError(l.root, err)
	}
	defer d.Close()
	_, err = d.ReadDir(1)
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	if err != nil {
		return false, localError(l.root, err)
	}
	return false, nil
}

// File is a file that lies in a library.
type File struct {
	SizeBytes int64
	ModTimeMS int64
}

// Find looks for the regular file at locator; false when there is none.
func (l *Library) Find(locator string) (File, bool, error) {
	r, err := l.open()
	if err != nil {
		return File{}, false, err
	}
	defer closeRoot(r)
	info, err := r.Stat(filepath.FromSlash(locator))
	if isAbsent(err) {
		return File{}, false, nil
	}
	if err != nil {
		return File{}, false, localError(locator, err)
	}
	if !info.Mode().IsRegular() {
		return File{}, false, nil
	}
	return fileOf(info), true, nil
}

// Exists says whether anything, of whatever kind, has the name locator.
func (l *Library) Exists(locator string) (bool, error) {
	r, err := l.open()
	if err != nil {
		return false, err
	}
	defer closeRoot(r)
	if _, err = r.Lstat(filepath.FromSlash(locator)); isAbsent(err) {
		return false, nil
	}
	if err != nil {
		return false, localError(locator, err)
	}
	return true, nil
}

func fileOf(info fs.FileInfo) File {
	return File{SizeBytes: info.Size(), ModTimeMS: models.NowMS(info.ModTime())}
}

// SHA256 reads the file at locator and gives its checksum in hex.
func (l *Library) SHA256(locator string) (string, error) {
	r, err := l.open()
	if err != nil {
		return "", err
	}
	defer closeRoot(r)
	f, err := r.Open(filepath.FromSlash(locator))
	if err != nil {
		return "", localError(locator, err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", localError(locator, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// ReserveName keeps a name (see NameKey) for a song while it is being filed, so that two
// songs that are downloaded at once never take the same one. It answers false when
// another song has it.
func (l *Library) ReserveName(key string, songID int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if owner, taken := l.names[key]; taken {
		return owner == songID
	}
	l.names[key] = songID
	return true
}

// ReleaseName gives a reserved name back.
func (l *Library) ReleaseName(key string, songID int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.names[key] == songID {
		delete(l.names, key)
	}
}

// FindIn is Find in the folder of another backend; a folder that is gone holds nothing.
func FindIn(root, locator string) (File, bool, error) {
	if !isFolder(root) {
		return File{}, false, nil
	}
	return (&Library{root: root}).Find(locator)
}

// HoldsFiles says that anything lies in the folder of a backend. One that is gone or empty
// is most likely the mount point of a disk that is not there.
func HoldsFiles(root string) bool {
	empty, err := (&Library{root: root}).Empty()
	return err == nil && !empty
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// isAbsent says that a path leads to nothing, be it that a folder on the way is a file.
func isAbsent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || isNotDir(err)
}
