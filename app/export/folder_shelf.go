package export

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"catalogsync/app/library"
	"catalogsync/models"
)

// shelf is the folder of one platform and whose folders stand in it.
type shelf struct {
	path   string
	owners map[string]string // name as it is compared → remote id of the playlist
	names  map[string]string // remote id of the playlist → name
}

// shelf reads a platform's folder once, and mends what a process left that died while it
// replaced a folder.
func (f *Folders) shelf(platform string) (*shelf, error) {
	name := library.CleanName(platform)
	if s := f.shelves[name]; s != nil {
		return s, nil
	}
	s := &shelf{path: filepath.Join(f.root, name), owners: map[string]string{}, names: map[string]string{}}
	if err := os.MkdirAll(s.path, 0o755); err != nil {
		return nil, folderError(s.path, err)
	}
	if err := s.read(platform); err != nil {
		return nil, folderError(s.path, err)
	}
	f.shelves[name] = s
	return s, nil
}

func (s *shelf) read(platform string) error {
	entries, err := os.ReadDir(s.path)
	if err != nil {
		return err
	}
	var left []string
	for _, e := range entries {
		switch m, ok := readMark(filepath.Join(s.path, e.Name())); {
		case isInterim(e.Name()):
			left = append(left, e.Name())
		case ok && m.Platform == platform && s.names[m.PlaylistID] == "":
			s.own(m.PlaylistID, e.Name())
		}
	}
	for _, name := range left {
		if err := s.mend(platform, name); err != nil {
			return err
		}
	}
	return nil
}

// mend removes what a replacement left behind. If the process died when the former folder
// had left its place and the new one had not taken it, the former one goes back.
func (s *shelf) mend(platform, name string) error {
	from := filepath.Join(s.path, name)
	m, ok := readMark(from)
	if to := filepath.Join(s.path, m.Folder); ok && isFormer(name) && m.Platform == platform && s.names[m.PlaylistID] == "" && !exists(to) {
		s.own(m.PlaylistID, m.Folder)
		return os.Rename(from, to)
	}
	return os.RemoveAll(from)
}

func (s *shelf) own(remoteID, name string) {
	s.owners[fold(name)], s.names[remoteID] = remoteID, name
}

// nameFor is the name of a playlist's folder: the one that it has, if that still is a form
// of its name; else its name, with the id behind it when that is taken.
func (s *shelf) nameFor(p *models.Playlist) string {
	plain := short(p.Name, maxFolderBytes)
	distinct := plain + " (" + short(p.RemotePlaylistID, maxFolderBytes/2) + ")"
	has := s.names[p.RemotePlaylistID]
	if (fold(has) == fold(plain) || fold(has) == fold(distinct)) && !s.taken(has, p) {
		return has
	}
	name := plain
	for i := 2; s.taken(name, p); i++ {
		if name = distinct; i > 2 {
			name = fmt.Sprintf("%s (%d)", distinct, i-1)
		}
	}
	return name
}

// taken says that a folder of that name is another playlist's, or nobody's that is known.
func (s *shelf) taken(name string, p *models.Playlist) bool {
	if owner, ok := s.owners[fold(name)]; ok && owner != p.RemotePlaylistID {
		return true
	}
	path := filepath.Join(s.path, name)
	m, ok := readMark(path)
	return exists(path) && (!ok || m.Platform != p.Platform || m.PlaylistID != p.RemotePlaylistID)
}

// take notes that a playlist's folder has this name, and removes the one of a former name.
func (s *shelf) take(p *models.Playlist, name string) error {
	former := s.names[p.RemotePlaylistID]
	s.own(p.RemotePlaylistID, name)
	if former == "" || former == name {
		return nil
	}
	delete(s.owners, fold(former))
	path := filepath.Join(s.path, former)
	if m, ok := readMark(path); !ok || m.PlaylistID != p.RemotePlaylistID {
		return nil // somebody else has put something there
	}
	if err := os.RemoveAll(path); err != nil {
		return folderError(path, err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, os.ErrNotExist)
}
