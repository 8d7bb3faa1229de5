package audio

import (
	"encoding/binary"
	"strconv"
)

// skipID3v2 gives the offset behind all ID3v2 tags at off. A tag that claims more than
// the file holds leaves nothing that could be audio.
func skipID3v2(w *window, off int64) (int64, error) {
	for {
		h := w.upTo(off, 10)
		if len(h) < 10 || !hasPrefix(h, "ID3") || h[3] == 0xff || h[4] == 0xff {
			return off, nil
		}
		size := int64(h[6]&0x7f)<<21 | int64(h[7]&0x7f)<<14 | int64(h[8]&0x7f)<<7 | int64(h[9]&0x7f)
		next := off + 10 + size
		if h[5]&0x10 != 0 { // a footer repeats the header
			next += 10
		}
		if next >= w.size {
			return 0, answer("a tag without any audio behind it")
		}
		off = next
	}
}

// audioEnd gives the end of the audio: the file's size without ID3v1, Lyrics3 and APEv2
// tags, which other programs append to any format.
func audioEnd(w *window, start int64) int64 {
	end := w.size
	for range 4 { // an ID3v1 behind an APE tag behind another …
		was := end
		if b, err := w.at(end-128, 3); err == nil && string(b) == "TAG" {
			end -= 128
		}
		if b, err := w.at(end-15, 15); err == nil && string(b[6:]) == "LYRICS200" {
			if size, err := strconv.ParseInt(string(b[:6]), 10, 64); err == nil && size >= 0 && end-15-size >= start {
				end -= 15 + size
			}
		}
		if b, err := w.at(end-32, 32); err == nil && hasPrefix(b, "APETAGEX") {
			size := int64(binary.LittleEndian.Uint32(b[12:]))
			if binary.LittleEndian.Uint32(b[20:])&0x80000000 != 0 { // has a header too
				size += 32
			}
			if size >= 32 && end-size >= start {
				end -= size
			}
		}
		if end == was {
			break
		}
	}
	return max(end, start)
}
