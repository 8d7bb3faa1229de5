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
	switch b[2] & 15 { // uncommon sample rates follow in one or two bytes
	case 12:
		pos++
	case 13, 14:
		pos += 2
	case 15:
		return flacFrame{}, false
	}
	if len(b) < pos+3 || flacCRC8(b[:pos]) != b[pos] {
		return flacFrame{}, false
	}
	f := flacFrame{sample: number, block: block}
	if b[1]&1 == 0 { // fixed block size: frames are numbered, not samples
		f.sample = number * uint64(s.minBlock)
	}
	return f, true
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
