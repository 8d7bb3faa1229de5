package audio

// flacFrame is what a frame header says (RFC 9639, section 9.1).
type flacFrame struct {
	sample uint64 // number of its first sample
	block  int    // samples in it
}

// parseFlacFrame reads a frame header at the beginning of b and checks its CRC-8.
func parseFlacFrame(b []byte, s streamInfo) (flacFrame, bool) {
	if len(b) < 6 || b[0] != 0xff || b[1]&0xfe != 0xf8 || b[3]&1 != 0 {
		return flacFrame{}, false
	}
	number, n, ok := flacNumber(b[4:])
	if !ok {
		return flacFrame{}, false
	}
	pos := 4 + n
	block, n, ok := flacBlock(b[2]>>4, b[pos:])
	if !ok {
		return flacFrame{}, false
	}
	pos += n
	n, ok = flacRate(b[2]&15, b[pos:], s.rate)
	if !ok || !flacDepth(b[3]>>1&7, s.depth) {
		return flacFrame{}, false
	}
	pos += n
	if len(b) < pos+3 || flacCRC8(b[:pos]) != b[pos] {
		return flacFrame{}, false
	}
	f := flacFrame{sample: number, block: block}
	if b[1]&1 == 0 { // fixed block size: frames are numbered, not samples
		f.sample = number * uint64(s.minBlock)
	}
	return f, true
}

// flacRates are the sample rates that a code stands for; others follow the header.
var flacRates = [12]int{0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000}

// flacRate says that a frame has the stream's sample rate, which it may leave to it; n is
// how many bytes of b tell the rate.
func flacRate(code byte, b []byte, stream int) (n int, ok bool) {
	switch {
	case code == 0:
		return 0, true
	case code < 12:
		return 0, flacRates[code] == stream
	case code == 12 && len(b) >= 1:
		return 1, int(b[0])*1000 == stream
	case code == 13 && len(b) >= 2:
		return 2, int(b[0])<<8|int(b[1]) == stream
	case code == 14 && len(b) >= 2:
		return 2, (int(b[0])<<8|int(b[1]))*10 == stream
	}
	return 0, false
}

// flacDepth says that a frame has the stream's bit depth, which it may leave to it.
func flacDepth(code byte, stream int) bool {
	return code == 0 || [8]int{0, 8, 12, -1, 16, 20, 24, 32}[code] == stream
}

// flacBlock decodes a block size by its code; n is how many bytes of b it used.
func flacBlock(code byte, b []byte) (size, n int, ok bool) {
	switch {
	case code == 1:
		return 192, 0, true
	case code >= 2 && code <= 5:
		return 576 << (code - 2), 0, true
	case code == 6 && len(b) >= 1:
		return int(b[0]) + 1, 1, true
	case code == 7 && len(b) >= 2:
		return (int(b[0])<<8 | int(b[1])) + 1, 2, true
	case code >= 8:
		return 256 << (code - 8), 0, true
	}
	return 0, 0, false
}

// flacNumber decodes FLAC's number coding, which is UTF-8's stretched to 36 bits.
func flacNumber(b []byte) (value uint64, n int, ok bool) {
	c := b[0]
	switch {
	case c < 0x80:
		return uint64(c), 1, true
	case c < 0xc0, c == 0xff:
		return 0, 0, false
	}
	n = 1
	for mask := byte(0x40); c&mask != 0; mask >>= 1 {
		n++
	}
	if len(b) < n {
		return 0, 0, false
	}
	value = uint64(c & (0x7f >> n))
	for _, c := range b[1:n] {
		if c&0xc0 != 0x80 {
			return 0, 0, false
		}
		value = value<<6 | uint64(c&0x3f)
	}
	return value, n, true
}
