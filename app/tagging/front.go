package tagging

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"go.senan.xyz/taglib"
)

// Front is what stands in front of a song's sound when it has its tags, known from the
// file's beginning alone: who writes it first and the sound behind it has the tagged file
// without a copy.
type Front struct {
	// Ext is the real format, mp3 or flac.
	Ext string
	// Head takes the place of the first Skip bytes of the file.
	Head []byte
	Skip int64
}

const (
	// leastSound is how much sound a beginning must show, some frames.
	leastSound = 4 << 10
	// id3Padding and flacPadding leave room for tags that somebody adds later.
	id3Padding  = 1 << 10
	flacPadding = 4 << 10
	// maxBlock is the largest block of FLAC.
	maxBlock = 1<<24 - 1
)

// NewFront makes the front of a file that begins so; ok=false when it is of a format whose
// tags stand elsewhere, or not as plain as that: then Copy does it.
func NewFront(beginning []byte, t Tags) (f Front, ok bool) {
	start, err := headOf(bytes.NewReader(beginning), int64(len(beginning)))
	if err != nil || start+leastSound > int64(len(beginning)) {
		return Front{}, false
	}
	old, sound := beginning[:start], beginning[start:]
	f.Skip = start
	switch {
	case bytes.HasPrefix(old, []byte("fLaC")):
		f.Ext = "flac"
		f.Head, err = t.flac(old)
	case sound[0] == 0xff && sound[1]&0xe6 == 0xe2: // a frame of MPEG layer III
		f.Ext = "mp3"
		f.Head, err = t.id3(old)
	default:
		return Front{}, false
	}
	return f, err == nil
}

// errPictures says that a tag has pictures, which stay where there is no new one.
var errPictures = errors.New("the old tag has pictures")

// id3Frames are the frames of the keys that have one; the others are TXXX, with their key.
var id3Frames = map[string]string{
	taglib.Title: "TIT2", taglib.Album: "TALB", taglib.Artist: "TPE1", taglib.AlbumArtist: "TPE2",
	taglib.Date: "TDRC", taglib.TrackNumber: "TRCK", taglib.DiscNumber: "TPOS",
}

// id3 is an ID3v2.4 tag with all texts in UTF-8.
func (t Tags) id3(old []byte) ([]byte, error) {
	if len(t.Cover) == 0 && (bytes.Contains(old, []byte("APIC")) || bytes.Contains(old, []byte("PIC"))) {
		return nil, errPictures
	}
	const utf8 = "\x03"
	tag := make([]byte, 10, 10+len(t.Cover)+id3Padding)
	frame := func(id string, parts ...string) {
		size := 0
		for _, p := range parts {
			size += len(p)
		}
		tag = append(append(tag, id...), synchsafe(size)...)
		tag = append(tag, 0, 0)
		for _, p := range parts {
			tag = append(tag, p...)
		}
	}
	properties := t.properties()
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		value := strings.Join(properties[key], "\x00")
		switch id, known := id3Frames[key]; {
		case known:
			frame(id, utf8, value)
		case key == taglib.Lyrics:
			frame("USLT", utf8, "XXX", "\x00", value)
		default:
			frame("TXXX", utf8, key, "\x00", value)
		}
	}
	if len(t.Cover) > 0 {
		frame("APIC", utf8, http.DetectContentType(t.Cover), "\x00", frontCover, coverName, "\x00", string(t.Cover))
	}
	tag = append(tag, make([]byte, id3Padding)...)
	copy(tag, "ID3\x04\x00\x00")
	copy(tag[6:], synchsafe(len(tag)-10))
	return tag, nil
}

// What players know a cover by.
const (
	frontCover = "\x03"
	coverName  = "Front Cover"
)

// synchsafe is a length in seven bits a byte.
func synchsafe(n int) []byte {
	return []byte{byte(n >> 21 & 0x7f), byte(n >> 14 & 0x7f), byte(n >> 7 & 0x7f), byte(n & 0x7f)}
}

// Kinds of FLAC's blocks (RFC 9639, section 8).
const (
	flacPaddingKind = 1
	flacTextsKind   = 4
	flacPictureKind = 6
)

// flac is the blocks of a FLAC file with other texts, and another picture if there is one.
func (t Tags) flac(old []byte) ([]byte, error) {
	head := append(make([]byte, 0, len(old)+len(t.Cover)+2*flacPadding), "fLaC"...)
	block := func(kind byte, content []byte) error {
		if len(content) > maxBlock {
			return errors.New("a block is too long")
		}
		head = append(binary.BigEndian.AppendUint32(head, uint32(kind)<<24|uint32(len(content))), content...)
		return nil
	}
	for at := 4; at+4 <= len(old); {
		kind, end := old[at]&0x7f, at+4+int(binary.BigEndian.Uint32(old[at:])&0xff_ffff)
		if end > len(old) {
			return nil, io.ErrUnexpectedEOF
		}
		replaced := kind == flacPaddingKind || kind == flacTextsKind || kind == flacPictureKind && len(t.Cover) > 0
		if !replaced {
			if err := block(kind, old[at+4:end]); err != nil {
				return nil, err
			}
		}
		at = end
	}
	if err := block(flacTextsKind, t.vorbis()); err != nil {
		return nil, err
	}
	if len(t.Cover) > 0 {
		if err := block(flacPictureKind, t.flacPicture()); err != nil {
			return nil, err
		}
	}
	last := len(head)
	if err := block(flacPaddingKind, make([]byte, flacPadding)); err != nil {
		return nil, err
	}
	head[last] |= 0x80
	return head, nil
}

// vorbis is the texts as FLAC has them.
func (t Tags) vorbis() []byte {
	const vendor = "catalogsync"
	texts := append(binary.LittleEndian.AppendUint32(nil, uint32(len(vendor))), vendor...)
	properties, n := t.properties(), 0
	for _, values := range properties {
		n += len(values)
	}
	texts = binary.LittleEndian.AppendUint32(texts, uint32(n))
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		for _, value := range properties[key] {
			texts = binary.LittleEndian.AppendUint32(texts, uint32(len(key)+1+len(value)))
			texts = append(append(append(texts, key...), '='), value...)
		}
	}
	return texts
}

func (t Tags) flacPicture() []byte {
	var b []byte
	text := func(s string) { b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...) }
	b = binary.BigEndian.AppendUint32(b, uint32(frontCover[0]))
	text(http.DetectContentType(t.Cover))
	text(coverName)
	b = append(b, make([]byte, 16)...) // its size and colours stand in the picture itself
	text(string(t.Cover))
	return b
}

// SoundEnd is where the sound of an MP3 file ends: old tags may stand behind it. Files of
// other formats end with their sound.
func SoundEnd(ext string, r io.ReaderAt, size int64) int64 {
	if _, end, ok := soundIn(ext, r, size); ok {
		return end
	}
	return size
}

// SameSound says that two files of a format whose tags stand around the sound have the
// same sound, bit by bit; false for other formats.
func SameSound(ext string, a io.ReaderAt, sizeA int64, b io.ReaderAt, sizeB int64) bool {
	startA, endA, okA := soundIn(ext, a, sizeA)
	startB, endB, okB := soundIn(ext, b, sizeB)
	if !okA || !okB || endA-startA != endB-startB {
		return false
	}
	for startA < endA {
		n := min(copyStep, endA-startA)
		if !sameBytes(a, startA, b, startB, n) {
			return false
		}
		startA, startB = startA+n, startB+n
	}
	return true
}
