package audio

import (
	"encoding/binary"
	"errors"
	"strings"
)

// GUIDs of the objects of an ASF file (Advanced Systems Format specification, section
// 10), as the bytes stand in the file.
const (
	asfHeader     = "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"
	asfData       = "\x36\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"
	asfProperties = "\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65"
	asfStream     = "\x91\x07\xdc\xb7\xb7\xa9\xcf\x11\x8e\xe6\x00\xc0\x0c\x20\x53\x65"
	asfAudio      = "\x40\x9e\x69\xf8\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b"
	asfVideo      = "\xc0\xef\x19\xbc\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b"
)

// asfEncryption lists the objects that only protected files have.
var asfEncryption = []string{
	"\xfb\xb3\x11\x22\x23\xbd\xd2\x11\xb4\xb7\x00\xa0\xc9\x55\xfc\x6e",
	"\x14\xe6\x8a\x29\x22\x26\x17\x4c\xb9\x35\xda\xe0\x7e\xe9\x28\x9c",
	"\x33\x85\x05\x43\x81\x69\xe6\x49\x9b\x74\xad\x12\xcb\x86\xd5\x8c",
}

// asfFile is what a walk over the objects gathers.
type asfFile struct {
	w                *window
	info             Info
	audio, video     bool
	live             bool // was being recorded: sizes and lengths are not told
	playMS, packets  int64
	packetBytes      int64
	prerollMS        int64
	dataStart, dataN int64
	cut              bool
	twice            bool // another file is glued to this one
}

// probeASF reads a Windows Media file: header, then data made of packets of one size.
func probeASF(w *window, start int64) (Info, error) {
	f := &asfFile{w: w}
	if err := f.objects(start, w.size, f.top); err != nil {
		return Info{}, err
	}
	switch {
	case f.video:
		return Info{}, notAudio("a Windows Media video")
	case !f.audio && f.cut:
		return Info{}, errShort
	case !f.audio:
		return Info{}, notAudio("a Windows Media file without sound that is known here")
	case f.live || f.playMS <= 0:
		return Info{}, notAudio("a recorded Windows Media broadcast, which cannot be verified here")
	case f.dataStart == 0:
		return Info{}, errShort
	}
	return f.result(), nil
}

// result judges the data. A length that the packets do not bear out is a lie: theirs is
// told.
func (f *asfFile) result() Info {
	i := f.info
	i.Container, i.Ext, i.DurationMS = ContainerASF, "wma", f.playMS
	found := f.walk()
	switch {
	case f.cut || f.dataStart+f.packets*f.packetBytes > f.w.size:
		i.Damage = DamageCut
	case f.twice || !found.sound:
		i.Damage = DamageInside
	}
	slack := lengthSlack(found.ms) + f.prerollMS
	if off := f.playMS - found.ms; found.sound && (off > slack || off < -slack) {
		i.DurationMS, i.Damage = found.ms, orDamage(i.Damage, DamageInside)
	}
	i.BitrateBPS = meanBitrate(found.bytes, i.DurationMS)
	return i
}

// objects calls fn for each object between off and end. One that claims more than there
// is, is handed over cut, and is the last.
func (f *asfFile) objects(off, end int64, fn func(kind string, start, end int64) error) error {
	for n := 0; off+24 <= end; n++ {
		if n >= maxChunks {
			return errors.New("a Windows Media file of objects without end")
		}
		h, err := f.w.at(off, 24)
		if err != nil {
			return err
		}
		kind, size := string(h[:16]), binary.LittleEndian.Uint64(h[16:])
		if size < 24 {
			return errors.New("an object of a Windows Media file has an impossible size")
		}
		next := end
		if size <= uint64(end-off) {
			next = off + int64(size)
		} else {
			f.cut = true
		}
		if err := fn(kind, off+24, next); err != nil {
			return err
		}
		off = next
	}
	return nil
}

func (f *asfFile) top(kind string, start, end int64) error {
	switch kind {
	case asfHeader:
		if f.dataStart != 0 {
			f.twice = true
			return nil
		}
		if f.cut {
			return errShort
		}
		return f.objects(start+6, end, f.inHeader)
	case asfData:
		f.dataStart, f.dataN = start+26, max(0, end-start-26)
	}
	return nil
}

func (f *asfFile) inHeader(kind string, start, end int64) error {
	for _, guid := range asfEncryption {
		if kind == guid {
			return protected("the Windows Media file")
		}
	}
	switch kind {
	case asfProperties:
		return f.properties(f.w.upTo(start, 80))
	case asfStream:
		return f.stream(f.w.upTo(start, int(min(end-start, 54+18))))
	}
	return nil
}

// properties reads length and packets. The length includes the time that a player fills
// its buffer.
func (f *asfFile) properties(b []byte) error {
	if len(b) < 80 {
		return errShort
	}
	u64 := func(at int) int64 { return int64(min(binary.LittleEndian.Uint64(b[at:]), 1<<60)) }
	f.packets = u64(32)
	f.prerollMS = u64(56)
	f.playMS = u64(40)/10_000 - f.prerollMS
	f.live = b[64]&1 != 0
	f.packetBytes = int64(binary.LittleEndian.Uint32(b[68:]))
	if f.packets > 1<<32 {
		return errors.New("the properties of a Windows Media file are invalid")
	}
	return nil
}

// asfCodecs names the codings by their WAVE format tag.
var asfCodecs = map[uint16]Codec{
	0x160: CodecWMA, 0x161: CodecWMA, 0x162: CodecWMA, 0x163: CodecWMALossless, 0x55: CodecMP3, 0xff: CodecAAC, 0x1600: CodecAAC,
}

// stream reads one stream's format; the first with sound counts.
func (f *asfFile) stream(b []byte) error {
	if len(b) < 54 {
		return errShort
	}
	if binary.LittleEndian.Uint16(b[48:])&0x8000 != 0 {
		return protected("the Windows Media file")
	}
	switch kind := string(b[:16]); {
	case kind == asfVideo:
		f.video = true
		return nil
	case kind != asfAudio || f.audio:
		return nil
	case len(b) < 54+16:
		return errShort
	}
	format := b[54:]
	codec, known := asfCodecs[binary.LittleEndian.Uint16(format)]
	if !known {
		return nil
	}
	f.audio = true
	f.info.Codec, f.info.Channels = codec, int(binary.LittleEndian.Uint16(format[2:]))
	f.info.SampleRateHz = int(binary.LittleEndian.Uint32(format[4:]))
	if codec.Lossless() {
		f.info.BitDepth = int(binary.LittleEndian.Uint16(format[14:]))
	}
	if f.info.Channels == 0 || f.info.SampleRateHz <= 0 {
		return errors.New("the format of a Windows Media file is invalid")
	}
	return nil
}

// isASF says that a head is that of a Windows Media file.
func isASF(head []byte) bool { return strings.HasPrefix(string(head), asfHeader) }
