package audio

import (
	"bytes"
	"errors"
)

// streamInfo is FLAC's STREAMINFO block (RFC 9639, section 8.2).
type streamInfo struct {
	minBlock, maxBlock int
	maxFrame           int
	rate               int
	channels           int
	depth              int
	samples            uint64 // 0 = unknown
}

func parseStreamInfo(b []byte) (streamInfo, error) {
	s := streamInfo{
		minBlock: int(b[0])<<8 | int(b[1]),
		maxBlock: int(b[2])<<8 | int(b[3]),
		maxFrame: int(b[7])<<16 | int(b[8])<<8 | int(b[9]),
		rate:     int(b[10])<<12 | int(b[11])<<4 | int(b[12])>>4,
		channels: int(b[12]>>1&7) + 1,
		depth:    (int(b[12]&1)<<4 | int(b[13]>>4)) + 1,
		samples:  uint64(b[13]&15)<<32 | uint64(b[14])<<24 | uint64(b[15])<<16 | uint64(b[16])<<8 | uint64(b[17]),
	}
	if s.rate == 0 || s.maxBlock < 16 {
		return s, errors.New("FLAC stream information is invalid")
	}
	return s, nil
}

// probeFLAC reads the metadata blocks and judges completeness by the last frame.
func probeFLAC(w *window, start int64) (Info, error) {
	off := start + 4
	var s streamInfo
	for first := true; ; first = false {
		h, err := w.at(off, 4)
		if err != nil {
			return Info{}, err
		}
		last, kind := h[0]&0x80 != 0, h[0]&0x7f
		size := int64(h[1])<<16 | int64(h[2])<<8 | int64(h[3])
		if first {
			if kind != 0 || size != 34 {
				return Info{}, errors.New("FLAC stream information is not first")
			}
			b, err := w.at(off+4, 34)
			if err != nil {
				return Info{}, err
			}
			if s, err = parseStreamInfo(b); err != nil {
				return Info{}, err
			}
		}
		off += 4 + size
		if off >= w.size {
			return Info{}, errShort // nothing but pictures and tags arrived
		}
		if last {
			break
		}
	}
	return flacInfo(w, s, off), nil
}

func flacInfo(w *window, s streamInfo, audioStart int64) Info {
	end := audioEnd(w, audioStart)
	i := Info{
		Container: ContainerFLAC, Codec: CodecFLAC, Ext: "flac",
		SampleRateHz: s.rate, BitDepth: s.depth, Channels: s.channels,
	}
	reached, whole := lastFlacFrame(w, s, audioStart, end)
	samples := s.samples
	if samples == 0 || whole { // a file that ends with a frame is as long as that says
		samples = reached
	}
	switch {
	case !whole || reached < s.samples:
		i.Damage = DamageCut
	case s.samples != 0 && reached > s.samples, !flacIntact(w, s, audioStart, end):
		i.Damage = DamageInside
	}
	i.DurationMS = millis(samples, s.rate)
	i.BitrateBPS = meanBitrate(end-audioStart, i.DurationMS)
	return i
}

const (
	// maxFlacFrame bounds the look back. The biggest frame of ordinary music (16,384
	// samples, 24 bit, stereo) has some 100 KB.
	maxFlacFrame = 2 << 20
	// maxFlacTries bounds the checksums that a hostile file can ask for. That a valid
	// header appears inside a frame by chance happens about once in 8 MB.
	maxFlacTries = 32
)

// lastFlacFrame finds the last frame, which must end exactly at end by its CRC-16, and
// gives the number of samples up to its end. It looks back from the end as far as the
// biggest frame may reach.
func lastFlacFrame(w *window, s streamInfo, start, end int64) (reached uint64, whole bool) {
	reach := int64(s.maxFrame)
	if reach == 0 {
		reach = int64(s.maxBlock)*int64(s.channels)*int64(s.depth+1)/8 + 64
	}
	tail, err := w.copyOf(max(start, end-min(reach, maxFlacFrame)), end)
	if err != nil {
		return 0, false
	}
	for i, tries := len(tail), 0; tries < maxFlacTries; {
		if i = bytes.LastIndexByte(tail[:i], 0xff); i < 0 {
			break
		}
		h, ok := parseFlacFrame(tail[i:], s)
		if !ok {
			continue
		}
		if flacCRC16(0, tail[i:]) == 0 {
			return h.sample + uint64(h.block), true
		}
		tries++
	}
	return 0, false
}
