package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"catalogsync/app/sources/folder/listfile"
	"catalogsync/models"
)

// Bounds of a tree.
const (
	maxDepth = 40
	maxFiles = 1_000_000
)

// passedOver are folders that systems make for themselves; hidden ones are passed over, too.
var passedOver = map[string]bool{"@eaDir": true, "#recycle": true, "#snapshot": true, "$RECYCLE.BIN": true, "System Volume Information": true, "lost+found": true}

// scan looks through a tree. What is unchanged since the last index is taken from it.
type scan struct {
	ctx   context.Context // of one look
	tree  *tree
	last  *index
	next  *index
	count int
}

// folder looks at a folder and what is below. One that vanished meanwhile, or may not be
// read, is passed over; other errors end the look, for half a tree would look like losses.
func (s *scan) folder(dir string, depth int) error {
	entries, err := s.tree.files.List(s.ctx, dir)
	if err == nil && dir == "." && len(entries) == 0 {
		err = errEmpty
	}
	if err != nil {
		if dir != "." && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)) {
			return nil
		}
		return unreachable(s.ctx, s.tree, err)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name)
		switch {
		case strings.HasPrefix(e.Name, "."), passedOver[e.Name]:
		case e.Dir && depth < maxDepth:
			if err := s.folder(name, depth+1); err != nil {
				return err
			}
		case e.Dir:
		case isAudio(e.Name):
			if err := s.audio(name, e); err != nil {
				return err
			}
		case listfile.Is(e.Name):
			if err := s.list(name, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scan) audio(name string, e Entry) error {
	if s.count++; s.count > maxFiles {
		err := models.NewError(models.ClassPermanent, models.CodeTooLarge, "the folder %s holds more than %d audio files; name the folders inside it one by one", s.tree.name, maxFiles)
		err.Source, err.Endpoint = Name, endpointScan
		return err
	}
	f := s.last.files[s.tree.idOf(name)]
	if f == nil || !f.unchanged(e) {
		f = newFile(s.tree, name, e)
	}
	s.next.files[f.id] = f
	return nil
}

// list reads a playlist file; one that cannot be read keeps its error.
func (s *scan) list(name string, e Entry) error {
	id := s.tree.idOf(name)
	if old := s.last.sheets[id]; old != nil && old.size == e.Size && old.mod.Equal(e.ModTime) {
		s.next.sheets[id] = old
		return nil
	}
	sh := &sheet{tree: s.tree, path: name, id: id, size: e.Size, mod: e.ModTime}
	body, err := s.body(name, e)
	if err == nil {
		sh.list, err = listfile.Parse(name, body)
	}
	switch {
	case err == nil:
	case s.ctx.Err() != nil:
		return interrupted(s.ctx.Err())
	default:
		sh.err = sheetError(name, err)
	}
	s.next.sheets[id] = sh
	return nil
}

func (s *scan) body(name string, e Entry) ([]byte, error) {
	if e.Size > listfile.MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes", listfile.ErrTooLarge, e.Size)
	}
	r, err := s.tree.files.OpenRange(s.ctx, name, 0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, listfile.MaxBytes+1))
}

// sheetError is the error of a playlist file that cannot be read.
func sheetError(name string, cause error) *models.Error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "the playlist file %s cannot be read", path.Base(name))
	switch {
	case errors.Is(cause, listfile.ErrTooLarge):
		e.Code = models.CodeTooLarge
	case !errors.Is(cause, listfile.ErrFormat): // the disk
		e.Class, e.Code = models.ClassTransient, models.CodeNetwork
	}
	e.Source, e.Endpoint, e.Cause = Name, endpointPlaylist, cause
	return e
}
