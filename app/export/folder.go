package export

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"catalogsync/app/library"
	"catalogsync/models"
)

// Folders keeps a folder a playlist on the server, <root>/<platform>/<name>/, with what
// stands in the playlist's part of an archive: the songs in order, the M3U8, the manifest.
// Songs are hard links into the library, or copies where the file system cannot link.
//
// A folder is built beside its place and takes the place in one step, so whoever looks sees
// the old one or the new one. Only folders that carry the mark of a playlist are ever
// replaced or removed.
type Folders struct {
	service *Service
	root    string
	turn    chan struct{}     // holds one token: one refresh at a time
	shelves map[string]*shelf // by the platform's folder, read when first needed
}

// NewFolders makes the folders below root, which is made when the first one is.
func NewFolders(service *Service, root string) (*Folders, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, folderError(root, err)
	}
	f := &Folders{service: service, root: abs, turn: make(chan struct{}, 1), shelves: map[string]*shelf{}}
	f.turn <- struct{}{}
	return f, nil
}

// Root is the absolute folder that holds the platforms' folders.
func (f *Folders) Root() string { return f.root }

// Folder is a playlist's folder as a refresh left it.
type Folder struct {
	PlaylistID int64
	Path       string // absolute
	Songs      int    // files in it, Linked and Copied together
	Linked     int
	Copied     int
	Changed    bool // false = it was current already and was not touched
	Missing    []MissingSong
}

// MissingSong is a place of the list without a file.
type MissingSong struct {
	Number         int // place in the list, from 1
	Title, Artists string
	Platform       string
	SongID         string // the platform's
	Code, Reason   string
}

// Refresh brings a playlist's folder in line with the list and the library as they are. It
// downloads nothing. Errors:
//
//   - ClassNotFound: no such playlist
//   - CodeExportNotReady: the playlist was never synced
//   - CodeTooLarge: more than Config.MaxSongs songs
//   - CodeLibraryUnwritable, CodeDiskFull: the disk; the folder stays as it was
func (f *Folders) Refresh(ctx context.Context, playlistID int64) (Folder, error) {
	select {
	case <-f.turn:
		defer func() { f.turn <- struct{}{} }()
	case <-ctx.Done():
		return Folder{}, ctx.Err()
	}
	l, files, err := f.look(ctx, playlistID)
	if err != nil {
		return Folder{}, err
	}
	shelf, err := f.shelf(l.Platform)
	if err != nil {
		return Folder{}, err
	}
	l.folder = shelf.nameFor(&l.Playlist)
	content := buildFolder(l, files)
	entries := content.entries()
	at := filepath.Join(shelf.path, l.folder)
	out := Folder{PlaylistID: playlistID, Path: at, Missing: missingOf(&content.manifest), Songs: len(content.manifest.Songs)}
	b := &folderBuild{ctx: ctx, at: at, entries: entries, mark: markOf(l)}
	if out.Linked, out.Copied, err = b.current(); err == nil {
		return out, shelf.take(&l.Playlist, l.folder)
	}
	out.Changed = true
	if out.Linked, out.Copied, err = b.replace(shelf.path); err != nil {
		return Folder{}, folderError(at, err)
	}
	return out, shelf.take(&l.Playlist, l.folder)
}

// look reads a playlist and looks for its files.
func (f *Folders) look(ctx context.Context, playlistID int64) (*list, map[int64]found, error) {
	lists, err := f.service.load(ctx, Scope{PlaylistIDs: []int64{playlistID}})
	if err != nil {
		return nil, nil, err
	}
	if l := &lists[0]; l.SyncedAtMS == 0 {
		return nil, nil, neverSynced(l)
	}
	files, err := f.service.findFiles(ctx, lists)
	if err != nil {
		return nil, nil, err
	}
	for _, file := range files {
		for _, gone := range file.gone {
			if !library.HoldsFiles(gone.Root) {
				return nil, nil, folderError(gone.Root, errLibraryGone)
			}
		}
	}
	return &lists[0], files, f.service.noteGone(ctx, files)
}

func missingOf(m *manifest) []MissingSong {
	out := make([]MissingSong, len(m.Missing))
	for i, s := range m.Missing {
		out[i] = MissingSong{Number: s.Number, Title: s.Title, Artists: s.Artists, Platform: s.Platform, SongID: s.SongID, Code: s.Code, Reason: s.Reason}
	}
	return out
}

var errLibraryGone = errors.New("nothing lies in it")

// folderError explains an error of the file system; domain errors and the end of the
// context stay what they are.
func folderError(path string, err error) error {
	if _, ok := errors.AsType[*models.Error](err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	code, text := models.CodeLibraryUnwritable, fmt.Sprintf("the folder %s cannot be written; make it writable for this user or choose another (EXPORT_FOLDERS_DIR)", path)
	switch {
	case errors.Is(err, errLibraryGone):
		text = fmt.Sprintf("the library folder %s is empty or not there; mount its disk: playlist folders stay as they are until then", path)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		code, text = models.CodeDiskFull, fmt.Sprintf("the disk that holds %s is full; free some space or choose another folder (EXPORT_FOLDERS_DIR)", path)
	}
	e := models.NewError(models.ClassLocal, code, "%s", text)
	e.Params = map[string]any{"Path": path}
	return e.WithCause(err)
}
