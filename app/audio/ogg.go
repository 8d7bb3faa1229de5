package audio

import (
	"encoding/binary"
	"errors"
)

// oggPage is one page (RFC 3533, section 6).
type oggPage struct {
	bos, eos bool
	granule  int64 // -1 = no packet ends here
	serial   uint32
	size     int64
	body     []byte // valid until the next read
	intact   bool   // its checksum is right
}

var errOggPage = errors.New("an Ogg page is invalid")

func readOggPage(w *window, off int64) (oggPage, error) {
	h, err := w.at(off, 27)
	if err != nil {
		return oggPage{}, err
	}
	if !hasPrefix(h, "OggS") || h[4] != 0 {
		return oggPage{}, errOggPage
	}
	p := oggPage{
		bos: h[5]&2 != 0, eos: h[5]&4 != 0,
		granule: int64(binary.LittleEndian.Uint64(h[6:])),
		serial:  binary.LittleEndian.Uint32(h[14:]),
	}
	sum, segments := binary.LittleEndian.Uint32(h[22:]), int(h[26])
	table, err := w.at(off+27, segments)
	if err != nil {
		return oggPage{}, err
	}
	size := 27 + segments
	for _, n := range table {
		size += int(n)
	}
	all, err := w.at(off, size)
	if err != nil {
		return oggPage{}, err
	}
	p.size, p.body = int64(size), all[27+segments:]
	p.intact = oggCRC(all) == sum
	return p, nil
}

// probeOgg walks all pages of the first stream.
func probeOgg(w *window, start int64) (Info, error) {
	first, err := readOggPage(w, start)
	if err != nil {
		return Info{}, err
	}
	i, skip, err := oggCodec(first.body)
	if err != nil {
		return Info{}, err
	}
	end := audioEnd(w, start)
	var last int64
	var ended bool
	for off := start; off < end; {
		p, err := readOggPage(w, off)
		if err != nil || off+p.size > end {
			i.Damage = oggBreak(err)
			break
		}
		if !p.intact {
			i.Damage = DamageInside
			break
		}
		if p.bos && p.serial != first.serial && isVideo(p.body) {
			return Info{}, notAudio("an Ogg video")
		}
		if p.serial == first.serial {
			last = max(last, p.granule)
			ended = ended || p.eos
		}
		off += p.size
	}
	if i.Damage == DamageNone && !ended {
		i.Damage = DamageCut
	}
	rate := i.SampleRateHz
	if i.Codec == CodecOpus {
		rate = 48_000 // granules of Opus always count at 48 kHz (RFC 7845, section 4)
	}
	i.DurationMS = millis(uint64(max(0, last-skip)), rate)
	i.BitrateBPS = meanBitrate(end-start, i.DurationMS)
	return i, nil
}

// oggBreak says what it means that no page follows: it is not all there, or something
// else stands in its place.
func oggBreak(err error) Damage {
	if errors.Is(err, errOggPage) {
		return DamageInside
	}
	return DamageCut
}

// oggCodec reads the first packet; skip is the number of samples before the sound.
func oggCodec(b []byte) (i Info, skip int64, err error) {
	i = Info{Container: ContainerOgg, Ext: "ogg"}
	switch {
	case hasPrefix(b, "\x01vorbis") && len(b) >= 16:
		i.Codec = CodecVorbis
		i.Channels = int(b[11])
		i.SampleRateHz = int(binary.LittleEndian.Uint32(b[12:]))
	case hasPrefix(b, "OpusHead") && len(b) >= 19:
		i.Codec, i.Ext = CodecOpus, "opus"
		i.Channels = int(b[9])
		skip = int64(binary.LittleEndian.Uint16(b[10:]))
		i.SampleRateHz = 48_000
	case hasPrefix(b, "\x7fFLAC") && len(b) >= 13+4+34 && hasPrefix(b[9:], "fLaC"):
		s, err := parseStreamInfo(b[13+4:])
		if err != nil {
			return i, 0, err
		}
		i.Codec, i.Channels, i.SampleRateHz, i.BitDepth = CodecFLAC, s.channels, s.rate, s.depth
	case isVideo(b):
		return i, 0, notAudio("an Ogg video")
	default:
		return i, 0, notAudio("an Ogg file of an unusual coding, which cannot be verified here")
	}
	if i.SampleRateHz <= 0 || i.Channels == 0 {
		return i, 0, errors.New("the Ogg stream header is invalid")
	}
	return i, skip, nil
}

func isVideo(b []byte) bool { return hasPrefix(b, "\x80theora") || hasPrefix(b, "BBCD") }

var oggTable = makeOggTable()

func makeOggTable() (t [256]uint32) {
	for i := range t {
		c := uint32(i) << 24
		for range 8 {
			if c&0x80000000 != 0 {
				c = c<<1 ^ 0x04c11db7
			} else {
				c <<= 1
			}
		}
		t[i] = c
	}
	return t
}

// oggCRC is the checksum of a page, whose own four checksum bytes count as zero.
func oggCRC(page []byte) uint32 {
	var c uint32
	for i, v := range page {
		if i >= 22 && i < 26 {
			v = 0
		}
		c = c<<8 ^ oggTable[byte(c>>24)^v]
	}
	return c
}
