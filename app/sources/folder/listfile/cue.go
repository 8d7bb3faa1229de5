package listfile

import (
	"fmt"
	"strconv"
	"strings"
)

// cueFrames are in a second: times of CUE sheets are minutes:seconds:frames.
const cueFrames = 75

// cueReader gathers a sheet line by line.
type cueReader struct {
	list    List
	file    string
	inFile  int  // index of the file's first entry
	inTrack bool // an audio track has begun
	album   string
	artist  string // of the whole sheet
}

// parseCUE reads a sheet. A file with one track is that song; of one with several each
// track is a part of it.
func parseCUE(text string) (List, error) {
	var c cueReader
	for row := range strings.Lines(strings.ReplaceAll(text, "\r", "\n")) {
		command, rest, _ := strings.Cut(strings.TrimSpace(row), " ")
		if err := c.line(strings.ToUpper(command), strings.TrimSpace(rest)); err != nil {
			return List{}, err
		}
	}
	c.endFile()
	if len(c.list.Entries) == 0 {
		return List{}, fmt.Errorf("%w as a CUE sheet: it names no track", ErrFormat)
	}
	c.list.Title, c.list.Creator = c.album, c.artist
	return c.list, nil
}

func (c *cueReader) line(command, rest string) error {
	switch command {
	case "FILE":
		c.endFile()
		c.file, _ = quoted(rest)
	case "TRACK":
		return c.track(rest)
	case "TITLE":
		c.text(rest, &c.album, func(e *Entry, s string) { e.Title = s })
	case "PERFORMER":
		c.text(rest, &c.artist, func(e *Entry, s string) { e.Artists = []string{s} })
	case "INDEX":
		number, at, _ := strings.Cut(rest, " ")
		if n, err := strconv.Atoi(number); err == nil && n == 1 && c.inTrack {
			e := &c.list.Entries[len(c.list.Entries)-1]
			e.Location, e.StartMS = c.file, cueTime(at) // the file may change before index 1
		}
	}
	return nil
}

// track begins a track; those that are data are none.
func (c *cueReader) track(rest string) error {
	number, kind, _ := strings.Cut(rest, " ")
	if c.inTrack = strings.EqualFold(strings.TrimSpace(kind), "AUDIO") && c.file != ""; !c.inTrack {
		return nil
	}
	if len(c.list.Entries) >= maxEntries {
		return fmt.Errorf("%w: more than %d tracks", ErrTooLarge, maxEntries)
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n > 9999 {
		n = 0
	}
	c.list.Entries = append(c.list.Entries, Entry{Location: c.file, Track: n})
	return nil
}

// text is a line that belongs to the track that has begun, else to the sheet.
func (c *cueReader) text(rest string, sheet *string, track func(*Entry, string)) {
	value, _ := quoted(rest)
	switch {
	case c.inTrack:
		track(&c.list.Entries[len(c.list.Entries)-1], value)
	case len(c.list.Entries) == 0:
		*sheet = value
	}
}

// endFile settles the tracks of the file that ends.
func (c *cueReader) endFile() {
	tracks := c.list.Entries[c.inFile:]
	for i := range tracks {
		e := &tracks[i]
		e.Album = c.album
		if e.Artists == nil && c.artist != "" {
			e.Artists = []string{c.artist}
		}
		e.Part = len(tracks) > 1
		if i+1 < len(tracks) && tracks[i+1].Location == e.Location {
			e.DurationMS = max(tracks[i+1].StartMS-e.StartMS, 0)
		}
	}
	c.inFile, c.inTrack = len(c.list.Entries), false
}

// quoted reads a text in quotes, or the first word.
func quoted(s string) (text, rest string) {
	if inner, ok := strings.CutPrefix(s, `"`); ok {
		text, rest, _ = strings.Cut(inner, `"`)
		return text, rest
	}
	text, rest, _ = strings.Cut(s, " ")
	return text, rest
}

// cueTime reads mm:ss:ff in ms, 0 when it is none.
func cueTime(s string) int64 {
	parts := strings.Split(strings.TrimSpace(s), ":")
	if len(parts) != 3 {
		return 0
	}
	var n [3]int64
	for i, p := range parts {
		v, err := strconv.ParseInt(p, 10, 64)
		if err != nil || v < 0 || v > 100_000 {
			return 0
		}
		n[i] = v
	}
	return duration(float64((n[0]*60+n[1])*1000 + n[2]*1000/cueFrames))
}

// parseFloat reads a number, 0 when it is none.
func parseFloat(s string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(n > 0) {
		return 0
	}
	return n
}
