package tagread

import (
	"bytes"
	"encoding/binary"
	"strings"

	"catalogsync/app/sources/folder/charset"
)

// flac looks for the block of comments among the metadata blocks from off on.
func (f *reader) flac(off int64, t *Tags) {
	const comments = 4
	for range maxPieces {
		h := f.bytes(off, 4)
		if h == nil {
			return
		}
		size := bigEndian(h[1:4])
		if h[0]&0x7f == comments {
			f.vorbis(off+4, off+4+size, t)
			return
		}
		if h[0]&0x80 != 0 {
			return
		}
		off += 4 + size
	}
}

// ogg looks for the comments in the second packet, which begins on the second page of its
// stream and may fill several.
func (f *reader) ogg(off int64, t *Tags) {
	var packet []byte
	for page := 0; page < 64 && len(packet) < maxText; page++ {
		h := f.bytes(off, 27)
		if h == nil || string(h[:4]) != "OggS" {
			break
		}
		table := f.bytes(off+27, int64(h[26]))
		var size int64
		for _, n := range table {
			size += int64(n)
		}
		body := f.bytes(off+27+int64(len(table)), size)
		if body == nil {
			break
		}
		if page > 0 {
			packet = append(packet, body...)
		}
		off += 27 + int64(len(table)) + size
		if page > 0 && len(table) > 0 && table[len(table)-1] < 255 {
			break
		}
	}
	for _, mark := range []string{"\x03vorbis", "OpusTags"} {
		if rest, ok := bytes.CutPrefix(packet, []byte(mark)); ok {
			size := int64(len(rest))
			(&reader{r: bytes.NewReader(rest), size: size}).vorbis(0, size, t)
		}
	}
}

// vorbis reads a block of comments: a vendor's name, then NAME=value texts, each with its
// length before it.
func (f *reader) vorbis(at, end int64, t *Tags) {
	length := func() int64 {
		b := f.bytes(at, 4)
		if b == nil || at+4 > end {
			return -1
		}
		at += 4
		return int64(binary.LittleEndian.Uint32(b))
	}
	vendor := length()
	if vendor < 0 {
		return
	}
	at += vendor
	n := length()
	for range min(n, maxPieces) {
		size := length()
		if size < 0 || size > end-at {
			return
		}
		if size <= maxText { // longer ones are pictures
			if name, value, ok := strings.Cut(charset.Decode(f.bytes(at, size)), "="); ok {
				t.set(name, value)
			}
		}
		at += size
	}
}
