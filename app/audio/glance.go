package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// Glance tells what a file claims to be by its head and its end alone, for lists of many
// files. It is Probe without the proof: a damaged file is not noticed, and the length of
// an MP3 that does not tell it is estimated. Errors are those of Probe.
func Glance(r io.ReaderAt, size int64) (Info, error) {
	return read(r, size, glance)
}

// glance picks the parser by content. WAV tells all in its head, MP4 in its tables.
func glance(w *window) (Info, error) {
	start, err := skipID3v2(w, 0)
	if err != nil {
		return Info{}, err
	}
	head := w.upTo(start, 64)
	switch {
	case hasPrefix(head, "fLaC"):
		return glanceFLAC(w, start)
	case hasPrefix(head, "OggS"):
		return glanceOgg(w, start)
	case hasPrefix(head, "RIFF"):
		return probe(w)
	case len(head) >= 8 && string(head[4:8]) == "ftyp":
		return probeMP4(w, start, (*mp4Track).believe)
	}
	if err := recognise(w, head); err != nil {
		return Info{}, err
	}
	return glanceMPEG(w, start)
}

func glanceFLAC(w *window, start int64) (Info, error) {
	b, err := w.at(start+4, 4+34)
	if err != nil {
		return Info{}, err
	}
	if b[0]&0x7f != 0 {
		return Info{}, errors.New("FLAC stream information is not first")
	}
	s, err := parseStreamInfo(b[4:])
	if err != nil {
		return Info{}, err
	}
	i := Info{Container: ContainerFLAC, Codec: CodecFLAC, Ext: "flac", SampleRateHz: s.rate, BitDepth: s.depth, Channels: s.channels}
	i.DurationMS = millis(s.samples, s.rate)
	i.BitrateBPS = meanBitrate(w.size-start, i.DurationMS)
	return i, nil
}

// glanceOgg reads the length off the last page.
func glanceOgg(w *window, start int64) (Info, error) {
	_, i, skip, err := firstOggPage(w, start)
	if err != nil {
		return Info{}, err
	}
	end := audioEnd(w, start)
	rate := i.SampleRateHz
	if i.Codec == CodecOpus {
		rate = 48_000
	}
	i.DurationMS = millis(uint64(max(0, lastGranule(w, start, end)-skip)), rate)
	i.BitrateBPS = meanBitrate(end-start, i.DurationMS)
	return i, nil
}

// lastGranule is the position that the last page tells, 0 when none does.
func lastGranule(w *window, start, end int64) int64 {
	const biggestPage = 65_307
	tail, err := w.copyOf(max(start, end-2*biggestPage), end)
	if err != nil {
		return 0
	}
	for i := len(tail); i > 0; {
		if i = bytes.LastIndex(tail[:i], []byte("OggS")); i < 0 {
			break
		}
		if len(tail)-i < 14 {
			continue
		}
		if granule := int64(binary.LittleEndian.Uint64(tail[i+6:])); granule > 0 {
			return granule
		}
	}
	return 0
}

// glanceMPEG believes the encoder's block, else takes the first frame's rate for all.
func glanceMPEG(w *window, start int64) (Info, error) {
	m := &mpegWalk{w: w, end: audioEnd(w, start)}
	off, ok := m.findFrame(start, leadLimit)
	if !ok {
		return Info{}, answer("data of an unknown kind")
	}
	off = m.takeInfoFrame(off)
	i := m.first.info()
	frames := m.announced
	if frames <= 0 {
		frames = (m.end - off) / int64(m.first.size)
	}
	i.DurationMS = millis(uint64(max(frames, 0))*uint64(m.first.samples), m.first.rate)
	i.BitrateBPS = meanBitrate(m.end-off, i.DurationMS)
	return i, nil
}
