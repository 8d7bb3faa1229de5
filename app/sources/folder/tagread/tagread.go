// Package tagread reads the few tags that a list of songs needs: ID3 (v1, v2.2 to v2.4),
// Vorbis comments (FLAC, Ogg), MP4 items and RIFF INFO.
//
// Files are read through io.ReaderAt in small pieces. Pictures are skipped, not read, and
// whatever a file says of itself, no more than some hundred kilobytes are held.
package tagread

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// Tags are the tags of a file; what it does not tell is the zero value.
type Tags struct {
	Title, Album, AlbumArtist string
	Artists                   []string
	Track, Disc, Year         int
}

// Bounds of what is read.
const (
	maxText    = 64 << 10 // one tag
	maxPieces  = 4_000    // frames, blocks, boxes or comments of a file
	maxArtists = 50
)

// Read gives a file's tags; none is no error. Damaged tags give what could be read. The
// error is one of r itself.
func Read(r io.ReaderAt, size int64) (Tags, error) {
	f := &reader{r: r, size: size}
	var t Tags
	head := f.bytes(0, 12)
	start := int64(0)
	if bytes.HasPrefix(head, []byte("ID3")) {
		start = f.id3v2(0, &t)
		head = f.bytes(start, 12)
	}
	switch {
	case bytes.HasPrefix(head, []byte("fLaC")):
		f.flac(start+4, &t)
	case bytes.HasPrefix(head, []byte("OggS")):
		f.ogg(start, &t)
	case len(head) == 12 && string(head[4:8]) == "ftyp":
		f.mp4(&t)
	case len(head) == 12 && string(head[:4]) == "RIFF":
		f.riff(start+12, &t)
	}
	if t.Title == "" && len(t.Artists) == 0 {
		f.id3v1(&t)
	}
	return t, f.err
}

// reader reads pieces of a file.
type reader struct {
	r    io.ReaderAt
	size int64
	err  error // the first error of r
}

// bytes gives the n bytes at off, nil when the file does not hold them or n is beyond all
// reason.
func (f *reader) bytes(off, n int64) []byte {
	if f.err != nil || off < 0 || n < 0 || n > maxText || off > f.size-n {
		return nil
	}
	b := make([]byte, n)
	if got, err := f.r.ReadAt(b, off); int64(got) < n {
		if err != nil && err != io.EOF {
			f.err = err
		}
		return nil
	}
	return b
}

// set takes the first value of a tag by its usual name.
func (t *Tags) set(name, value string) {
	value = line(value)
	if value == "" {
		return
	}
	first := func(field *string) {
		if *field == "" {
			*field = value
		}
	}
	number := func(field *int) {
		if *field == 0 {
			*field = leading(value)
		}
	}
	switch strings.ToUpper(name) {
	case "TITLE":
		first(&t.Title)
	case "ALBUM":
		first(&t.Album)
	case "ALBUMARTIST", "ALBUM ARTIST":
		first(&t.AlbumArtist)
	case "ARTIST":
		if len(t.Artists) < maxArtists {
			t.Artists = append(t.Artists, value)
		}
	case "TRACKNUMBER", "TRACK":
		number(&t.Track)
	case "DISCNUMBER", "DISC":
		number(&t.Disc)
	case "DATE", "YEAR":
		number(&t.Year)
	}
}

// leading reads "7", "07/12" and "2012-05-01"; 0 when there is no number.
func leading(s string) int {
	end := 0
	for end < len(s) && end < 5 && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil {
		return 0
	}
	return n
}

// line makes one line of a text.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}
