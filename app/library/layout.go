package library

import (
	"strings"
)

// SongName is what a song's place in the library is made of. All of it is other people's
// text and is cleaned here.
type SongName struct {
	// Source delivered the file; it names the first folder.
	Source  string
	Artists []string
	Title   string
	// Platform and RemoteID are those of the canonical song; they tell two songs apart
	// whose names are the same.
	Platform, RemoteID string
}

const (
	// maxArtistBytes bounds the artists inside a file name, so that a choir does not push
	// the title out.
	maxArtistBytes = 90
	maxIDBytes     = 48
	unknownArtist  = "Unknown Artist"
)

// Locator places a song by the layout platform_first_artist:
// <source>/<first artist>/<artists> - <title>.<ext>. distinct adds the canonical song's
// " [<platform>-<remote id>]", for when another song has the plain name.
func Locator(n SongName, ext string, distinct bool) string {
	artists := n.namedArtists()
	first := artists[0]
	suffix := ""
	if distinct {
		suffix = " [" + cleanName(n.Platform, maxIDBytes) + "-" + cleanName(n.RemoteID, maxIDBytes) + "]"
	}
	ext = cleanExt(ext)
	limit := maxNameBytes - len(suffix) - 1 - len(ext)
	stem := cleanName(cutBytes(strings.Join(artists, ", "), maxArtistBytes)+" - "+CleanName(n.Title), limit)
	return CleanName(n.Source) + "/" + first + "/" + escapeDevice(stem+suffix) + "." + ext
}

func (n SongName) namedArtists() []string {
	var out []string
	for _, a := range n.Artists {
		if c := CleanName(a); strings.Trim(c, "_ ") != "" {
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
