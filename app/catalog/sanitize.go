package catalog

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// Bounds of what is stored, in characters for texts and bytes for raw answers. They are far
// above what platforms allow, and keep a hostile answer from filling the database.
const (
	maxName        = 500
	maxDescription = 5000
	maxURL         = 2000
	maxRemoteID    = 200
	maxArtists     = 50
	maxKeys        = 20
	maxRawBytes    = 64 << 10
)

// line makes text one line of at most max characters: valid UTF-8, control characters and
// runs of space turned into one space. It stays text: markup in it is not touched, for
// whoever shows it escapes it.
func line(text string, max int) string {
	return cut(strings.Join(strings.FieldsFunc(valid(text, max), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " "), max)
}

// paragraph is like line and keeps line breaks.
func paragraph(text string, max int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || !unicode.IsControl(r):
			return r
		case r == '\t':
			return ' '
		default:
			return -1
		}
	}, valid(text, max))
	return cut(strings.TrimSpace(text), max)
}

// valid drops what is not UTF-8, of no more of the text than max characters can take up
// after whatever is dropped or joined later.
func valid(text string, max int) string {
	if limit := 8 * utf8.UTFMax * max; len(text) > limit {
		text = text[:limit]
	}
	return strings.ToValidUTF8(text, "")
}

// cut keeps the first max characters.
func cut(text string, max int) string {
	if len(text) <= max {
		return text
	}
	n := 0
	for i := range text {
		if n == max {
			return strings.TrimSpace(text[:i])
		}
		n++
	}
	return text
}

// webURL keeps http and https addresses only: others (javascript:, data:, file:) have no
// business in a page or a download.
func webURL(text string) string {
	text = strings.TrimSpace(valid(text, maxURL))
	if strings.HasPrefix(text, "//") {
		text = "https:" + text
	}
	lower := strings.ToLower(text[:min(len(text), len("https://"))])
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return ""
	}
	if utf8.RuneCountInString(text) > maxURL || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return ""
	}
	return text
}

// remoteID gives "" for an id that is no id: empty, overlong, or with characters that
// none has.
func remoteID(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > maxRemoteID || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return ""
	}
	return text
}

// raw keeps an answer that is JSON and of bearable size, else nothing.
func raw(b models.RawJSON) models.RawJSON {
	if len(b) > maxRawBytes || !utf8.Valid(b) || !json.Valid(b) {
		return nil
	}
	return b
}

// cleanSummary makes the row of a playlist as a platform describes it; false when its id
// is none.
func cleanSummary(s sources.PlaylistSummary) (models.Playlist, bool) {
	p := models.Playlist{
		Platform:         s.Ref.Platform,
		RemotePlaylistID: remoteID(s.Ref.RemoteID),
		Kind:             s.Ref.Kind,
		Name:             line(s.Name, maxName),
		Description:      paragraph(s.Description, maxDescription),
		CoverURL:         webURL(s.CoverURL),
		Creator:          line(s.Creator, maxName),
		WebURL:           webURL(s.WebURL),
		PlayCount:        max(s.PlayCount, 0),
		TrackCount:       max(s.TrackCount, 0),
		MetadataJSON:     string(raw(s.Raw)),
	}
	if p.Kind == "" {
		p.Kind = models.KindPlaylist
	}
	return p, p.RemotePlaylistID != ""
}

// cleanSong makes a snapshot fit to be stored; false when its id is none.
func cleanSong(s models.SongSnapshot) (models.SongSnapshot, bool) {
	s.RemoteID = remoteID(s.RemoteID)
	s.Name = line(s.Name, maxName)
	s.Album = line(s.Album, maxName)
	s.AlbumRemoteID = remoteID(s.AlbumRemoteID)
	s.Ext = strings.ToLower(line(s.Ext, 8))
	s.CoverURL = webURL(s.CoverURL)
	s.DurationMS, s.FileSizeBytes = max(s.DurationMS, 0), max(s.FileSizeBytes, 0)
	s.Artists = cleanArtists(s.Artists)
	s.Keys = cleanKeys(s.Keys)
	s.Raw = raw(s.Raw)
	return s, s.RemoteID != ""
}

func cleanArtists(list []models.ArtistRef) []models.ArtistRef {
	var out []models.ArtistRef
	for _, a := range list[:min(len(list), maxArtists)] {
		if name := line(a.Name, maxName); name != "" {
			out = append(out, models.ArtistRef{RemoteID: remoteID(a.RemoteID), Name: name})
		}
	}
	return out
}

func cleanKeys(keys map[string]string) map[string]string {
	if len(keys) == 0 || len(keys) > maxKeys {
		return nil
	}
	out := make(map[string]string, len(keys))
	for k, v := range keys {
		out[line(k, maxRemoteID)] = line(v, maxURL)
	}
	return out
}
