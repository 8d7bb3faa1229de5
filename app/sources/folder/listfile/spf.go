package listfile

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// xspf is an XSPF playlist as far as it is read.
type xspf struct {
	XMLName    xml.Name `xml:"playlist"`
	Title      string   `xml:"title"`
	Creator    string   `xml:"creator"`
	Annotation string   `xml:"annotation"`
	Tracks     []struct {
		Locations []string `xml:"location"`
		Title     string   `xml:"title"`
		Creator   string   `xml:"creator"`
		Album     string   `xml:"album"`
		Duration  string   `xml:"duration"` // ms
		TrackNum  string   `xml:"trackNum"`
	} `xml:"trackList>track"`
}

// parseXSPF reads XML. The text is UTF-8 by now, whatever its head declares; entities
// other than XML's own are errors, so nothing can be blown up by them.
func parseXSPF(text string) (List, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	var x xspf
	if err := d.Decode(&x); err != nil {
		return List{}, fmt.Errorf("%w as XSPF: %w", ErrFormat, err)
	}
	list := List{Title: x.Title, Creator: x.Creator, Description: x.Annotation}
	for _, t := range x.Tracks {
		list.Entries = append(list.Entries, spfEntry(t.Locations, t.Title, t.Creator, t.Album, t.Duration, t.TrackNum))
	}
	return list, nil
}

// jspf is the same as JSON. Programs write numbers as texts and single locations without
// a list.
type jspf struct {
	Playlist *struct {
		Title      loose `json:"title"`
		Creator    loose `json:"creator"`
		Annotation loose `json:"annotation"`
		Tracks     []struct {
			Location loose `json:"location"`
			Title    loose `json:"title"`
			Creator  loose `json:"creator"`
			Album    loose `json:"album"`
			Duration loose `json:"duration"`
			TrackNum loose `json:"trackNum"`
		} `json:"track"`
	} `json:"playlist"`
}

func parseJSPF(text string) (List, error) {
	var j jspf
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return List{}, fmt.Errorf("%w as JSPF: %w", ErrFormat, err)
	}
	if j.Playlist == nil {
		return List{}, fmt.Errorf("%w as JSPF: it holds no playlist", ErrFormat)
	}
	list := List{Title: j.Playlist.Title.first(), Creator: j.Playlist.Creator.first(), Description: j.Playlist.Annotation.first()}
	for _, t := range j.Playlist.Tracks {
		list.Entries = append(list.Entries, spfEntry(t.Location, t.Title.first(), t.Creator.first(), t.Album.first(), t.Duration.first(), t.TrackNum.first()))
	}
	return list, nil
}

// loose is a text, a number, or a list of them.
type loose []string

// UnmarshalJSON takes the forms above; null is none, and anything else an error.
func (l *loose) UnmarshalJSON(b []byte) error {
	var many []json.RawMessage
	if json.Unmarshal(b, &many) != nil {
		many = []json.RawMessage{b}
	}
	*l = nil
	for _, raw := range many {
		var s string
		var n json.Number
		switch {
		case string(raw) == "null":
		case json.Unmarshal(raw, &s) == nil:
			*l = append(*l, s)
		case json.Unmarshal(raw, &n) == nil:
			*l = append(*l, n.String())
		default:
			return fmt.Errorf("read %.40q as text", raw)
		}
	}
	return nil
}

func (l loose) first() string {
	if len(l) == 0 {
		return ""
	}
	return l[0]
}

// spfEntry makes an entry of a track; of several locations the first is taken.
func spfEntry(locations []string, title, creator, album, ms, number string) Entry {
	e := Entry{Escaped: true, Title: title, Album: album, DurationMS: duration(parseFloat(ms)), Track: int(min(parseFloat(number), 9999))}
	if len(locations) > 0 {
		e.Location = strings.TrimSpace(locations[0])
	}
	if creator != "" {
		e.Artists = []string{creator}
	}
	return e
}
