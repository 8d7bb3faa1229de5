package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"catalogsync/models"
)

// manifestFormat names the shape of manifest.json; it is counted up when a field
// changes its meaning.
const manifestFormat = "catalogsync-export/1"

// manifest is a folder's manifest.json. Instants of syncs are left out on purpose: a
// sync that changed nothing must not change the archive.
type manifest struct {
	Format   string            `json:"format"`
	Playlist manifestPlaylist  `json:"playlist"`
	Songs    []manifestSong    `json:"songs"`
	Missing  []manifestMissing `json:"missing"`
}

type manifestPlaylist struct {
	Platform string `json:"platform"`
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Creator  string `json:"creator,omitempty"`
	URL      string `json:"url,omitempty"`
	Songs    int    `json:"songs"`
	// Cover is the playlist's picture beside the manifest.
	Cover *manifestFile `json:"cover,omitempty"`
}

// songFacts is what the platform says of a song.
type songFacts struct {
	Title      string `json:"title"`
	Artists    string `json:"artists"`
	Album      string `json:"album,omitempty"`
	DurationMS int64  `json:"duration_ms,omitempty"`
	Platform   string `json:"platform"`
	SongID     string `json:"song_id"`
}

type manifestSong struct {
	Number int    `json:"number"` // place in the list, from 1
	File   string `json:"file"`   // seen from the manifest
	// Part is the part of a split archive that has the file, from 1.
	Part int `json:"part,omitempty"`
	songFacts
	Source         string `json:"source"`
	SourceSongID   string `json:"source_song_id,omitempty"`
	Quality        string `json:"quality,omitempty"`
	FileDurationMS int64  `json:"file_duration_ms,omitempty"`
	SizeBytes      int64  `json:"size_bytes"`
	SHA256         string `json:"sha256"`
	CRC32          string `json:"crc32"` // hex
	// Beside are lyrics and covers under the song's name.
	Beside []manifestFile `json:"beside,omitempty"`
}

type manifestFile struct {
	File      string `json:"file"`
	SizeBytes int64  `json:"size_bytes"`
	SHA256    string `json:"sha256"`
	CRC32     string `json:"crc32"`
}

type manifestMissing struct {
	Number int `json:"number"`
	songFacts
	Code   string `json:"code"`
	Reason string `json:"reason,omitempty"`
}

func newManifest(l *list) manifest {
	return manifest{
		Format: manifestFormat,
		Playlist: manifestPlaylist{
			Platform: l.Platform, ID: l.RemotePlaylistID, Kind: string(l.Kind), Name: l.Name,
			Creator: l.Creator, URL: l.WebURL, Songs: len(l.songs),
		},
		Songs:   []manifestSong{},
		Missing: []manifestMissing{},
	}
}

func factsOf(s *models.ExportSong) songFacts {
	return songFacts{Title: s.Name, Artists: artists(s), Album: s.Album, DurationMS: s.DurationMS, Platform: s.Platform, SongID: s.RemoteSongID}
}

func crcText(crc uint32) string { return fmt.Sprintf("%08x", crc) }

func (m *manifest) encode() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // it is read by people, never put into a page
	enc.SetIndent("", " ")
	_ = enc.Encode(m) // strings and integers only: cannot fail, and writes to memory
	return b.Bytes()
}

// m3u8 is the folder's list for players: UTF-8, paths relative to itself. Names of
// files begin with a number, so that none is taken for a comment.
func m3u8(m *manifest) []byte {
	var b bytes.Buffer
	b.WriteString("#EXTM3U\n#PLAYLIST:" + oneLine(m.Playlist.Name) + "\n")
	for i := range m.Songs {
		s := &m.Songs[i]
		seconds := int64(-1) // unknown
		if s.FileDurationMS > 0 {
			seconds = (s.FileDurationMS + 500) / 1000
		}
		title := oneLine(s.Title)
		if s.Artists != "" {
			title = oneLine(s.Artists) + " - " + title
		}
		fmt.Fprintf(&b, "#EXTINF:%d,%s\n%s\n", seconds, title, s.File)
	}
	return b.Bytes()
}

// oneLine keeps a title from ending its line, and drops what is no text.
func oneLine(s string) string {
	printed := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(printed), " ")
}
