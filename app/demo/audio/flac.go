package audio

import (
	"encoding/binary"
	"unicode/utf8"
)

const (
	flacBlock        = 4608
	flacFramesByCell = CellSamples / flacBlock
	flacBitsPerSamp  = 16
	flacVendor       = "catalogsync demo"
)

func (b *Bank) openFLAC(s Spec) *Clip {
	bodies := b.flac()
	scratch := make([]byte, 0, 64<<10)
	last := -1
	return newClip(flacHead(&s), s.Cells,
		func(i int) int { return flacCellSize(&bodies, &s, i) },
		func(i int) []byte {
			if i != last {
				scratch, last = scratch[:0], i
				for k := range flacFramesByCell {
					scratch = appendFLACFrame(scratch, i*flacFramesByCell+k, bodies[s.tone(i)])
				}
			}
			return scratch
		})
}

func flacCellSize(bodies *[tones][]byte, s *Spec, cell int) int {
	n := flacFramesByCell * (len(bodies[s.tone(cell)]) + 2)
	for k := range flacFramesByCell {
		n += flacHeaderSize(cell*flacFramesByCell + k)
	}
	return n
}

func (b *Bank) sizeFLAC(s *Spec) int64 {
	bodies := b.flac()
	n := int64(len(flacHead(s)))
	for cell := range s.Cells {
		n += int64(flacCellSize(&bodies, s, cell))
	}
	return n
}

// flacHead is the stream marker with the blocks STREAMINFO and VORBIS_COMMENT. The
// MD5 of the samples is left zero, which the format defines as "not known".
func flacHead(s *Spec) []byte {
	info := make([]byte, 34)
	binary.BigEndian.PutUint16(info[0:], flacBlock)
	binary.BigEndian.PutUint16(info[2:], flacBlock)
	samples := uint64(s.Cells) * CellSamples
	binary.BigEndian.PutUint64(info[10:], SampleRate<<44|1<<41|(flacBitsPerSamp-1)<<36|samples)

	comment := appendVorbisText(nil, flacVendor)
	comment = binary.LittleEndian.AppendUint32(comment, 3)
	for _, f := range [...]struct{ key, text string }{{"TITLE", s.Title}, {"ARTIST", s.Artist}, {"ALBUM", s.Album}} {
		comment = appendVorbisText(comment, f.key+"="+tagText(f.text))
	}
	head := append([]byte("fLaC"), 0, 0, 0, byte(len(info)))
	head = append(head, info...)
	head = append(head, 0x80|4, byte(len(comment)>>16), byte(len(comment)>>8), byte(len(comment)))
	return append(head, comment...)
}

func appendVorbisText(b []byte, text string) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(text))), text...)
}

// flacHeaderSize is the length of the header of frame n: the frame number is coded like
// UTF-8, and takes as many bytes.
func flacHeaderSize(n int) int { return 5 + utf8.RuneLen(flacNumber(n)) }

// flacNumber is n as a rune with the same coded form. Surrogates are no runes, so the
// numbers from there on are folded below them; songs of 100 minutes do not reach it.
func flacNumber(n int) rune { return rune(n % 0xD800) }

func appendFLACFrame(b []byte, n int, body []byte) []byte {
	start := len(b)
	// Sync code with fixed block size; 4608 samples at 44.1 kHz; two channels of 16 bit.
	b = append(b, 0xFF, 0xF8, 0x59, 0x18)
	b = utf8.AppendRune(b, flacNumber(n))
	b = append(b, crc8(b[start:]))
	b = append(b, body...)
	return binary.BigEndian.AppendUint16(b, crc16(b[start:]))
}

func crc8(data []byte) byte {
	var c byte
	for _, d := range data {
		c ^= d
		for range 8 {
			if c&0x80 != 0 {
				c = c<<1 ^ 0x07
			} else {
				c <<= 1
			}
		}
	}
	return c
}

func crc16(data []byte) uint16 {
	var c uint16
	for _, d := range data {
		c = c<<8 ^ crc16Table[byte(c>>8)^d]
	}
	return c
}

var crc16Table = func() (t [256]uint16) {
	for i := range t {
		c := uint16(i) << 8
		for range 8 {
			if c&0x8000 != 0 {
				c = c<<1 ^ 0x8005
			} else {
				c <<= 1
			}
		}
		t[i] = c
	}
	return t
}()
