package library

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"catalogsync/models"
)

// SongName is what a song's place in the library is made of. All of it is other people's
// text and is cleaned here.
type SongName struct {
	// Source delivered the file.
	Source  string
	Artists []string
	Title   string
	Album   string
	// Year, Disc and Track are 0 when they are not known.
	Year, Disc, Track int
	// Quality is what the file deserves.
	Quality models.Quality
	// Platform and RemoteID are those of the canonical song; they tell two songs apart
	// whose names are the same.
	Platform, RemoteID string
}

const (
	// maxArtistBytes bounds the artists inside a name, so that a choir does not push the
	// title out.
	maxArtistBytes = 90
	maxIDBytes     = 48
	unknownArtist  = "Unknown Artist"
)

// PlatformFirstArtist is the name of the default layout.
const PlatformFirstArtist = "platform_first_artist"

// Layout says where songs are filed: a path made of components, each of texts and fields.
type Layout struct {
	text       string
	components [][]piece
}

// DefaultLayout is platform_first_artist: {source}/{first_artist}/{artists} - {title}.
func DefaultLayout() Layout {
	return Layout{text: PlatformFirstArtist, components: [][]piece{
		{{field: "source"}}, {{field: "first_artist"}}, {{field: "artists"}, {text: " - "}, {field: "title"}},
	}}
}

// IsZero says that the layout was not parsed from anything.
func (l Layout) IsZero() bool { return len(l.components) == 0 }

// String is the layout as it was written.
func (l Layout) String() string { return l.text }

// Locator places a song: the components, cleaned one by one, and the extension. distinct
// adds the canonical song's " [<platform>-<remote id>]", for when another song has the
// plain name.
func (l Layout) Locator(n SongName, ext string, distinct bool) string {
	ext = cleanExt(ext)
	values := n.values()
	parts := make([]string, 0, len(l.components))
	last := len(l.components) - 1
	for _, c := range l.components[:last] {
		if name := cleanName(fill(c, values, maxNameBytes), maxNameBytes); name != "_" || !optional(c) {
			parts = append(parts, name)
		}
	}
	suffix := ""
	if distinct {
		suffix = " [" + cleanName(n.Platform, maxIDBytes) + "-" + cleanName(n.RemoteID, maxIDBytes) + "]"
	}
	limit := maxNameBytes - len(suffix) - 1 - len(ext)
	stem := cleanName(fill(l.components[last], values, limit), limit)
	parts = append(parts, escapeDevice(stem+suffix)+"."+ext)
	return strings.Join(parts, "/")
}

// values are the fields' texts, cleaned; "" = not known.
func (n SongName) values() map[string]string {
	artists := n.namedArtists()
	return map[string]string{
		"source": known(n.Source), "platform": known(n.Platform), "first_artist": artists[0],
		"artists": cutBytes(strings.Join(artists, ", "), maxArtistBytes), "title": CleanName(n.Title), "album": known(n.Album),
		"year": number(n.Year, 4), "disc": number(n.Disc, 1), "track": number(n.Track, 2),
		"quality": known(string(n.Quality)), "id": known(n.RemoteID), "initial": initial(artists[0]),
	}
}

// known cleans a text, "" for one that says nothing.
func known(text string) string {
	if c := CleanName(text); strings.Trim(c, "_ ") != "" {
		return c
	}
	return ""
}

func number(n, digits int) string {
	if n <= 0 || n > 99_999 {
		return ""
	}
	text := strconv.Itoa(n)
	return strings.Repeat("0", max(0, digits-len(text))) + text
}

// initial is the first letter of a name in upper case; "#" for what begins otherwise.
func initial(name string) string {
	if r, _ := utf8.DecodeRuneInString(strings.ToUpper(name)); unicode.IsLetter(r) {
		return string(r)
	}
	return "#"
}

func (n SongName) namedArtists() []string {
	var out []string
	for _, a := range n.Artists {
		if c := known(a); c != "" {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return []string{unknownArtist}
	}
	return out
}

// cleanExt keeps the letters and digits of an extension, at most eight.
func cleanExt(ext string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(ext) {
		if (r >= 'a' && r <= 'z' || r >= '0' && r <= '9') && b.Len() < 8 {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 || "."+b.String() == PartSuffix {
		return "bin"
	}
	return b.String()
}
