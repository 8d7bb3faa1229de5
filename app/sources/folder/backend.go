package folder

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// Backend is where files are. Names are paths below its root with "/" between, "." is the
// root. Errors of what is not there, or may not be read, are fs.ErrNotExist and
// fs.ErrPermission.
type Backend interface {
	// List gives what is in a folder.
	List(ctx context.Context, dir string) ([]Entry, error)
	// Stat tells of a file as it is now.
	Stat(ctx context.Context, name string) (Entry, error)
	// OpenRange reads a file from offset on.
	OpenRange(ctx context.Context, name string, offset int64) (io.ReadCloser, error)
}

// Entry is a folder or a regular file; anything else is left out of lists.
type Entry struct {
	Name    string // the last part of its path
	Dir     bool
	Size    int64
	ModTime time.Time
}

// Local is a folder of this machine. Links are followed inside it and never out of it. It
// is opened anew each time: what was mounted over it meanwhile counts.
type Local string

// List gives what is in a folder. Links to folders are left out, for they may form loops.
func (l Local) List(ctx context.Context, dir string) ([]Entry, error) {
	root, err := os.OpenRoot(string(l))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := root.Open(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []Entry
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		some, err := f.ReadDir(1000)
		for _, d := range some {
			if e, ok := localEntry(root, dir, d); ok {
				list = append(list, e)
			}
		}
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// localEntry looks at one entry; what vanished meanwhile, leads outside or is neither file
// nor folder is none.
func localEntry(root *os.Root, dir string, d fs.DirEntry) (Entry, bool) {
	if d.IsDir() {
		return Entry{Name: d.Name(), Dir: true}, true
	}
	info, err := d.Info()
	if err == nil && d.Type()&fs.ModeSymlink != 0 {
		info, err = root.Stat(filepath.FromSlash(path.Join(dir, d.Name())))
	}
	if err != nil || !info.Mode().IsRegular() {
		return Entry{}, false
	}
	return Entry{Name: d.Name(), Size: info.Size(), ModTime: info.ModTime()}, true
}

// Stat tells of a file as it is now.
func (l Local) Stat(_ context.Context, name string) (Entry, error) {
	root, err := os.OpenRoot(string(l))
	if err != nil {
		return Entry{}, err
	}
	defer root.Close()
	info, err := root.Stat(filepath.FromSlash(name))
	switch {
	case err != nil:
		return Entry{}, err
	case info.IsDir():
		return Entry{Name: info.Name(), Dir: true}, nil
	case !info.Mode().IsRegular(): // opening a pipe would wait for ever
		return Entry{}, fs.ErrNotExist
	}
	return Entry{Name: path.Base(name), Size: info.Size(), ModTime: info.ModTime()}, nil
}

// OpenRange reads a file from offset on.
func (l Local) OpenRange(ctx context.Context, name string, offset int64) (io.ReadCloser, error) {
	if e, err := l.Stat(ctx, name); err != nil || e.Dir {
		return nil, errors.Join(err, notAFile(e))
	}
	root, err := os.OpenRoot(string(l))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func notAFile(e Entry) error {
	if e.Dir {
		return fs.ErrNotExist
	}
	return nil
}

// pieceBytes is how much of a file is fetched at once to look at its tags.
const pieceBytes = 128 << 10

// pieces reads parts of a file through a backend; it keeps the last one.
type pieces struct {
	ctx   context.Context // of one look at the file
	tree  *tree
	name  string
	size  int64
	at    int64
	piece []byte
}

// ReadAt reads as io.ReaderAt wants, for one caller at a time.
func (p *pieces) ReadAt(b []byte, off int64) (int, error) {
	if off < p.at || off+int64(len(b)) > p.at+int64(len(p.piece)) {
		if err := p.fetch(off, max(len(b), pieceBytes)); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.piece[min(off-p.at, int64(len(p.piece))):])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (p *pieces) fetch(off int64, n int) error {
	r, err := p.tree.files.OpenRange(p.ctx, p.name, off)
	if err != nil {
		return err
	}
	defer r.Close()
	p.at, p.piece = off, make([]byte, min(int64(n), max(p.size-off, 0)))
	got, err := io.ReadFull(r, p.piece)
	p.piece = p.piece[:got]
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return nil // it became shorter
	}
	return err
}
