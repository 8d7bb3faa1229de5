package library

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// PartSuffix ends the names of files that are not whole yet.
const PartSuffix = ".part"

// Part is a file on its way into the library. It is used by one goroutine, and ends with
// Place or Discard.
type Part struct {
	l       *Library
	root    *os.Root
	f       *os.File
	locator string // of the finished file
	temp    string // where the part lies
	size    int64
	out     int64 // of it was handed to the disk
	// state is what the note beside the part says, zero = there is none.
	state PartState
	ended bool
}

// createTries is how often a folder is made again that another download, giving up at
// that moment, has just tidied away.
const createTries = 5

// CreatePart opens <locator>.part for writing, from nothing, in the song's own folder, so
// that the later rename stays within one disk. The caller has reserved the name.
func (l *Library) CreatePart(locator string) (*Part, error) {
	p, err := l.openPart(locator, os.O_CREATE|os.O_RDWR|os.O_TRUNC)
	if err == nil {
		p.forgetState() // of a part that was kept under this name
	}
	return p, err
}

// openPart opens a part, with the folders above it.
func (l *Library) openPart(locator string, flags int) (*Part, error) {
	return l.openTemp(locator, locator+PartSuffix, flags)
}

func (l *Library) openTemp(locator, temp string, flags int) (*Part, error) {
	r, err := l.open()
	if err != nil {
		return nil, err
	}
	l.holdPart(temp)
	name := filepath.FromSlash(temp)
	for try := 1; ; try++ {
		err = l.makeFolders(r, path.Dir(temp))
		var f *os.File
		if err == nil {
			f, err = r.OpenFile(name, flags, 0o644)
		}
		if err == nil {
			return &Part{l: l, root: r, f: f, locator: locator, temp: temp}, nil
		}
		if !errors.Is(err, fs.ErrNotExist) || try == createTries {
			closeRoot(r)
			l.letPart(temp)
			return nil, localError(filepath.Join(l.root, name), err)
		}
	}
}

func (l *Library) holdPart(temp string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.parts[temp] = true
}

func (l *Library) letPart(temp string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.parts, temp)
}

// writeOutEvery is how much of a part is handed to the disk at once while it comes. So the
// disk works all the time, and the sync of a whole song finds little left to do.
const writeOutEvery = 2 << 20

// Write appends to the part. Errors are ClassLocal.
func (p *Part) Write(b []byte) (int, error) {
	n, err := p.f.Write(b)
	p.size += int64(n)
	if p.size-p.out >= writeOutEvery {
		beginWriteOut(p.f, p.out, p.size-p.out)
		p.out = p.size
	}
	if err != nil {
		return n, localError(p.path(), err)
	}
	return n, nil
}

// path names the finished file in errors.
func (p *Part) path() string { return filepath.Join(p.l.root, filepath.FromSlash(p.locator)) }

// ReadAt reads what was written.
func (p *Part) ReadAt(b []byte, off int64) (int, error) { return p.f.ReadAt(b, off) }

// Size is the number of bytes written.
func (p *Part) Size() int64 { return p.size }

// Sync makes the written bytes survive a power cut.
func (p *Part) Sync() error {
	if err := p.f.Sync(); err != nil {
		return localError(p.locator, err)
	}
	return nil
}

// Place closes the part and gives it its final name, which may differ from the one that
// it was created for. A file that lies there already is replaced: whose it is must have
// been settled before. The part is gone afterwards, also when this fails.
func (p *Part) Place(locator string) (File, error) {
	file, err := p.place(filepath.FromSlash(locator))
	if err != nil {
		p.Discard()
		return File{}, localError(filepath.Join(p.l.root, filepath.FromSlash(locator)), err)
	}
	p.end()
	return file, nil
}

func (p *Part) end() {
	p.ended = true
	closeRoot(p.root)
	p.l.letPart(p.temp)
}

func (p *Part) place(name string) (File, error) {
	if err := p.Sync(); err != nil {
		return File{}, err
	}
	info, err := p.f.Stat()
	if err != nil {
		return File{}, err
	}
	if err := p.f.Close(); err != nil {
		return File{}, err
	}
	from := filepath.FromSlash(p.temp)
	folder := path.Dir(filepath.ToSlash(name))
	if err := p.l.makeFolders(p.root, folder); err != nil {
		return File{}, err
	}
	if err := p.root.Rename(from, name); err != nil {
		return File{}, err
	}
	p.forgetState()
	return fileOf(info), p.l.syncFolders(p.root, folder)
}

// Discard removes the part and the folders that are empty without it. It does nothing
// when the part was placed or discarded before, so it can be deferred.
func (p *Part) Discard() {
	if p.ended {
		return
	}
	_ = p.f.Close() // nothing in it is wanted any more
	_ = p.root.Remove(filepath.FromSlash(p.temp))
	p.forgetState()
	removeEmpty(p.root, path.Dir(p.locator))
	p.end()
}

// removeEmpty removes dir and the folders above it as far as they are empty. Removing a
// folder that is not empty fails, which is just what is wanted.
func removeEmpty(r *os.Root, dir string) {
	for ; dir != "." && dir != "/"; dir = path.Dir(dir) {
		if r.Remove(filepath.FromSlash(dir)) != nil {
			return
		}
	}
}
