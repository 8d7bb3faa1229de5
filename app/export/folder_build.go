package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// markFile lies in every playlist folder and says whose it is.
const markFile = ".catalogsync.json"

// mark is the content of markFile.
type mark struct {
	Platform   string `json:"platform"`
	PlaylistID string `json:"playlist_id"`
	Folder     string `json:"folder"` // its name
}

func markOf(l *list) mark {
	return mark{Platform: l.Platform, PlaylistID: l.RemotePlaylistID, Folder: l.folder}
}

func (m mark) encode() []byte {
	b, _ := json.Marshal(m) // strings only: cannot fail
	return append(b, '\n')
}

// maxMarkBytes bounds what is read of a mark.
const maxMarkBytes = 4 << 10

func readMark(folder string) (m mark, ok bool) {
	f, err := os.Open(filepath.Join(folder, markFile))
	if err != nil {
		return mark{}, false
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxMarkBytes))
	if err != nil || json.Unmarshal(b, &m) != nil || m.PlaylistID == "" || !filepath.IsLocal(m.Folder) || filepath.Base(m.Folder) != m.Folder {
		return mark{}, false
	}
	return m, true
}

// Folders that are not in their place. No playlist's folder begins with a dot.
const (
	interimPrefix = ".catalogsync-new-"
	formerPrefix  = ".catalogsync-old-"
)

func isInterim(name string) bool { return strings.HasPrefix(name, interimPrefix) || isFormer(name) }
func isFormer(name string) bool  { return strings.HasPrefix(name, formerPrefix) }

// folderBuild makes the folder at, or finds that it is made.
type folderBuild struct {
	ctx     context.Context // of one refresh
	at      string
	entries []entry
	mark    mark

	linked, copied int
	former         map[string]string // SHA-256 → file of the present folder, for copies
}

var errOutdated = errors.New("the folder is not current")

// current counts links and copies of a folder that is as it should be; any difference is
// an error.
func (b *folderBuild) current() (linked, copied int, err error) {
	present, err := os.ReadDir(b.at)
	if err != nil {
		return 0, 0, err
	}
	if len(present) != len(b.entries)+1 || !sameText(filepath.Join(b.at, markFile), b.mark.encode()) {
		return 0, 0, errOutdated
	}
	for i := range b.entries {
		e := &b.entries[i]
		file := filepath.Join(b.at, path.Base(e.name))
		switch {
		case e.root == "" && sameText(file, e.text):
		case e.root == "":
			return 0, 0, errOutdated
		default:
			link, same := sameFile(file, e)
			if !same {
				return 0, 0, errOutdated
			}
			switch {
			case e.sidecar: // not counted: songs are
			case link:
				linked++
			default:
				copied++
			}
		}
	}
	return linked, copied, b.ctx.Err()
}

func sameText(file string, text []byte) bool {
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(text)) {
		return false
	}
	b, err := os.ReadFile(file)
	return err == nil && bytes.Equal(b, text)
}

// sameFile says whether a file is the library's own, or a copy of it.
func sameFile(file string, e *entry) (link, same bool) {
	there, err := os.Lstat(file)
	if err != nil || !there.Mode().IsRegular() {
		return false, false
	}
	origin, err := os.Stat(e.origin())
	if err != nil {
		return false, false
	}
	if os.SameFile(there, origin) {
		return true, true
	}
	return false, there.Size() == origin.Size() && there.ModTime().Sub(origin.ModTime()).Abs().Milliseconds() <= modTimeSlackMS
}

// origin is the library's file of an entry.
func (e *entry) origin() string { return filepath.Join(e.root, filepath.FromSlash(e.locator)) }

// replace builds the folder beside its place and lets it take the place.
func (b *folderBuild) replace(shelf string) (linked, copied int, err error) {
	interim, err := os.MkdirTemp(shelf, interimPrefix)
	if err != nil {
		return 0, 0, err
	}
	// After the swap the former folder may be under this name.
	defer func() { err = errors.Join(err, os.RemoveAll(interim)) }()
	if err := errors.Join(os.Chmod(interim, 0o755), b.fill(interim)); err != nil {
		return 0, 0, err
	}
	syncFolder(interim)
	if err := swapFolders(interim, b.at); err != nil {
		return 0, 0, err
	}
	syncFolder(shelf)
	return b.linked, b.copied, nil
}

func (b *folderBuild) fill(folder string) error {
	for i := range b.entries {
		e := &b.entries[i]
		if err := b.ctx.Err(); err != nil {
			return err
		}
		file := filepath.Join(folder, path.Base(e.name))
		if e.root == "" {
			if err := os.WriteFile(file, e.text, 0o644); err != nil {
				return err
			}
			continue
		}
		if err := b.place(e, file); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, markFile), b.mark.encode(), 0o644)
}

// place links a song into the folder. Where that is impossible it is copied, unless the
// present folder has a copy that can be linked.
func (b *folderBuild) place(e *entry, file string) error {
	origin := e.origin()
	info, err := os.Lstat(origin)
	if err != nil {
		return err
	}
	if info.Mode().IsRegular() && os.Link(origin, file) == nil {
		if !e.sidecar {
			b.linked++
		}
		return nil
	}
	if !e.sidecar {
		b.copied++
	}
	if copied := b.formerCopy(e); copied != "" && os.Link(copied, file) == nil {
		return nil
	}
	return b.copy(origin, file)
}

// formerCopy is the present folder's own copy of a song, "" when it has none.
func (b *folderBuild) formerCopy(e *entry) string {
	if b.former == nil {
		b.former = map[string]string{}
		var m manifest
		if text, err := os.ReadFile(filepath.Join(b.at, "manifest.json")); err == nil && json.Unmarshal(text, &m) == nil {
			for _, s := range m.Songs {
				if filepath.IsLocal(s.File) {
					b.former[s.SHA256] = filepath.Join(b.at, s.File)
				}
			}
		}
	}
	file := b.former[e.sha256]
	if file == "" {
		return ""
	}
	if _, same := sameFile(file, e); !same {
		return ""
	}
	return file
}

func (b *folderBuild) copy(origin, file string) (err error) {
	in, err := os.Open(origin)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, &endingReader{b.ctx, in})
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Chtimes(file, info.ModTime(), info.ModTime())
}

// endingReader ends with its context.
type endingReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *endingReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// swapByRenames puts the new folder into place in two steps, between which there is none;
// a process that dies in between is mended at the next start.
func swapByRenames(interim, at string) error {
	former := filepath.Join(filepath.Dir(at), formerPrefix+strings.TrimPrefix(filepath.Base(interim), interimPrefix))
	err := os.Rename(at, former)
	if errors.Is(err, os.ErrNotExist) {
		return os.Rename(interim, at)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(interim, at); err != nil {
		return errors.Join(err, os.Rename(former, at))
	}
	return os.RemoveAll(former)
}
