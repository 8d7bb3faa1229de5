package download

import (
	"context"
	"slices"
	"sync"

	"catalogsync/app/library"
	"catalogsync/models"
)

// target is a folder that songs are filed in: a local_fs backend and its library.
type target struct {
	backend models.StorageBackend
	lib     *library.Library
}

// targets are the folders that songs were ever filed in. New ones go to the current one;
// the others still hold theirs.
type targets struct {
	first *library.Library // that the settings name

	mu      sync.Mutex
	current int64
	byID    map[int64]target
}

// openTargets knows the library's folder, and the one that downloads go to since the
// operator gave another.
func openTargets(ctx context.Context, store Store, first *library.Library) (*targets, error) {
	t := &targets{first: first, byID: map[int64]target{}}
	if _, err := store.EnsureDefaultBackend(ctx, first.Root()); err != nil {
		return nil, err
	}
	return t, t.read(ctx, store)
}

// read takes up the folders that the database has.
func (t *targets) read(ctx context.Context, store Store) error {
	list, err := store.ListFolders(ctx)
	if err != nil {
		return err
	}
	for _, b := range list {
		t.add(b)
	}
	return nil
}

// add takes up a folder; the default one becomes the current one.
func (t *targets) add(b models.StorageBackend) target {
	t.mu.Lock()
	defer t.mu.Unlock()
	known, ok := t.byID[b.ID]
	if !ok {
		known.lib = t.first
		if b.Root != t.first.Root() {
			known.lib = t.first.Beside(b.Root)
		}
	}
	known.backend = b
	t.byID[b.ID] = known
	if b.IsDefault {
		t.current = b.ID
	}
	return known
}

// now is the folder that downloads go to which begin at this moment.
func (t *targets) now() target {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byID[t.current]
}

// of is the folder that holds a file.
func (t *targets) of(file models.LocalFile) target {
	t.mu.Lock()
	known, ok := t.byID[file.BackendID]
	t.mu.Unlock()
	if ok {
		return known
	}
	return t.add(models.StorageBackend{ID: file.BackendID, Type: models.BackendLocalFS, Root: file.Root})
}

// all lists the folders, oldest first.
func (t *targets) all() []target {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := make([]target, 0, len(t.byID))
	for _, known := range t.byID {
		list = append(list, known)
	}
	slices.SortFunc(list, func(a, b target) int { return int(a.backend.ID - b.backend.ID) })
	return list
}

// checkMounted refuses to go on when files are recorded in a folder that is gone or empty:
// its disk is then most likely not there, and songs would be fetched again.
func (s *Service) checkMounted(ctx context.Context, t target) error {
	empty, err := t.lib.Empty()
	if err == nil && !empty {
		return nil
	}
	recorded, lookErr := s.Store.HasActiveFiles(ctx, t.backend.ID)
	if lookErr != nil || !recorded {
		return lookErr
	}
	if err != nil {
		return err
	}
	e := models.NewError(models.ClassLocal, models.CodeLibraryUnwritable,
		"the library folder %s is empty although songs are recorded in it; mount its disk, or put any file into it if it was emptied on purpose", t.lib.Root())
	e.Params = map[string]any{"Path": t.lib.Root()}
	return e
}

// dropKept removes what was left of a song for later tries, in whatever folder.
func (s *Service) dropKept(songID int64) error {
	for _, t := range s.targets.all() {
		if err := t.lib.DropKept(songID); err != nil && t.backend.ID == s.targets.now().backend.ID {
			return err // one that is not mounted keeps its parts until they are swept
		}
	}
	return nil
}
