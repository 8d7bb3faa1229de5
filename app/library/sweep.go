package library

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// SweepParts removes the partial files that nobody writes any more, as a process that was
// killed leaves them behind, and the folders that are empty without them. Those that can
// be gone on with stay when they were written since a time. It may run beside downloads.
// It gives the number of removed files.
func (l *Library) SweepParts(ctx context.Context, since time.Time) (int, error) {
	r, err := l.open()
	if err != nil {
		return 0, err
	}
	defer closeRoot(r)
	var parts, notes []string
	err = fs.WalkDir(r.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return skipUnreadable(name, d)
		}
		switch {
		case !d.Type().IsRegular():
		case isTwin(name):
			parts = append(parts, name)
		case strings.HasSuffix(name, PartSuffix) && l.isStale(r, strings.TrimSuffix(name, PartSuffix), since):
			parts = append(parts, name)
		case strings.HasSuffix(name, stateSuffix) && l.isStale(r, strings.TrimSuffix(name, stateSuffix), since):
			notes = append(notes, name)
		}
		return nil
	})
	if err != nil {
		return 0, localError(l.root, err)
	}
	removed := 0
	for _, name := range parts {
		done, err := l.removeStale(r, name)
		if err != nil {
			return removed, localError(filepath.Join(l.root, name), err)
		}
		if done {
			removed++
		}
	}
	for _, name := range notes {
		if err := removeNote(r, name); err != nil {
			return removed, localError(filepath.Join(l.root, name), err)
		}
	}
	return removed, nil
}

// removeStale removes one part unless a download has it, which cannot begin meanwhile.
func (l *Library) removeStale(r *os.Root, name string) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.parts[name] {
		return false, nil
	}
	if err := r.Remove(filepath.FromSlash(name)); err != nil {
		if isAbsent(err) { // its download has ended since it was listed
			return false, nil
		}
		return false, err
	}
	return true, removeNote(r, name+noteSuffix)
}

// skipUnreadable leaves out a folder that belongs to somebody else, such as lost+found.
func skipUnreadable(name string, d fs.DirEntry) error {
	if name != "." && d != nil && d.IsDir() {
		return fs.SkipDir
	}
	return nil
}
