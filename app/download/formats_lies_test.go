package download

import (
	"bytes"
	"encoding/binary"
)

// lieFactor is how much longer than it is a file claims to be: 30 seconds are four minutes.
const lieFactor = 8

// edited gives a copy of b, edited at each place where mark stands, past it by skip.
func edited(b []byte, mark string, skip int, edit func([]byte)) []byte {
	b = bytes.Clone(b)
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte(mark))
		if i < 0 || at+i+skip > len(b) {
			return b
		}
		edit(b[at+i+skip:])
		at += i + len(mark)
	}
}

func be32(b []byte) { binary.BigEndian.PutUint32(b, binary.BigEndian.Uint32(b)*lieFactor) }
func le32(b []byte) { binary.LittleEndian.PutUint32(b, binary.LittleEndian.Uint32(b)*lieFactor) }
func le64(b []byte) { binary.LittleEndian.PutUint64(b, binary.LittleEndian.Uint64(b)*lieFactor) }

var xingLies = map[string]func([]byte) []byte{
	"index": func(b []byte) []byte {
		return edited(edited(b, "Info\x00\x00\x00\x0f", 8, be32), "Xing\x00\x00\x00\x0f", 8, be32)
	},
}

// streamInfoSamples is the place of the 36-bit count behind "fLaC".
const streamInfoSamples = 4 + 4 + 13

var flacLies = map[string]func([]byte) []byte{
	"stream information": func(b []byte) []byte {
		return edited(b, "fLaC\x00\x00\x00\x22", streamInfoSamples+1, be32)
	},
}

// mdhdLie edits the length of the media and of the film.
func mdhdLie(b []byte) []byte {
	return edited(edited(edited(b, "mdhd\x00", 4+16, be32), "mvhd\x00", 4+16, be32), "tkhd\x00", 4+20, be32)
}

var mp4Lies = map[string]func([]byte) []byte{
	"headers": mdhdLie,
	"headers and sample times": func(b []byte) []byte {
		return edited(mdhdLie(b), "stts\x00\x00\x00\x00", 8, func(b []byte) {
			for i := range int(binary.BigEndian.Uint32(b)) {
				be32(b[4+8*i+4:])
			}
		})
	},
	"headers, and every sample eight times": func(b []byte) []byte {
		return edited(mdhdLie(b), "stts\x00\x00\x00\x00", 8, func(b []byte) { be32(b[4:]) })
	},
}

var oggLies = map[string]func([]byte) []byte{
	"last page": func(b []byte) []byte { return oggPages(b, true) },
	"all pages": func(b []byte) []byte { return oggPages(b, false) },
}

// oggPages makes the positions of all pages, or of the last, eight times as high, with
// right checksums.
func oggPages(b []byte, lastOnly bool) []byte {
	b = bytes.Clone(b)
	for at := 0; at+27 <= len(b); {
		size := 27 + int(b[at+26])
		for _, n := range b[at+27 : at+27+int(b[at+26])] {
			size += int(n)
		}
		if page := b[at : at+size]; !lastOnly || at+size == len(b) {
			if binary.LittleEndian.Uint64(page[6:]) != 1<<64-1 {
				le64(page[6:])
			}
			seal(page)
		}
		at += size
	}
	return b
}

// seal writes the checksum of an Ogg page.
func seal(page []byte) {
	copy(page[22:26], []byte{0, 0, 0, 0})
	var crc uint32
	for _, c := range page {
		crc ^= uint32(c) << 24
		for range 8 {
			high := crc >> 31
			crc = crc<<1 ^ high*0x04c11db7
		}
	}
	binary.LittleEndian.PutUint32(page[22:], crc)
}

var wavLies = map[string]func([]byte) []byte{
	"sizes": func(b []byte) []byte { return edited(edited(b, "data", 4, le32), "RIFF", 4, le32) },
	"byte rate": func(b []byte) []byte {
		return edited(b, "fmt ", 16, func(b []byte) { binary.LittleEndian.PutUint32(b, binary.LittleEndian.Uint32(b)/lieFactor) })
	},
}

const asfPropertiesGUID = "\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65"

// asfPlay edits the play duration, which counts the time to fill a buffer in, and the time
// to send, in units of 100 ns; the preroll in milliseconds follows them.
func asfPlay(b []byte) {
	preroll := binary.LittleEndian.Uint64(b[16:]) * 10_000
	play := binary.LittleEndian.Uint64(b)
	binary.LittleEndian.PutUint64(b, preroll+(play-preroll)*lieFactor)
	le64(b[8:])
}

var asfLies = map[string]func([]byte) []byte{
	"play duration": func(b []byte) []byte { return edited(b, asfPropertiesGUID, 24+40, asfPlay) },
	"play duration and packets": func(b []byte) []byte {
		return edited(b, asfPropertiesGUID, 24+32, func(b []byte) { le64(b); asfPlay(b[8:]) })
	},
}

var apeLies = map[string]func([]byte) []byte{
	"frames": func(b []byte) []byte { return edited(b, "MAC ", 52+12, le32) },
}
