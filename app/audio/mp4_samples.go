package audio

import "encoding/binary"

// mp4Coding is what a sound description tells of the coding of its samples.
type mp4Coding struct {
	rate   int        // at which frame counts
	frame  int        // samples of sound in each MP4 sample; 0 = each tells
	stream streamInfo // of FLAC
}

// mp4Samples is what a walk over the samples of a track finds.
type mp4Samples struct {
	n, bytes int64
	coded    uint64 // samples of sound
	outside  bool   // a sample lies behind the end of the file, or nowhere
	holes    int64  // samples that no encoder makes: nothing but zeros, a wrong checksum

	// AAC has neither headers nor checksums. Its frames begin with one kind of element,
	// nearly always the same, and end with a mark; only a row that breaks that counts.
	begins     [8]int64 // by kind of element
	odd        int64    // frames without the mark
	strange    row      // frames that begin like none
	unfinished row      // … or end without the mark
}

// row is the length of the current and of the longest row of something.
type row struct{ now, longest int64 }

func (r *row) add(hit bool) {
	if !hit {
		r.now = 0
		return
	}
	r.now++
	r.longest = max(r.longest, r.now)
}

const (
	// strangeRow is how many AAC frames in a row must be strange before damage is
	// believed. Of random bytes, three of eight are.
	strangeRow = 4
	// fewShare is the share of frames, one in so many, up to which an oddity is one: above
	// it, the encoder does it differently.
	fewShare = 8
	// judged is the least number of frames that are judged by what is usual among them.
	judged = 32
)

// broken says that bytes in the midst are not sound.
func (m *mp4Samples) broken() bool {
	if m.holes > 0 || m.strange.longest >= strangeRow {
		return true
	}
	if m.n < judged {
		return false
	}
	if m.odd <= m.n/fewShare && m.unfinished.longest >= strangeRow {
		return true
	}
	var aac, most int64
	for _, n := range m.begins {
		aac, most = aac+n, max(most, n)
	}
	return most*2 < aac // what is encrypted or random begins with anything
}

// walk looks at every sample.
func (t *mp4Track) walk(w *window) mp4Samples {
	var m mp4Samples
	whole := t.tables.each(w, func(off, size int64) bool {
		if size == 0 {
			return true
		}
		if !m.place(w, off, size) {
			return false
		}
		m.coded += t.sample(w, &m, off, size)
		return true
	})
	m.outside = m.outside || !whole
	return m
}

// place takes in a sample by its place; false when that is outside the file, or when the
// samples have more bytes than it, which bounds the walk over chunks that overlap.
func (m *mp4Samples) place(w *window, off, size int64) bool {
	m.n++
	m.bytes += size
	m.outside = off > w.size-size || m.bytes > w.size
	return !m.outside
}

// believe adds up the sizes of all samples without looking at any, and takes the header's
// length.
func (t *mp4Track) believe(w *window) mp4Samples {
	var m mp4Samples
	t.tables.each(w, func(off, size int64) bool { return m.place(w, off, size) })
	m.coded = uint64(float64(t.duration) * float64(t.coding.rate) / float64(t.timescale))
	return m
}

// sampleHead is how much of a sample's beginning is looked at.
const sampleHead = 32

// sample judges one sample and gives the number of samples of sound in it.
func (t *mp4Track) sample(w *window, m *mp4Samples, off, size int64) uint64 {
	head := w.upTo(off, int(min(size, sampleHead)))
	if len(head) == 0 {
		m.outside = true
		return 0
	}
	frame := uint64(t.coding.frame)
	if size >= 8 && allZero(w, off, size) {
		m.holes++
		return frame
	}
	head = w.upTo(off, int(min(size, sampleHead)))
	switch t.info.Codec {
	case CodecAAC:
		begins := head[0] >> 5
		m.begins[begins]++
		ends := aacEnds(w.upTo(off+max(0, size-3), int(min(size, 3))))
		strange := begins == 2 || begins == 3 || begins == 7
		if !ends {
			m.odd++
		}
		m.strange.add(strange)
		m.unfinished.add(strange || !ends)
	case CodecALAC:
		return alacFrame(m, head, frame)
	case CodecFLAC:
		return t.flacSample(w, m, off, size)
	case CodecOpus:
		return opusSamples(head)
	case CodecMP3:
		if h, ok := parseFrameOf(head); !ok || int64(h.size) != size {
			m.holes++
		}
	}
	return frame
}

// allZero says that n bytes at off are zeros; it reads no further than to the first that
// is none.
func allZero(w *window, off, n int64) bool {
	for n > 0 {
		b := w.upTo(off, int(min(n, 4096)))
		if len(b) == 0 {
			return false
		}
		for _, c := range b {
			if c != 0 {
				return false
			}
		}
		off, n = off+int64(len(b)), n-int64(len(b))
	}
	return true
}

// aacEnds says that the last bytes of a frame are the mark of its end, three ones, and
// zeros up to the byte's border.
func aacEnds(b []byte) bool {
	var last uint32
	for _, c := range b {
		last = last<<8 | uint32(c)
	}
	for n := 0; n < 8 && last&1 == 0; n++ {
		last >>= 1
	}
	return last&7 == 7
}

// alacFrame reads an Apple Lossless frame's header: a kind of element (3 bits), 16 bits
// of which all but the first four are zero, a flag that a length follows.
func alacFrame(m *mp4Samples, head []byte, usual uint64) uint64 {
	if len(head) < 7 {
		m.holes++
		return usual
	}
	v := binary.BigEndian.Uint32(head)
	if kind := v >> 29; kind != 0 && kind != 1 && kind != 3 || v>>13&0xfff != 0 {
		m.holes++
		return usual
	}
	if v>>12&1 == 0 {
		return usual
	}
	// The length's 32 bits begin at bit 23.
	length := binary.BigEndian.Uint64(append(head[:7:7], 0)) << 23 >> 32
	return min(length, usual)
}

// flacSample checks a FLAC frame by its checksum.
func (t *mp4Track) flacSample(w *window, m *mp4Samples, off, size int64) uint64 {
	frame, err := w.at(off, int(min(size, maxUnit)))
	if err != nil {
		m.outside = true
		return 0
	}
	h, ok := parseFlacFrame(frame, t.coding.stream)
	if !ok || size <= maxUnit && flacCRC16(0, frame) != 0 {
		m.holes++
		return 0
	}
	return uint64(h.block)
}

// parseFrameOf is parseFrame for bytes that may be too few.
func parseFrameOf(b []byte) (frameHeader, bool) {
	if len(b) < headerBytes {
		return frameHeader{}, false
	}
	return parseFrame(b)
}

// opusSamples is how much sound at 48 kHz an Opus packet has by its first two bytes
// (RFC 6716, section 3).
func opusSamples(b []byte) uint64 {
	if len(b) == 0 {
		return 0
	}
	var frame uint64
	switch config := b[0] >> 3; {
	case config < 12:
		frame = [4]uint64{480, 960, 1920, 2880}[config&3]
	case config < 16:
		frame = [2]uint64{480, 960}[config&1]
	default:
		frame = 120 << (config & 3)
	}
	switch b[0] & 3 {
	case 0:
		return frame
	case 1, 2:
		return 2 * frame
	}
	if len(b) < 2 {
		return 0
	}
	return min(uint64(b[1]&63)*frame, 5760)
}
