package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// box is one MP4 box (ISO/IEC 14496-12, section 4.2).
type box struct {
	kind       string
	start, end int64 // of its content
	whole      bool  // its content is all there
}

// boxes calls fn for each box between off and end. A box that claims more than there
// is, is handed over cut, and is the last.
func boxes(w *window, off, end int64, fn func(box) error) error {
	for n := 0; off+8 <= end; n++ {
		if n >= maxChunks {
			return errors.New("MP4 file of boxes without end")
		}
		h, err := w.at(off, 8)
		if err != nil {
			return err
		}
		size, kind, head := int64(binary.BigEndian.Uint32(h)), string(h[4:8]), int64(8)
		switch size {
		case 0: // to the end of the file
			size = end - off
		case 1:
			l, err := w.at(off+8, 8)
			if err != nil {
				return err
			}
			size, head = int64(binary.BigEndian.Uint64(l)), 16
		}
		if size < head {
			return fmt.Errorf("MP4 box %q has an impossible size", kind)
		}
		b := box{kind: kind, start: off + head, end: off + size, whole: size <= end-off}
		if !b.whole {
			b.end = end
		}
		if err := fn(b); err != nil {
			return err
		}
		if !b.whole {
			return nil
		}
		off += size
	}
	return nil
}

// mp4File is what a walk over the boxes gathers.
type mp4File struct {
	w         *window
	cut       bool
	moov      bool
	twice     bool // a second index: another file is glued to this one
	fragments bool
	audio     *mp4Track
	video     bool
	mediaSize int64 // of all media boxes
}

// mp4Track is one track of sound.
type mp4Track struct {
	handler   string
	timescale int
	duration  uint64
	info      Info
	known     bool // the codec is one of ours
	coding    mp4Coding
	tables    mp4Tables
}

// probeMP4 reads the boxes; look tells what the samples of the track are.
func probeMP4(w *window, start int64, look func(*mp4Track, *window) mp4Samples) (Info, error) {
	f := &mp4File{w: w}
	if err := boxes(w, start, w.size, f.top); err != nil {
		return Info{}, err
	}
	switch {
	case f.video:
		return Info{}, notAudio("an MP4 video")
	case f.audio == nil && f.cut:
		return Info{}, errShort // the index, at the end of the file, did not arrive
	case f.audio == nil:
		return Info{}, notAudio("an MP4 file without sound")
	case !f.audio.known:
		return Info{}, notAudio("an MP4 file of an unusual coding, which cannot be verified here")
	case f.fragments || f.audio.timescale == 0 || f.audio.duration == 0:
		return Info{}, notAudio("a fragmented MP4 stream, which cannot be verified here")
	case f.audio.coding.rate <= 0:
		return Info{}, errors.New("MP4 sound description is invalid")
	}
	return f.info(look(f.audio, w)), nil
}

// info judges what the walk over all samples found beside what the headers say. A length
// that the samples do not bear out is a lie: theirs is told.
func (f *mp4File) info(found mp4Samples) Info {
	t := f.audio
	i := t.info
	i.Container, i.Ext = ContainerMP4, "m4a"
	i.DurationMS = millis(t.duration, t.timescale)
	there := millis(found.coded, t.coding.rate)
	i.BitrateBPS = meanBitrate(found.bytes, there)
	switch {
	case f.cut || found.outside || found.bytes > f.mediaSize:
		i.Damage = DamageCut
	case f.twice || found.broken():
		i.Damage = DamageInside
	}
	if off := i.DurationMS - there; off > lengthSlack(there) || off < -lengthSlack(there) {
		i.DurationMS, i.Damage = there, orDamage(i.Damage, DamageInside)
	}
	return i
}

func (f *mp4File) top(b box) error {
	f.cut = f.cut || !b.whole
	switch b.kind {
	case "moov":
		if !b.whole {
			return errShort
		}
		f.twice = f.twice || f.moov
		f.moov = true
		return boxes(f.w, b.start, b.end, f.inMoov)
	case "moof":
		f.fragments = true
	case "mdat":
		f.mediaSize += b.end - b.start
	}
	return nil
}

func (f *mp4File) inMoov(b box) error {
	if b.kind != "trak" {
		return nil
	}
	t := &mp4Track{}
	if err := f.track(b, t, 1); err != nil {
		return err
	}
	switch {
	case t.handler == "vide" && !t.known:
		f.video = true
	case t.handler == "soun" && f.audio == nil:
		f.audio = t
	}
	return nil
}

// maxDepth bounds the nesting of a hostile file; trak/mdia/minf/stbl are four.
const maxDepth = 6

// track walks down the nested boxes that describe a track.
func (f *mp4File) track(parent box, t *mp4Track, depth int) error {
	if depth > maxDepth {
		return errors.New("MP4 boxes are nested too deep")
	}
	return boxes(f.w, parent.start, parent.end, func(b box) error {
		switch b.kind {
		case "mdia", "minf", "stbl":
			return f.track(b, t, depth+1)
		case "mdhd":
			return t.mediaHeader(f.w.upTo(b.start, int(min(b.end-b.start, 32))))
		case "hdlr":
			if h := f.w.upTo(b.start, 12); len(h) == 12 {
				t.handler = string(h[8:12])
			}
		case "stsd":
			return t.sampleDescription(f.w, b)
		default:
			return t.tables.note(f.w, b)
		}
		return nil
	})
}

func (t *mp4Track) mediaHeader(b []byte) error {
	switch {
	case len(b) >= 20 && b[0] == 0:
		t.timescale, t.duration = int(binary.BigEndian.Uint32(b[12:])), uint64(binary.BigEndian.Uint32(b[16:]))
	case len(b) >= 32 && b[0] == 1:
		t.timescale, t.duration = int(binary.BigEndian.Uint32(b[20:])), binary.BigEndian.Uint64(b[24:])
	default:
		return errors.New("MP4 media header is invalid")
	}
	return nil
}
