package audio

import (
	"encoding/binary"
	"errors"
)

// maxChunks bounds the walk over a hostile file's chunks, boxes and blocks.
const maxChunks = 10_000

// probeWAV walks the RIFF chunks to "fmt " and "data".
func probeWAV(w *window, start int64) (Info, error) {
	i := Info{Container: ContainerWAV, Codec: CodecPCM, Ext: "wav"}
	off := start + 12
	var byteRate int64
	for range maxChunks {
		h, err := w.at(off, 8)
		if err != nil {
			return Info{}, errors.New("RIFF file without sound data")
		}
		id, size := string(h[:4]), int64(binary.LittleEndian.Uint32(h[4:]))
		off += 8
		switch id {
		case "fmt ":
			if byteRate, err = i.waveFormat(w.upTo(off, 26)); err != nil {
				return Info{}, err
			}
		case "data":
			if byteRate == 0 {
				return Info{}, errors.New("RIFF file without a format")
			}
			i.waveData(size, w.size-off, byteRate)
			return i, i.waveSound(w, off, min(size, w.size-off))
		}
		off += size + size&1
	}
	return Info{}, errors.New("RIFF file of chunks without end")
}

// waveFormat reads the "fmt " chunk and gives bytes per second.
func (i *Info) waveFormat(b []byte) (byteRate int64, err error) {
	if len(b) < 16 {
		return 0, errShort
	}
	tag := binary.LittleEndian.Uint16(b)
	if tag == 0xfffe && len(b) >= 26 { // extensible: the true tag begins the GUID
		tag = binary.LittleEndian.Uint16(b[24:])
	}
	i.Channels = int(binary.LittleEndian.Uint16(b[2:]))
	i.SampleRateHz = int(binary.LittleEndian.Uint32(b[4:]))
	i.BitDepth = int(binary.LittleEndian.Uint16(b[14:]))
	switch tag {
	case 1, 3: // integer and float samples
		byteRate = int64(i.SampleRateHz) * int64(i.Channels) * int64((i.BitDepth+7)/8)
		if told := int64(binary.LittleEndian.Uint32(b[8:])); told != byteRate {
			return 0, errors.New("WAV format contradicts itself")
		}
	case 0x55:
		i.Codec, i.BitDepth = CodecMP3, 0
		byteRate = int64(binary.LittleEndian.Uint32(b[8:]))
	default:
		return 0, notAudio("a WAV file of an unusual coding, which cannot be verified here")
	}
	if byteRate == 0 {
		return 0, errors.New("WAV format is invalid")
	}
	return byteRate, nil
}

// waveData fills in length and bitrate. Recorders that could not seek back leave the
// size at 0 or the maximum; then all that follows is sound.
func (i *Info) waveData(claimed, there, byteRate int64) {
	if claimed == 0 || claimed >= 0xffffffff-1 {
		claimed = there
	}
	if claimed > there {
		i.Damage = DamageCut
	}
	i.BitrateBPS = byteRate * 8
	i.DurationMS = int64(float64(claimed) * 1000 / float64(byteRate))
}

// waveSound looks at the sound itself. Any bytes are samples, so that no more shows than
// MP3 in place of them, a place that was set aside and never written, and a file glued to
// this one.
func (i *Info) waveSound(w *window, off, n int64) error {
	if hasPrefix(w.upTo(off+n+n&1, 4), "RIFF") {
		i.Damage = orDamage(i.Damage, DamageInside)
	}
	if i.Codec == CodecMP3 {
		return i.waveMP3(w, off, off+n)
	}
	if n >= minHole && allZero(w, off+n/2, n-n/2) {
		i.Damage = orDamage(i.Damage, DamageInside)
	}
	return nil
}

// waveMP3 tells what the MP3 frames say, in place of the header.
func (i *Info) waveMP3(w *window, start, end int64) error {
	m := &mpegWalk{w: w, end: end}
	mp3, err := m.probe(start)
	if err != nil {
		return err
	}
	mp3.Container, mp3.Ext, mp3.Damage = ContainerWAV, "wav", orDamage(i.Damage, mp3.Damage)
	*i = mp3
	return nil
}
