package audio

// frameHeader is one MPEG audio frame's header, of MP3 or of ADTS (raw AAC).
type frameHeader struct {
	codec    Codec
	id       uint32 // the bits that stay the same in one stream: version, layer, rate
	rate     int
	channels int
	samples  int
	size     int // of the whole frame, bytes
	kbps     int // 0 for ADTS
	// xingAt is where a Xing or Info block would begin inside an MP3 frame.
	xingAt int
}

// info is what a stream of such frames is.
func (h frameHeader) info() Info {
	i := Info{Container: ContainerMP3, Codec: h.codec, Ext: "mp3", SampleRateHz: h.rate, Channels: h.channels}
	if h.codec == CodecAAC {
		i.Container, i.Ext = ContainerADTS, "aac"
	}
	return i
}

// Tables of ISO/IEC 11172-3 and 13818-3, layer III: kbit/s by index, Hz by index.
var (
	kbpsMPEG1  = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}
	kbpsMPEG2  = [16]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}
	ratesMPEG1 = [4]int{44_100, 48_000, 32_000, 0}
	ratesADTS  = [16]int{96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350, 0, 0, 0}
)

// headerBytes is how many bytes parseFrame looks at.
const headerBytes = 7

// parseFrame reads the header at the beginning of b (at least headerBytes long).
// Free-format MP3 and the layers I and II are not recognised.
func parseFrame(b []byte) (frameHeader, bool) {
	if b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return frameHeader{}, false
	}
	if b[1]&0xf6 == 0xf0 {
		return parseADTS(b)
	}
	return parseLayer3(b)
}

func parseLayer3(b []byte) (frameHeader, bool) {
	version, layer := b[1]>>3&3, b[1]>>1&3 // version 3 = MPEG 1, 2 = MPEG 2, 0 = MPEG 2.5
	if version == 1 || layer != 1 || b[3]&3 == 2 {
		return frameHeader{}, false
	}
	h := frameHeader{codec: CodecMP3, channels: 2, samples: 1152, id: uint32(b[1]&0xfe)<<8 | uint32(b[2]&0x0c)}
	mono := b[3]>>6 == 3
	if mono {
		h.channels = 1
	}
	h.rate = ratesMPEG1[b[2]>>2&3]
	h.kbps = kbpsMPEG1[b[2]>>4]
	switch {
	case version == 3 && mono:
		h.xingAt = 4 + 17
	case version == 3:
		h.xingAt = 4 + 32
	case mono:
		h.xingAt = 4 + 9
	default:
		h.xingAt = 4 + 17
	}
	if version != 3 {
		h.samples = 576
		h.kbps = kbpsMPEG2[b[2]>>4]
		h.rate /= 2
		if version == 0 {
			h.rate /= 2
		}
	}
	if h.rate == 0 || h.kbps == 0 {
		return frameHeader{}, false
	}
	h.size = h.samples/8*h.kbps*1000/h.rate + int(b[2]>>1&1)
	return h, true
}

func parseADTS(b []byte) (frameHeader, bool) {
	h := frameHeader{codec: CodecAAC, samples: 1024 * (int(b[6]&3) + 1), id: uint32(b[1]&0xfe)<<8 | uint32(b[2]&0xfc)}
	h.rate = ratesADTS[b[2]>>2&15]
	h.channels = int(b[2]&1)<<2 | int(b[3]>>6)
	if h.channels == 7 {
		h.channels = 8
	}
	h.size = int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5]>>5)
	return h, h.rate != 0 && h.size > headerBytes
}
