package audio

import (
	"bytes"
	"encoding/binary"
)

const (
	// leadLimit is how much foreign matter is searched for the first frame, and
	// junkLimit how much between two later ones.
	leadLimit = 64 << 10
	junkLimit = 1 << 20
	// chainFrames is how many frames must follow each other before a sync word is
	// believed: two bytes of 0xff and 0xfb are easily found in anything.
	chainFrames = 4
)

// mpegWalk is a walk over all frames of an MP3 or ADTS file.
type mpegWalk struct {
	w     *window
	first frameHeader
	end   int64 // of the audio, tags not counted

	frames    int64
	samples   uint64
	bytes     int64 // in frames
	lost      int64 // between frames
	trailing  int64 // behind the last frame
	cut       bool  // the last frame is not whole
	announced int64 // frames by the Xing or VBRI block, 0 = none
}

// probeMPEG walks every frame: length and bitrate of an MP3 are written nowhere that
// can be trusted, and a cut shows at the last frame only.
func probeMPEG(w *window, start int64) (Info, error) {
	m := &mpegWalk{w: w, end: audioEnd(w, start)}
	return m.probe(start)
}

func (m *mpegWalk) probe(start int64) (Info, error) {
	off, ok := m.findFrame(start, leadLimit)
	if !ok {
		return Info{}, answer("data of an unknown kind")
	}
	off = m.takeInfoFrame(off)
	m.walk(off)
	if m.frames == 0 {
		return Info{}, answer("an MPEG stream without any audio frame")
	}
	if m.lost+m.trailing > m.bytes/4 {
		return Info{}, answer("a file that is MPEG audio only here and there")
	}
	return m.info(), nil
}

// findFrame looks for the beginning of a chain of frames within limit bytes of off.
func (m *mpegWalk) findFrame(off, limit int64) (int64, bool) {
	for stop := min(off+limit, m.end-headerBytes+1); off < stop; {
		b := m.w.upTo(off, int(min(stop-off, 4096)))
		if len(b) == 0 {
			return 0, false
		}
		i := bytes.IndexByte(b, 0xff)
		if i < 0 {
			off += int64(len(b))
			continue
		}
		off += int64(i)
		if h, ok := m.frameAt(off); ok && m.chain(off, h) {
			if m.first.size == 0 {
				m.first = h
			}
			return off, true
		}
		off++
	}
	return 0, false
}

// frameAt parses the frame at off; once the first is known, others must be alike.
func (m *mpegWalk) frameAt(off int64) (frameHeader, bool) {
	if off+headerBytes > m.end {
		return frameHeader{}, false
	}
	b, err := m.w.at(off, headerBytes)
	if err != nil {
		return frameHeader{}, false
	}
	h, ok := parseFrame(b)
	if !ok || (m.first.size != 0 && h.id != m.first.id) {
		return frameHeader{}, false
	}
	return h, true
}

// chain says that frames like h follow each other from off, to chainFrames of them or
// to the end of the audio.
func (m *mpegWalk) chain(off int64, h frameHeader) bool {
	for range chainFrames - 1 {
		off += int64(h.size)
		if off >= m.end-headerBytes {
			return true
		}
		next, ok := m.frameAt(off)
		if !ok || next.id != h.id {
			return false
		}
		h = next
	}
	return true
}

// takeInfoFrame reads the Xing, Info or VBRI block that encoders put into a first,
// silent frame, and gives the offset of the first frame with sound.
func (m *mpegWalk) takeInfoFrame(off int64) int64 {
	b := m.w.upTo(off, min(m.first.size, 192))
	if m.first.codec != CodecMP3 {
		return off
	}
	if at := m.first.xingAt; len(b) >= at+12 && (hasPrefix(b[at:], "Xing") || hasPrefix(b[at:], "Info")) {
		if binary.BigEndian.Uint32(b[at+4:])&1 != 0 {
			m.announced = int64(binary.BigEndian.Uint32(b[at+8:]))
		}
		return off + int64(m.first.size)
	}
	// VBRI stands at a fixed place, whatever the channels.
	if len(b) >= 4+32+18 && hasPrefix(b[36:], "VBRI") {
		m.announced = int64(binary.BigEndian.Uint32(b[36+14:]))
		return off + int64(m.first.size)
	}
	return off
}

func (m *mpegWalk) walk(off int64) {
	for off < m.end {
		h, ok := m.frameAt(off)
		if !ok {
			next, found := m.findFrame(off+1, junkLimit)
			if !found {
				m.leave(off)
				return
			}
			m.lost += next - off
			off = next
			continue
		}
		if off+int64(h.size) > m.end {
			m.cut = true
			return
		}
		m.frames++
		m.samples += uint64(h.samples)
		m.bytes += int64(h.size)
		off += int64(h.size)
	}
}

// leave judges what stands behind the last frame: fewer bytes than a header that
// begin like one are a cut frame, padding and further tags are not.
func (m *mpegWalk) leave(off int64) {
	b := m.w.upTo(off, headerBytes)
	rest := m.end - off
	if rest < headerBytes && len(b) > 0 && b[0] == 0xff && (rest == 1 || b[1]&0xe0 == 0xe0) {
		m.cut = true
		return
	}
	m.trailing = rest
}

const (
	// announcedSlack is how many frames may lack before a file counts as cut: encoders
	// disagree about counting the info frame and the last one.
	announcedSlack = 4
	// moreShare is the share of frames beyond the announced, one in so many, from which on
	// something else is glued to the file.
	moreShare = 10
	// lostSlack is how many bytes between frames are put down to the encoder.
	lostSlack = 1024
)

func (m *mpegWalk) damage() Damage {
	switch {
	case m.lost > lostSlack, m.announced > 0 && m.frames > m.announced+m.announced/moreShare+announcedSlack:
		return DamageInside
	case m.announced > m.frames+announcedSlack:
		return DamageCut
	case m.cut:
		return DamageTail
	}
	return DamageNone
}

func (m *mpegWalk) info() Info {
	i := m.first.info()
	i.Damage = m.damage()
	i.DurationMS = millis(m.samples, m.first.rate)
	i.BitrateBPS = meanBitrate(m.bytes, i.DurationMS)
	return i
}
