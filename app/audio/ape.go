package audio

import (
	"encoding/binary"
	"errors"
)

// apeHeader is what a Monkey's Audio file says of itself.
type apeHeader struct {
	rate, channels, depth                 int
	frames, blocksPerFrame, finalBlocks   uint64
	dataStart, dataBytes, terminatorBytes int64
	seekAt, seekBytes                     int64
}

// apeNewFormat is the version (in thousandths) from which on the file begins with a
// descriptor.
const apeNewFormat = 3980

// probeAPE reads the header. The sound itself is range-coded and not looked at, so that
// only a file that was cut shows.
func probeAPE(w *window, start int64) (Info, error) {
	b, err := w.at(start, 8)
	if err != nil {
		return Info{}, err
	}
	var h apeHeader
	version := binary.LittleEndian.Uint16(b[4:])
	if version >= apeNewFormat {
		h, err = apeDescriptor(w, start)
	} else {
		h, err = apeOldHeader(w, start, version)
	}
	if err != nil {
		return Info{}, err
	}
	if h.rate <= 0 || h.channels < 1 || h.channels > 32 || h.frames == 0 || h.frames > 1<<32 || h.blocksPerFrame > 1<<24 {
		return Info{}, errors.New("the header of a Monkey's Audio file is invalid")
	}
	i := Info{Container: ContainerAPE, Codec: CodecAPE, Ext: "ape", SampleRateHz: h.rate, Channels: h.channels, BitDepth: h.depth}
	i.DurationMS = millis((h.frames-1)*h.blocksPerFrame+h.finalBlocks, h.rate)
	end := audioEnd(w, start)
	switch {
	case h.dataBytes > 0:
		if h.dataStart+h.dataBytes+h.terminatorBytes > end {
			i.Damage = DamageCut
		}
	case h.lastFrame(w, start) >= end:
		i.Damage = DamageCut
	}
	if i.Damage == DamageNone && (!h.seekable(w, start, end) || hasHole(w, h.dataStart, end)) {
		i.Damage = DamageInside
	}
	i.BitrateBPS = meanBitrate(min(end, h.dataStart+max(h.dataBytes, end-h.dataStart))-h.dataStart, i.DurationMS)
	return i, nil
}

// apeDescriptor reads the two blocks that newer files begin with.
func apeDescriptor(w *window, start int64) (apeHeader, error) {
	d, err := w.at(start, 52)
	if err != nil {
		return apeHeader{}, err
	}
	u32 := func(at int) int64 { return int64(binary.LittleEndian.Uint32(d[at:])) }
	descriptor, header, seek, wav := u32(8), u32(12), u32(16), u32(20)
	h := apeHeader{dataBytes: u32(24) | u32(28)<<32, terminatorBytes: u32(32), seekAt: start + descriptor + header, seekBytes: seek}
	h.dataStart = h.seekAt + seek + wav
	if descriptor < 52 || header < 24 || h.dataBytes < 0 || h.dataBytes > 1<<50 {
		return apeHeader{}, errors.New("the descriptor of a Monkey's Audio file is invalid")
	}
	b, err := w.at(start+descriptor, 24)
	if err != nil {
		return apeHeader{}, err
	}
	h.blocksPerFrame, h.finalBlocks = uint64(binary.LittleEndian.Uint32(b[4:])), uint64(binary.LittleEndian.Uint32(b[8:]))
	h.frames = uint64(binary.LittleEndian.Uint32(b[12:]))
	h.depth, h.channels = int(binary.LittleEndian.Uint16(b[16:])), int(binary.LittleEndian.Uint16(b[18:]))
	h.rate = int(binary.LittleEndian.Uint32(b[20:]))
	return h, nil
}

// Flags of the older header.
const (
	ape8Bit         = 1 << 0
	apeHasPeak      = 1 << 2
	ape24Bit        = 1 << 3
	apeHasSeekCount = 1 << 4
	apeNoWAVHeader  = 1 << 5
)

// apeOldHeader reads the one block that files before version 3.98 begin with. It does
// not tell how long the data is.
func apeOldHeader(w *window, start int64, version uint16) (apeHeader, error) {
	b, err := w.at(start, 40)
	if err != nil {
		return apeHeader{}, err
	}
	compression, flags := binary.LittleEndian.Uint16(b[6:]), binary.LittleEndian.Uint16(b[8:])
	h := apeHeader{
		channels: int(binary.LittleEndian.Uint16(b[10:])), rate: int(binary.LittleEndian.Uint32(b[12:])), depth: 16,
		frames: uint64(binary.LittleEndian.Uint32(b[24:])), finalBlocks: uint64(binary.LittleEndian.Uint32(b[28:])),
	}
	switch {
	case flags&ape8Bit != 0:
		h.depth = 8
	case flags&ape24Bit != 0:
		h.depth = 24
	}
	switch {
	case version >= 3950:
		h.blocksPerFrame = 73728 * 4
	case version >= 3900, version >= 3800 && compression >= 4000:
		h.blocksPerFrame = 73728
	default:
		h.blocksPerFrame = 9216
	}
	h.seekAt = start + 32
	if flags&apeHasPeak != 0 {
		h.seekAt += 4
	}
	seeks := int64(h.frames)
	if flags&apeHasSeekCount != 0 {
		c := w.upTo(h.seekAt, 4)
		if len(c) < 4 {
			return apeHeader{}, errShort
		}
		seeks = int64(binary.LittleEndian.Uint32(c))
		h.seekAt += 4
	}
	if flags&apeNoWAVHeader == 0 { // the WAV header stands before the seek table
		h.seekAt += int64(binary.LittleEndian.Uint32(b[16:]))
	}
	h.seekBytes = seeks * 4
	h.dataStart = h.seekAt + h.seekBytes
	return h, nil
}

// lastFrame is the offset of the last frame by the seek table, 0 when that cannot be
// read.
func (h apeHeader) lastFrame(w *window, start int64) int64 {
	n := min(int64(h.frames), h.seekBytes/4)
	if n == 0 {
		return 0
	}
	b := w.upTo(h.seekAt+(n-1)*4, 4)
	if len(b) < 4 {
		return w.size // the table itself is not all there
	}
	return start + int64(binary.LittleEndian.Uint32(b))
}

// seekable says that the seek table has an ascending offset inside the file for each frame,
// and that nothing but an end follows the data: a false number of frames shows here.
func (h apeHeader) seekable(w *window, start, end int64) bool {
	if int64(h.frames) > h.seekBytes/4 {
		return false
	}
	table := cursor{w: w, table: mp4Table{off: h.seekAt, entries: int64(h.frames), width: 4}}
	last := int64(-1)
	for range h.frames {
		entry, ok := table.next()
		if !ok {
			return false
		}
		off := start + int64(binary.LittleEndian.Uint32(entry))
		if off <= last && w.size < 1<<32 { // offsets of bigger files begin again at 0
			return false
		}
		last = off
	}
	return last < end && (h.dataBytes == 0 || !hasPrefix(w.upTo(h.dataStart+h.dataBytes+h.terminatorBytes, 4), "MAC "))
}
