package audio

import (
	"encoding/binary"
	"errors"
)

// sampleDescription reads the first sample entry of an stsd box.
func (t *mp4Track) sampleDescription(w *window, b box) error {
	return boxes(w, b.start+8, b.end, func(e box) error {
		if t.known {
			return nil
		}
		switch e.kind {
		case "enca", "encv", "drms", "drmi":
			return protected("the MP4 file")
		case "mp4a", "alac", "fLaC", "Opus":
		default:
			return nil
		}
		h, err := w.at(e.start, 28)
		if err != nil {
			return err
		}
		t.info.Channels = int(binary.BigEndian.Uint16(h[16:]))
		depth := int(binary.BigEndian.Uint16(h[18:]))
		t.info.SampleRateHz = int(binary.BigEndian.Uint16(h[24:]))
		version := binary.BigEndian.Uint16(h[8:])
		return t.entryCodec(w, e, version, depth)
	})
}

// entryCodec settles the codec of a sample entry. QuickTime's versions 1 and 2 put 16
// and 36 more bytes before the nested boxes.
func (t *mp4Track) entryCodec(w *window, e box, version uint16, depth int) error {
	nested := e.start + 28
	switch version {
	case 1:
		nested += 16
	case 2:
		nested += 36
	}
	t.known = true
	switch e.kind {
	case "Opus":
		t.info.Codec, t.info.SampleRateHz = CodecOpus, 48_000
		t.coding.rate = 48_000
		return nil
	case "fLaC":
		t.info.Codec, t.info.BitDepth = CodecFLAC, depth
	case "alac":
		t.info.Codec, t.info.BitDepth = CodecALAC, depth
	default:
		t.info.Codec, t.coding.frame = CodecAAC, 1024
	}
	t.coding.rate = t.info.SampleRateHz
	return boxes(w, nested, e.end, func(b box) error {
		switch b.kind {
		case "sinf":
			return protected("the MP4 file")
		case "alac":
			return t.alacConfig(w.upTo(b.start, 28))
		case "dfLa":
			return t.flacConfig(w.upTo(b.start, 4+4+34))
		case "esds":
			return t.elementaryStream(w.upTo(b.start, int(min(b.end-b.start, 256))))
		}
		return nil
	})
}

// alacConfig reads Apple Lossless's magic cookie, the only place that holds rates above
// 65,535 Hz.
func (t *mp4Track) alacConfig(b []byte) error {
	if len(b) < 28 {
		return errShort
	}
	t.info.BitDepth, t.info.Channels = int(b[9]), int(b[13])
	t.info.SampleRateHz = int(binary.BigEndian.Uint32(b[24:]))
	frame := binary.BigEndian.Uint32(b[4:])
	if frame > maxALACFrame {
		return errors.New("an Apple Lossless description is invalid")
	}
	t.coding.rate, t.coding.frame = t.info.SampleRateHz, int(frame)
	return nil
}

// maxALACFrame bounds the samples of a frame; encoders use 4096.
const maxALACFrame = 1 << 16

func (t *mp4Track) flacConfig(b []byte) error {
	if len(b) < 4+4+34 {
		return errShort
	}
	s, err := parseStreamInfo(b[8:])
	if err != nil {
		return err
	}
	t.info.SampleRateHz, t.info.BitDepth, t.info.Channels = s.rate, s.depth, s.channels
	t.coding.rate, t.coding.stream = s.rate, s
	return nil
}

// elementaryStream reads the object type of an esds box (ISO/IEC 14496-1, section
// 7.2.6): MP3 may hide in an "mp4a" entry.
func (t *mp4Track) elementaryStream(b []byte) error {
	if len(b) < 4 {
		return errShort
	}
	b = b[4:]
	for len(b) > 0 {
		tag := b[0]
		_, b = descriptorSize(b[1:])
		switch {
		case tag == 3 && len(b) >= 3: // ES descriptor: skip its own fields
			skip := 3
			if b[2]&0x80 != 0 {
				skip += 2
			}
			if b[2]&0x20 != 0 {
				skip += 2
			}
			b = b[min(skip, len(b)):]
		case tag == 4 && len(b) >= 1:
			t.decoderConfig(b)
			return nil
		default:
			return errors.New("MP4 stream descriptor is invalid")
		}
	}
	return nil
}

// decoderConfig reads the object type and, behind it, the coding of AAC.
func (t *mp4Track) decoderConfig(b []byte) {
	if b[0] == 0x69 || b[0] == 0x6b {
		t.info.Codec, t.coding.frame = CodecMP3, 1152
		if t.info.SampleRateHz < 32_000 {
			t.coding.frame = 576
		}
		return
	}
	const fields = 13
	if len(b) <= fields || b[fields] != 5 {
		return
	}
	_, config := descriptorSize(b[fields+1:])
	if c, ok := parseAACConfig(config); ok {
		t.coding.rate, t.coding.frame = c.rate, c.frame
		if t.info.SampleRateHz != 2*c.rate || c.outRate != c.rate { // else the doubling is not told here
			t.info.SampleRateHz = c.outRate
		}
	}
}

// descriptorSize reads a size of one to four 7-bit groups.
func descriptorSize(b []byte) (size int, rest []byte) {
	for n := 0; n < 4 && len(b) > 0; n++ {
		c := b[0]
		b = b[1:]
		size = size<<7 | int(c&0x7f)
		if c&0x80 == 0 {
			break
		}
	}
	return size, b
}
