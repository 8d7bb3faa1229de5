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
	number   uint32 // of the page in its stream
	lacing   []byte // sizes of the body's segments, valid until the next read
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
		number:  binary.LittleEndian.Uint32(h[18:]),
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
	p.size, p.lacing, p.body = int64(size), all[27:27+segments], all[27+segments:]
	p.intact = oggCRC(all) == sum
	return p, nil
}

// firstOggPage reads the page that names the codec.
func firstOggPage(w *window, start int64) (first oggPage, i Info, skip int64, err error) {
	if first, err = readOggPage(w, start); err == nil {
		i, skip, err = oggCodec(first.body)
	}
	return first, i, skip, err
}

// probeOgg walks all pages of the only stream.
func probeOgg(w *window, start int64) (Info, error) {
	first, i, skip, err := firstOggPage(w, start)
	if err != nil {
		return Info{}, err
	}
	s := &oggStream{w: w, first: first, info: i, skip: skip}
	s.packets.describe(i.Codec, first.body) // before anything else is read in its place
	s.end = audioEnd(w, start)
	if err := s.walk(start); err != nil {
		return Info{}, err
	}
	return s.result(), nil
}

// oggStream is what a walk over the pages gathers of the first stream.
type oggStream struct {
	w     *window
	first oggPage
	info  Info
	skip  int64
	end   int64

	packets oggPackets
	pages   uint32
	last    int64 // granule
	ended   bool
	damage  Damage
}

func (s *oggStream) walk(off int64) error {
	for off < s.end && s.damage == DamageNone {
		p, err := readOggPage(s.w, off)
		switch {
		case err != nil || off+p.size > s.end:
			s.damage = oggBreak(err)
		case !p.intact:
			s.damage = DamageInside
		case p.bos && p.serial != s.first.serial && isVideo(p.body):
			return notAudio("an Ogg video")
		case p.bos && s.packets.samples > 0:
			return notAudio("several Ogg streams in a row, which cannot be verified here")
		case p.serial == s.first.serial:
			s.page(p)
		}
		off += p.size
	}
	return nil
}

// page takes in a page of the stream. Pages are numbered without a gap, and their
// positions never fall.
func (s *oggStream) page(p oggPage) {
	if p.number != s.first.number+s.pages || p.granule != -1 && p.granule < s.last {
		s.damage = DamageInside
		return
	}
	s.pages++
	s.last = max(s.last, p.granule)
	s.ended = s.ended || p.eos
	s.packets.page(p)
}

// result judges the stream. A position that its packets do not bear out is a lie: their
// length is told.
func (s *oggStream) result() Info {
	i := s.info
	i.Damage = s.damage
	if i.Damage == DamageNone && !s.ended {
		i.Damage = DamageCut
	}
	rate := i.SampleRateHz
	if i.Codec == CodecOpus {
		rate = 48_000 // granules of Opus always count at 48 kHz (RFC 7845, section 4)
	}
	i.DurationMS = millis(uint64(max(0, s.last-s.skip)), rate)
	if there := millis(s.packets.samples, rate); i.DurationMS > there+lengthSlack(there) {
		i.DurationMS, i.Damage = there, orDamage(i.Damage, DamageInside)
	}
	i.BitrateBPS = meanBitrate(s.packets.bytes, i.DurationMS)
	return i
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
