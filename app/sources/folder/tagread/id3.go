package tagread

import (
	"bytes"
	"strings"

	"catalogsync/app/sources/folder/charset"
)

// frames are the text frames of ID3v2.3 and 2.4, and of 2.2, by the tag that they hold.
var frames = map[string]string{
	"TIT2": "TITLE", "TPE1": "ARTIST", "TALB": "ALBUM", "TPE2": "ALBUMARTIST", "TRCK": "TRACK", "TPOS": "DISC", "TDRC": "DATE", "TYER": "DATE",
	"TT2": "TITLE", "TP1": "ARTIST", "TAL": "ALBUM", "TP2": "ALBUMARTIST", "TRK": "TRACK", "TPA": "DISC", "TYE": "DATE",
}

// id3v2 reads the tag at off and gives the offset behind it.
func (f *reader) id3v2(off int64, t *Tags) int64 {
	h := f.bytes(off, 10)
	if h == nil || h[3] == 0xff || h[4] == 0xff {
		return off
	}
	version, flags := h[3], h[5]
	end := off + 10 + synchsafe(h[6:10])
	at := off + 10
	if flags&0x40 != 0 && version >= 3 { // an extended header, which tells its size
		x := f.bytes(at, 4)
		switch {
		case x == nil:
			return end
		case version == 4:
			at += synchsafe(x)
		default:
			at += 4 + bigEndian(x)
		}
	}
	unsync := flags&0x80 != 0
	for range maxPieces {
		next, ok := f.frame(at, end, version, unsync, t)
		if !ok {
			break
		}
		at = next
	}
	return end
}

// frame reads the frame at off; false when none follows.
func (f *reader) frame(off, end int64, version byte, unsync bool, t *Tags) (next int64, ok bool) {
	idLen, head := int64(4), int64(10)
	if version == 2 {
		idLen, head = 3, 6
	}
	h := f.bytes(off, head)
	if h == nil || off+head > end || !isFrameID(h[:idLen]) {
		return 0, false
	}
	var size int64
	var flags byte
	switch version {
	case 2:
		size = bigEndian(h[3:6])
	case 3:
		size = bigEndian(h[4:8])
	default:
		size, flags = synchsafe(h[4:8]), h[9]
	}
	if size <= 0 || size > end-off-head {
		return 0, false
	}
	name, wanted := frames[string(h[:idLen])]
	if !wanted || flags&0x0c != 0 { // packed or encrypted
		return off + head + size, true
	}
	body := f.bytes(off+head, size)
	if flags&0x01 != 0 && len(body) > 4 { // a length before the text
		body = body[4:]
	}
	if unsync || flags&0x02 != 0 {
		body = bytes.ReplaceAll(body, []byte{0xff, 0}, []byte{0xff})
	}
	for _, value := range texts(body) {
		t.set(name, value)
	}
	return off + head + size, true
}

// texts reads the values of a text frame; its first byte tells their coding.
func texts(b []byte) []string {
	if len(b) < 2 {
		return nil
	}
	coding, body := b[0], b[1:]
	if coding == 0 || coding == 3 { // Latin-1, UTF-8
		var list []string
		for value := range bytes.SplitSeq(body, []byte{0}) {
			list = append(list, charset.Latin(value))
		}
		return list
	}
	if coding == 2 { // big endian, without a mark
		body = append([]byte{0xfe, 0xff}, body...)
	}
	return strings.Split(charset.Decode(body), "\x00")
}

func isFrameID(b []byte) bool {
	for _, c := range b {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

func synchsafe(b []byte) int64 {
	return int64(b[0]&0x7f)<<21 | int64(b[1]&0x7f)<<14 | int64(b[2]&0x7f)<<7 | int64(b[3]&0x7f)
}

func bigEndian(b []byte) int64 {
	var n int64
	for _, c := range b {
		n = n<<8 | int64(c)
	}
	return n
}

// id3v1 reads the 128 bytes at the end, whose texts are of fixed length.
func (f *reader) id3v1(t *Tags) {
	b := f.bytes(f.size-128, 128)
	if !bytes.HasPrefix(b, []byte("TAG")) {
		return
	}
	text := func(from, to int) string { return charset.Latin(b[from:to]) }
	t.set("TITLE", text(3, 33))
	t.set("ARTIST", text(33, 63))
	t.set("ALBUM", text(63, 93))
	t.set("YEAR", text(93, 97))
	if b[125] == 0 && b[126] != 0 && t.Track == 0 {
		t.Track = int(b[126])
	}
}
