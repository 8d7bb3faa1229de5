package audio

import "bytes"

// flacHeaderBytes is the most that a frame header has.
const flacHeaderBytes = 16

// flacIntact checks every frame from start to end: each begins where the one before ends,
// by its checksum, and continues its count of samples.
func flacIntact(w *window, s streamInfo, start, end int64) bool {
	frame, ok := parseFlacFrame(w.upTo(start, flacHeaderBytes), s)
	if !ok {
		return false
	}
	var sum uint16 // of the frame up to off
	for off, search := start, start+1; ; {
		next, found := findFlacFrame(w, s, search, end, frame.sample+uint64(frame.block))
		if !found {
			next = end
		}
		for off < next {
			b := w.upTo(off, int(min(next-off, maxUnit)))
			if len(b) == 0 {
				return false
			}
			sum = flacCRC16(sum, b)
			off += int64(len(b))
		}
		if !found {
			return sum == 0
		}
		if sum == 0 {
			frame, _ = parseFlacFrame(w.upTo(next, flacHeaderBytes), s)
		} // else the header stands inside the frame by chance, and the search goes on
		search = next + 1
	}
}

// findFlacFrame looks for a frame header that counts from sample.
func findFlacFrame(w *window, s streamInfo, off, end int64, sample uint64) (int64, bool) {
	for off < end {
		b := w.upTo(off, int(min(end-off, 4096)))
		if len(b) == 0 {
			return 0, false
		}
		i := bytes.IndexByte(b, 0xff)
		if i < 0 {
			off += int64(len(b))
			continue
		}
		off += int64(i)
		if f, ok := parseFlacFrame(w.upTo(off, int(min(end-off, flacHeaderBytes))), s); ok && f.sample == sample {
			return off, true
		}
		off++
	}
	return 0, false
}
