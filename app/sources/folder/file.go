package folder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"catalogsync/app/audio"
	"catalogsync/app/matching/textkey"
	"catalogsync/app/sources"
	"catalogsync/app/sources/folder/listfile"
	"catalogsync/app/sources/folder/tagread"
	"catalogsync/models"
)

// tree is one of the folders.
type tree struct {
	name  string // its absolute path, for ids and messages
	files Backend
}

// errEmpty is the cause when nothing lies in a folder: it is then most likely the place of
// a disk that is not there.
var errEmpty = errors.New("nothing lies in it")

// check says whether the folder is there and holds anything.
func (t *tree) check(ctx context.Context) error {
	list, err := t.files.List(ctx, ".")
	if err == nil && len(list) == 0 {
		err = errEmpty
	}
	if err != nil {
		return unreachable(ctx, t, err)
	}
	return nil
}

// idOf names what is at a path of a tree. It stays the same as long as the path does.
func (t *tree) idOf(name string) string { return digestOf(t.name, name) }

func digestOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:10])
}

// audioExts are the endings of audio files that the library can hold.
var audioExts = map[string]bool{".mp3": true, ".flac": true, ".m4a": true, ".aac": true, ".ogg": true, ".opus": true, ".oga": true, ".wav": true}

func isAudio(name string) bool { return audioExts[strings.ToLower(path.Ext(name))] }

// file is an audio file.
type file struct {
	tree *tree
	path string
	size int64
	mod  time.Time
	id   string

	mu    sync.Mutex
	known bool // what follows was read
	tags  tagread.Tags
	info  audio.Info
	key   string // what a search looks through
}

func newFile(t *tree, name string, e Entry) *file {
	return &file{tree: t, path: name, size: e.Size, mod: e.ModTime, id: t.idOf(name)}
}

// unchanged says that a file is still what was read of it.
func (f *file) unchanged(e Entry) bool { return f.size == e.Size && f.mod.Equal(e.ModTime) }

// read reads the tags once. A file that vanished or may not be read, and tags that are
// damaged, leave what its name tells. Errors are those of the disk and of ctx.
func (f *file) read(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return interrupted(err)
	}
	r := &pieces{ctx: ctx, tree: f.tree, name: f.path, size: f.size}
	tags, err := tagread.Read(r, f.size)
	if err == nil {
		f.info, err = audio.Glance(r, f.size)
	}
	if _, about := errors.AsType[*models.Error](err); err != nil && !about { // not about what the file holds
		if ctx.Err() != nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return unreachable(ctx, f.tree, err)
		}
	}
	f.tags, f.known = tags, true
	s := f.describe(listfile.Entry{})
	f.key = textkey.Key(strings.Join(append(s.ArtistNames(), s.Name, s.Album, stem(f.path)), " "))
	return nil
}

// trackNumber is what people put before a title in a file's name.
var trackNumber = regexp.MustCompile(`^\d{1,4}\s*[-._)]\s*`)

// stem is a file's name without its ending.
func stem(name string) string { return strings.TrimSuffix(path.Base(name), path.Ext(name)) }

// titleOf reads "01 - Artist - Title" and its shorter forms; names may hold any bytes.
func titleOf(name string) (artist, title string) {
	text := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(stem(name), "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if rest := trackNumber.ReplaceAllString(text, ""); rest != "" {
		text = rest
	}
	return listfile.SplitTitle(strings.ReplaceAll(text, "_", " "))
}

// describe makes the song of a file: from its tags, else from what a list says of it, else
// from its name. The caller has read it.
func (f *file) describe(e listfile.Entry) models.SongSnapshot {
	artist, title := titleOf(f.path)
	s := models.SongSnapshot{
		Platform: Name, RemoteID: f.id, Name: firstOf(f.tags.Title, e.Title, title, f.id), Album: firstOf(f.tags.Album, e.Album),
		DurationMS: f.info.DurationMS, Track: f.tags.Track, Disc: f.tags.Disc, Year: f.tags.Year,
		Ext: f.ext(), FileSizeBytes: f.size, Quality: f.info.Quality(),
	}
	if s.DurationMS == 0 {
		s.DurationMS = e.DurationMS
	}
	names := f.tags.Artists
	switch {
	case len(names) > 0:
	case len(e.Artists) > 0:
		names = e.Artists
	case f.tags.AlbumArtist != "":
		names = []string{f.tags.AlbumArtist}
	case artist != "" && f.tags.Title == "":
		names = []string{artist}
	}
	s.Artists = artistRefs(names)
	return s
}

// ext is the ending that fits the content, else that of the name.
func (f *file) ext() string {
	if f.info.Ext != "" {
		return f.info.Ext
	}
	return strings.ToLower(strings.TrimPrefix(path.Ext(f.path), "."))
}

func artistRefs(names []string) []models.ArtistRef {
	var refs []models.ArtistRef
	for _, n := range names {
		refs = append(refs, models.ArtistRef{Name: n})
	}
	return refs
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// candidateOf makes a candidate of a song.
func candidateOf(s models.SongSnapshot) sources.Candidate {
	c := sources.Candidate{
		Source: Name, RemoteID: s.RemoteID, Title: s.Name, Artists: s.ArtistNames(), Album: s.Album, DurationMS: s.DurationMS, Keys: s.Keys,
	}
	if s.Ext != "" {
		c.Offers = []sources.Offer{{Quality: s.Quality, Ext: s.Ext, SizeBytes: s.FileSizeBytes}}
	}
	if s.Keys[keyPart] != "" {
		c.Refused, c.RefusedCode, c.RefusedReason = true, models.CodePartOfFile, partText
	}
	return c
}
