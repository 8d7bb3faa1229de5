// Package tagging writes what is known of a song into its file: title, artists, album,
// numbers, lyrics, cover. The sound itself stays as it is, bit by bit.
package tagging

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.senan.xyz/taglib"
)

// Tags are what a file is told of its song; zero fields are left out.
type Tags struct {
	Title              string
	Artists            []string
	Album, AlbumArtist string
	Year, Track, Disc  int
	// Lyrics are in LRC form, Translation likewise.
	Lyrics, Translation string
	// Platform and SongID name the song where it was found, Source and SourceID the file
	// where it was served.
	Platform, SongID string
	Source, SourceID string
	// Cover is a JPEG, PNG or WebP picture; MP4 knows no WebP.
	Cover []byte
}

// formats are the extensions whose files can be tagged. Monkey's Audio and Windows Media
// are written by the same library, but nothing here can check that they play afterwards.
var formats = []string{"mp3", "flac", "m4a", "ogg", "opus", "wav"}

// Takes says whether files of a format, by its extension, can be tagged.
func Takes(ext string) bool { return slices.Contains(formats, ext) }

// Keys beyond the ones that players know.
const (
	keyTranslation = "LYRICSTRANSLATION"
	keyPlatform    = "CATALOGSYNC_PLATFORM"
	keySongID      = "CATALOGSYNC_SONG_ID"
	keySource      = "CATALOGSYNC_SOURCE"
	keySourceID    = "CATALOGSYNC_SOURCE_ID"
)

// Bounds of what is written; lyrics of a long ballad have some 10 KiB.
const (
	maxText   = 2 << 10
	maxLyrics = 256 << 10
	maxNames  = 50
)

// Write replaces the tags of the file at path, whose extension must be that of its real
// format. Pictures in it stay unless t has a cover. The file is written in place, so it
// should be one that nobody else sees yet; after an error it may be half written.
func Write(path string, t Tags) error {
	if err := taglib.WriteTags(path, t.properties(), taglib.Clear); err != nil {
		return fmt.Errorf("write tags into %s: %w", filepath.Base(path), err)
	}
	if len(t.Cover) == 0 {
		return nil
	}
	if err := taglib.WriteImageOptions(path, t.Cover, 0, coverName, "", http.DetectContentType(t.Cover)); err != nil {
		return fmt.Errorf("write cover into %s: %w", filepath.Base(path), err)
	}
	return nil
}

// Read gives the tags of the file at path; the cover only when asked for.
func Read(path string, withCover bool) (Tags, error) {
	p, err := taglib.ReadTags(path)
	if err != nil {
		return Tags{}, fmt.Errorf("read tags of %s: %w", filepath.Base(path), err)
	}
	t := Tags{
		Title: first(p[taglib.Title]), Artists: p[taglib.Artists], Album: first(p[taglib.Album]), AlbumArtist: first(p[taglib.AlbumArtist]),
		Year: number(p[taglib.Date]), Track: number(p[taglib.TrackNumber]), Disc: number(p[taglib.DiscNumber]),
		Lyrics: first(p[taglib.Lyrics]), Translation: first(p[keyTranslation]),
		Platform: first(p[keyPlatform]), SongID: first(p[keySongID]), Source: first(p[keySource]), SourceID: first(p[keySourceID]),
	}
	if len(t.Artists) == 0 {
		t.Artists = p[taglib.Artist]
	}
	if !withCover {
		return t, nil
	}
	if t.Cover, err = taglib.ReadImage(path); err != nil {
		return t, fmt.Errorf("read cover of %s: %w", filepath.Base(path), err)
	}
	return t, nil
}

// properties are the tags under the names that the library maps to each format's own.
func (t Tags) properties() map[string][]string {
	p := map[string][]string{}
	put := func(key, value string, limit int) {
		if value = clean(value, limit); value != "" {
			p[key] = []string{value}
		}
	}
	put(taglib.Title, t.Title, maxText)
	put(taglib.Album, t.Album, maxText)
	put(taglib.AlbumArtist, t.AlbumArtist, maxText)
	put(taglib.Lyrics, t.Lyrics, maxLyrics)
	put(keyTranslation, t.Translation, maxLyrics)
	put(keyPlatform, t.Platform, maxText)
	put(keySongID, t.SongID, maxText)
	put(keySource, t.Source, maxText)
	put(keySourceID, t.SourceID, maxText)
	var names []string
	for _, a := range t.Artists[:min(len(t.Artists), maxNames)] {
		if a = clean(a, maxText); a != "" {
			names = append(names, a)
		}
	}
	if len(names) > 0 {
		// One text for players that show the first value only, the list for the others.
		p[taglib.Artist] = []string{strings.Join(names, " / ")}
		p[taglib.Artists] = names
	}
	for key, n := range map[string]int{taglib.Date: t.Year, taglib.TrackNumber: t.Track, taglib.DiscNumber: t.Disc} {
		if n > 0 && n < 100_000 {
			p[key] = []string{strconv.Itoa(n)}
		}
	}
	return p
}

// clean makes a text fit to be a value: valid, bounded, without the characters that
// separate values on their way into the library.
func clean(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t', r == '\v':
			return ' '
		case r < 0x20, r == 0x7f:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if len(text) > limit {
		text = text[:limit]
		for !utf8.ValidString(text) {
			text = text[:len(text)-1]
		}
	}
	return strings.TrimSpace(text)
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// number reads the leading digits of a value such as 7/12 or 2011-05-06.
func number(values []string) int {
	text := first(values)
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(text)
	}
	n, err := strconv.Atoi(text[:end])
	if err != nil {
		return 0
	}
	return n
}
