package export

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"unicode/utf8"
)

// spfPlaylist is a playlist of XSPF, version 1 (xspf.org/spec). JSPF is the same model as
// JSON.
type spfPlaylist struct {
	XMLName    xml.Name   `xml:"http://xspf.org/ns/0/ playlist" json:"-"`
	Version    int        `xml:"version,attr" json:"-"`
	Title      string     `xml:"title,omitempty" json:"title,omitempty"`
	Creator    string     `xml:"creator,omitempty" json:"creator,omitempty"`
	Annotation string     `xml:"annotation,omitempty" json:"annotation,omitempty"`
	Info       string     `xml:"info,omitempty" json:"info,omitempty"`
	Identifier string     `xml:"identifier,omitempty" json:"identifier,omitempty"`
	Tracks     []spfTrack `xml:"trackList>track" json:"track"`
}

type spfTrack struct {
	Location   []string `xml:"location,omitempty" json:"location,omitempty"`
	Identifier []string `xml:"identifier,omitempty" json:"identifier,omitempty"`
	Title      string   `xml:"title,omitempty" json:"title,omitempty"`
	Creator    string   `xml:"creator,omitempty" json:"creator,omitempty"`
	Annotation string   `xml:"annotation,omitempty" json:"annotation,omitempty"`
	Album      string   `xml:"album,omitempty" json:"album,omitempty"`
	TrackNum   int      `xml:"trackNum,omitempty" json:"trackNum,omitempty"`
	Duration   int64    `xml:"duration,omitempty" json:"duration,omitempty"` // ms
}

// spf is the list in the model of XSPF. A song without a file has no location; its
// annotation says why.
func spf(l *list, rows []listRow) spfPlaylist {
	p := spfPlaylist{
		Version: 1, Title: clean(l.Name), Creator: clean(l.Creator), Annotation: clean(l.Description),
		Identifier: identifier("playlist", l.Platform, l.RemotePlaylistID), Tracks: []spfTrack{},
	}
	if strings.HasPrefix(l.WebURL, "https://") || strings.HasPrefix(l.WebURL, "http://") {
		p.Info = clean(l.WebURL)
	}
	for i := range rows {
		r := &rows[i]
		t := spfTrack{
			Identifier: []string{identifier("song", r.song.Platform, r.song.RemoteSongID)},
			Title:      clean(r.title), Creator: clean(r.artists), Album: clean(r.album), TrackNum: r.number, Duration: r.durationMS(),
		}
		if r.file != nil {
			t.Location = []string{uriPath(r.path)}
		} else {
			t.Annotation = clean(oneLine(r.missing.Code + ": " + r.missing.Reason))
		}
		p.Tracks = append(p.Tracks, t)
	}
	return p
}

// identifier is a URI that names a thing of a platform.
func identifier(kind, platform, id string) string {
	return "urn:catalogsync:" + kind + ":" + uriPath(platform) + ":" + uriPath(id)
}

// clean leaves out what XML 1.0 cannot say (its production 2, Char).
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r', 0x20 <= r && r <= 0xD7FF, 0xE000 <= r && r < utf8.RuneError, 0x10000 <= r && r <= utf8.MaxRune:
			return r
		}
		return -1
	}, s)
}

func listXSPF(l *list, rows []listRow) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", " ")
	_ = enc.Encode(spf(l, rows)) // texts and integers into memory: cannot fail
	b.WriteByte('\n')
	return b.Bytes()
}

func listJSPF(l *list, rows []listRow) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // it is read by programs, never put into a page
	enc.SetIndent("", " ")
	_ = enc.Encode(map[string]any{"playlist": spf(l, rows)}) // texts and integers into memory: cannot fail
	return b.Bytes()
}
