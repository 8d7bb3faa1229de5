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

var (
	crc8Table  = makeCRC8(0x07)
	crc16Table = makeCRC16(0x8005)
)

func makeCRC8(poly byte) (t [256]byte) {
	for i := range t {
		c := byte(i)
		for range 8 {
			if c&0x80 != 0 {
				c = c<<1 ^ poly
			} else {
				c <<= 1
			}
		}
		t[i] = c
	}
	return t
}

func makeCRC16(poly uint16) (t [256]uint16) {
	for i := range t {
		c := uint16(i) << 8
		for range 8 {
			if c&0x8000 != 0 {
				c = c<<1 ^ poly
			} else {
				c <<= 1
			}
		}
		t[i] = c
	}
	return t
}

func flacCRC8(b []byte) byte {
	var c byte
	for _, v := range b {
		c = crc8Table[c^v]
	}
	return c
}

// flacCRC16 is 0 over a frame that includes its own checksum.
func flacCRC16(b []byte) uint16 {
	var c uint16
	for _, v := range b {
		c = c<<8 ^ crc16Table[byte(c>>8)^v]
	}
	return c
}
