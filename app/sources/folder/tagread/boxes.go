package tagread

import (
	"encoding/binary"

	"catalogsync/app/sources/folder/charset"
)

// items are the MP4 items that are read.
var items = map[string]string{
	"\xa9nam": "TITLE", "\xa9ART": "ARTIST", "\xa9alb": "ALBUM", "aART": "ALBUMARTIST", "\xa9day": "DATE",
}

// mp4 walks to moov/udta/meta/ilst.
func (f *reader) mp4(t *Tags) {
	left := maxPieces
	path := []string{"moov", "udta", "meta", "ilst"}
	at, end := int64(0), f.size
	for _, kind := range path {
		start, stop, ok := f.box(at, end, kind, &left)
		if !ok {
			return
		}
		if kind == "meta" {
			start += 4 // its version and flags
		}
		at, end = start, stop
	}
	for at < end && left > 0 {
		kind, start, stop, ok := f.boxAt(at, end)
		if !ok {
			return
		}
		left--
		f.item(kind, start, stop, &left, t)
		at = stop
	}
}

// box looks for a box of the given kind between at and end and gives its content.
func (f *reader) box(at, end int64, kind string, left *int) (start, stop int64, ok bool) {
	for at < end && *left > 0 {
		*left--
		k, start, stop, ok := f.boxAt(at, end)
		if !ok {
			return 0, 0, false
		}
		if k == kind {
			return start, stop, true
		}
		at = stop
	}
	return 0, 0, false
}

// boxAt is the box at off.
func (f *reader) boxAt(off, end int64) (kind string, start, stop int64, ok bool) {
	h := f.bytes(off, 8)
	if h == nil {
		return "", 0, 0, false
	}
	size, head := bigEndian(h[:4]), int64(8)
	switch size {
	case 0:
		size = end - off
	case 1:
		l := f.bytes(off+8, 8)
		if l == nil {
			return "", 0, 0, false
		}
		size, head = int64(binary.BigEndian.Uint64(l)), 16
	}
	if size < head || size > end-off {
		return "", 0, 0, false
	}
	return string(h[4:8]), off + head, off + size, true
}

// item reads an item's data box: a kind and a place, four bytes each, then the value.
func (f *reader) item(kind string, start, stop int64, left *int, t *Tags) {
	name, isText := items[kind]
	if !isText && kind != "trkn" && kind != "disk" {
		return
	}
	start, stop, ok := f.box(start, stop, "data", left)
	if !ok || stop-start < 8 {
		return
	}
	value := f.bytes(start+8, stop-start-8)
	switch {
	case isText:
		t.set(name, charset.Decode(value))
	case len(value) >= 4 && kind == "trkn":
		t.Track = int(bigEndian(value[2:4]))
	case len(value) >= 4:
		t.Disc = int(bigEndian(value[2:4]))
	}
}

// infos are the entries of a RIFF INFO list that are read.
var infos = map[string]string{"INAM": "TITLE", "IART": "ARTIST", "IPRD": "ALBUM", "ICRD": "DATE", "ITRK": "TRACK", "IPRT": "TRACK"}

// riff looks for a list of texts, or an ID3 tag, among the chunks from off on.
func (f *reader) riff(off int64, t *Tags) {
	for range maxPieces {
		h := f.bytes(off, 8)
		if h == nil {
			return
		}
		size := int64(binary.LittleEndian.Uint32(h[4:]))
		off += 8
		switch string(h[:4]) {
		case "LIST":
			if kind := f.bytes(off, 4); string(kind) == "INFO" {
				f.info(off+4, min(off+size, f.size), t)
			}
		case "id3 ", "ID3 ":
			f.id3v2(off, t)
		}
		off += size + size&1
	}
}

func (f *reader) info(off, end int64, t *Tags) {
	for range maxPieces {
		h := f.bytes(off, 8)
		if h == nil || off >= end {
			return
		}
		size := int64(binary.LittleEndian.Uint32(h[4:]))
		if name, ok := infos[string(h[:4])]; ok {
			t.set(name, charset.Latin(f.bytes(off+8, min(size, end-off-8))))
		}
		off += 8 + size + size&1
	}
}
