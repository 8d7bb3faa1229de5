// Package listfile reads playlist files: M3U and M3U8, XSPF, JSPF, and CUE sheets.
//
// It tells what a file says and opens nothing: where an entry leads is for the caller to
// decide. Sizes are bounded, and texts are one line each, whatever stood in the file.
package listfile

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"

	"catalogsync/app/sources/folder/charset"
)

// Bounds of a file. They are far above what people's playlists have.
const (
	MaxBytes   = 8 << 20
	maxEntries = 50_000
	maxText    = 2_000 // characters of a title or a location that are kept
)

// List is a playlist as its file tells it.
type List struct {
	Title, Creator, Description string
	Entries                     []Entry
}

// Entry is one place of a playlist; what is not told is the zero value.
type Entry struct {
	// Location is where the audio is, as written: a path in any system's style, or an
	// address.
	Location string
	// Escaped: Location is a URI reference, in which % begins a coded byte.
	Escaped bool
	Title   string
	Artists []string
	Album   string
	// DurationMS of the entry; of a part it may be known only from where the next begins.
	DurationMS int64
	Track      int
	// Part: the entry is one of several tracks in one file, from StartMS on.
	Part    bool
	StartMS int64
}

// Errors of files that cannot be read as a whole.
var (
	ErrTooLarge = errors.New("the playlist file is too large")
	ErrFormat   = errors.New("the playlist file cannot be read")
)

// Is says whether a file of this name is a playlist.
func Is(name string) bool { return parserOf(name) != nil }

func parserOf(name string) func(text string) (List, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".m3u", ".m3u8":
		return parseM3U
	case ".xspf":
		return parseXSPF
	case ".jspf":
		return parseJSPF
	case ".cue":
		return parseCUE
	}
	return nil
}

// Parse reads a playlist of the format that its name tells. The error wraps ErrTooLarge or
// ErrFormat.
func Parse(name string, body []byte) (List, error) {
	parse := parserOf(name)
	switch {
	case parse == nil:
		return List{}, fmt.Errorf("%w: %q is no playlist format", ErrFormat, path.Ext(name))
	case len(body) > MaxBytes:
		return List{}, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(body))
	}
	list, err := parse(charset.Decode(body))
	if err != nil {
		return List{}, err
	}
	if len(list.Entries) > maxEntries {
		return List{}, fmt.Errorf("%w: %d entries", ErrTooLarge, len(list.Entries))
	}
	list.Title, list.Creator, list.Description = line(list.Title), line(list.Creator), line(list.Description)
	for i := range list.Entries {
		list.Entries[i].clean()
	}
	return list, nil
}

func (e *Entry) clean() {
	e.Title, e.Album = line(e.Title), line(e.Album)
	artists := e.Artists[:0]
	for _, a := range e.Artists {
		if a = line(a); a != "" {
			artists = append(artists, a)
		}
	}
	e.Artists = artists
	if len(artists) == 0 {
		e.Artists = nil
	}
	if len(e.Location) > 4*maxText || strings.ContainsRune(e.Location, 0) {
		e.Location = ""
	}
}

// line makes one bounded line of a text.
func line(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	n := 0
	for i := range s {
		if n == maxText {
			return s[:i]
		}
		n++
	}
	return s
}

// SplitTitle splits "Artist - Title", as players and rippers write songs; without the
// dash all is title.
func SplitTitle(text string) (artist, title string) {
	for _, dash := range []string{" - ", " – ", " — "} {
		if a, t, ok := strings.Cut(text, dash); ok && strings.TrimSpace(a) != "" && strings.TrimSpace(t) != "" {
			return strings.TrimSpace(a), strings.TrimSpace(t)
		}
	}
	return "", strings.TrimSpace(text)
}

// longestMS bounds lengths: a week.
const longestMS = 7 * 24 * 3600 * 1000

// duration keeps a length that can be one.
func duration(ms float64) int64 {
	if !(ms > 0 && ms <= longestMS) {
		return 0
	}
	return int64(ms)
}
