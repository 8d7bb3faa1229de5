package download

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"catalogsync/models"
)

// Folder is a folder that songs were ever filed in.
type Folder struct {
	ID         int64
	Name, Root string
	// Current: downloads that begin now go there. First: the settings name it.
	Current, First bool
	// Mounted: it is there, and not empty although songs are recorded in it.
	Mounted bool
	// Free is the room on its disk in bytes, -1 = not known.
	Free int64
}

// Folders lists the library's folders, oldest first.
func (s *Service) Folders(ctx context.Context) ([]Folder, error) {
	if err := s.targets.read(ctx, s.Store); err != nil {
		return nil, err
	}
	current := s.targets.now().backend.ID
	var list []Folder
	for _, t := range s.targets.all() {
		f := Folder{
			ID: t.backend.ID, Name: t.backend.Name, Root: t.backend.Root, Free: -1,
			Current: t.backend.ID == current, First: t.lib == s.targets.first,
		}
		f.Mounted = isFolder(t.backend.Root) && s.checkMounted(ctx, t) == nil
		if room, err := t.lib.Room(); f.Mounted && err == nil {
			f.Free = room.Free
		}
		list = append(list, f)
	}
	return list, nil
}

// fieldFolder is the field that errors about a new folder name.
const fieldFolder = "folder"

// UseFolder lets downloads that have not begun go to another folder, on whatever disk: an
// absolute path, of a folder that is there or can be made, that takes files, lies in no
// other library folder and has room. Errors are ClassInvalid and leave everything as it
// was. Songs in the folders before stay where they are.
func (s *Service) UseFolder(ctx context.Context, path string) (Folder, error) {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	root, err := s.checkPath(path)
	if err != nil {
		return Folder{}, err
	}
	made := missingFolders(root)
	if err := s.prepareFolder(ctx, root); err != nil {
		for _, dir := range made {
			_ = os.Remove(dir) // those that are still empty; the error matters more
		}
		return Folder{}, err
	}
	b, err := s.Store.UseFolder(ctx, root)
	if err != nil {
		return Folder{}, err
	}
	t := s.targets.add(b)
	s.noticeRoom(t)
	s.Log.InfoContext(ctx, "downloads go to another folder", "folder", root)
	return Folder{ID: b.ID, Name: b.Name, Root: root, Current: true, First: t.lib == s.targets.first, Mounted: true}, nil
}

// checkPath wants an absolute path that has nothing to do with the other folders.
func (s *Service) checkPath(path string) (string, error) {
	path = strings.TrimSpace(path)
	if path == "" || !filepath.IsAbs(path) || strings.ContainsRune(path, 0) {
		return "", models.Invalid(fieldFolder, models.CodeBadValue, "give the whole path of a folder, such as /mnt/disk2/music")
	}
	root := resolved(filepath.Clean(path))
	for _, t := range s.targets.all() {
		other := resolved(t.backend.Root)
		if root == other {
			return t.backend.Root, nil
		}
		if within(root, other) || within(other, root) {
			return "", models.Invalid(fieldFolder, models.CodeBadValue, "%s and the library folder %s lie one inside the other; choose a folder beside it", root, t.backend.Root)
		}
	}
	for _, apart := range s.Apart {
		if other := resolved(apart); root == other || within(root, other) || within(other, root) {
			return "", models.Invalid(fieldFolder, models.CodeBadValue, "%s is used for something else (%s); choose a folder beside it", root, apart)
		}
	}
	return root, nil
}

// prepareFolder makes the folder and looks whether it can take what found no room.
func (s *Service) prepareFolder(ctx context.Context, root string) error {
	lib, known := s.targets.first.Beside(root), int64(0)
	for _, t := range s.targets.all() {
		if t.backend.Root == root {
			lib, known = t.lib, t.backend.ID
		}
	}
	if known != 0 {
		if err := s.checkMounted(ctx, target{models.StorageBackend{ID: known}, lib}); err != nil {
			return refused(err)
		}
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return models.Invalid(fieldFolder, models.CodeLibraryUnwritable, "the folder %s cannot be made; give one that this user can write to", root).WithCause(err)
	}
	if err := lib.Check(); err != nil {
		return refused(err)
	}
	room, err := lib.Room()
	if err != nil {
		return refused(err)
	}
	shortage, _ := s.Shortage()
	if room.Left() < max(shortage.Need, 1) {
		e := models.Invalid(fieldFolder, models.CodeDiskFull, "the disk that holds %s is full as well: %d MiB are free, %d MiB are to stay free; give a folder on another disk",
			root, room.Free>>20, room.Reserve>>20)
		e.Params = map[string]any{"Path": root}
		return e
	}
	return nil
}

// refused turns an error of this machine into one about the folder that was given.
func refused(err error) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Class != models.ClassLocal {
		return err
	}
	about := *e
	about.Class, about.Field = models.ClassInvalid, fieldFolder
	return &about
}

// missingFolders lists what MkdirAll would make of a path, innermost first.
func missingFolders(path string) (list []string) {
	for ; ; path = filepath.Dir(path) {
		if _, err := os.Lstat(path); err == nil || path == filepath.Dir(path) {
			return list
		}
		list = append(list, path)
	}
}

// resolved is a path without symbolic links, as far as it exists.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	parent := filepath.Dir(path)
	if parent == path {
		return path
	}
	return filepath.Join(resolved(parent), filepath.Base(path))
}

// within says that a path lies below a folder.
func within(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != "." && filepath.IsLocal(rel)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// CurrentRoot is the folder that downloads go to which begin now.
func (s *Service) CurrentRoot() string { return s.targets.now().backend.Root }
