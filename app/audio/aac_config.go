package audio

// aacConfig is AAC's AudioSpecificConfig (ISO/IEC 14496-3, section 1.6.2.1).
type aacConfig struct {
	rate    int // of the core, at which frame counts
	outRate int // what a player gives: twice the core's with spectral band replication
	frame   int // samples in a frame
}

// bits reads numbers of some bits, most significant first; zeros behind the end.
type bits struct {
	b  []byte
	at int
}

func (r *bits) take(n int) (v int) {
	for range n {
		v <<= 1
		if r.at/8 < len(r.b) {
			v |= int(r.b[r.at/8]>>(7-r.at%8)) & 1
		}
		r.at++
	}
	return v
}

// Object types that wrap another: replication of the upper band, and of stereo.
const (
	aacSBR = 5
	aacPS  = 29
)

func parseAACConfig(b []byte) (aacConfig, bool) {
	r := &bits{b: b}
	object := aacObject(r)
	c := aacConfig{rate: aacRate(r), frame: 1024}
	c.outRate = c.rate
	r.take(4) // channels
	if object == aacSBR || object == aacPS {
		c.outRate = aacRate(r)
		object = aacObject(r)
	}
	switch object {
	case 1, 2, 3, 4, 6, 7, 17, 19, 20, 22: // those with a general configuration
		if r.take(1) == 1 {
			c.frame = 960
		}
	}
	return c, len(b) >= 2 && c.rate > 0 && c.outRate > 0
}

func aacObject(r *bits) int {
	if n := r.take(5); n != 31 {
		return n
	}
	return 32 + r.take(6)
}

func aacRate(r *bits) int {
	if n := r.take(4); n != 15 {
		return ratesADTS[n]
	}
	return r.take(24)
}
