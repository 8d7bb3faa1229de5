package audio

import (
	"encoding/binary"
	"errors"
)

// mp4Table is one table of a sample table box: so many entries of one width.
type mp4Table struct {
	off     int64 // of the first entry
	entries int64
	width   int64
}

// mp4Tables says where the samples of a track lie (ISO/IEC 14496-12, sections 8.7.3 to
// 8.7.5). Counts are clipped to what their boxes hold, so that a false one costs nothing.
type mp4Tables struct {
	sizes      mp4Table
	sameSize   int64 // of all samples, 0 = each its own
	samples    int64
	chunkSizes mp4Table // runs of chunks: first chunk, samples in each, description
	chunks     mp4Table // offsets
}

func (m *mp4Tables) note(w *window, b box) (err error) {
	switch b.kind {
	case "stsz":
		h, err := w.at(b.start, 12)
		if err != nil {
			return err
		}
		m.sameSize = int64(binary.BigEndian.Uint32(h[4:]))
		m.samples = int64(binary.BigEndian.Uint32(h[8:]))
		if m.sameSize == 0 {
			m.sizes, err = tableAt(w, b, 8, 4)
			m.samples = m.sizes.entries
		}
		return err
	case "stz2":
		return errors.New("MP4 sample sizes of less than 32 bits are not read")
	case "stsc":
		m.chunkSizes, err = tableAt(w, b, 4, 12)
	case "stco":
		m.chunks, err = tableAt(w, b, 4, 4)
	case "co64":
		m.chunks, err = tableAt(w, b, 4, 8)
	}
	return err
}

// tableAt reads the count at countAt inside a box.
func tableAt(w *window, b box, countAt, width int64) (mp4Table, error) {
	c, err := w.at(b.start+countAt, 4)
	if err != nil {
		return mp4Table{}, err
	}
	first := b.start + countAt + 4
	n := min(int64(binary.BigEndian.Uint32(c)), max(0, b.end-first)/width)
	return mp4Table{off: first, entries: n, width: width}, nil
}

// cursorBytes is what a cursor reads at once.
const cursorBytes = 4 << 10

// cursor reads a table from its beginning, past the window that reads the media.
type cursor struct {
	w     *window
	table mp4Table
	buf   []byte
}

// next gives the next entry, valid until the next call; false at the end of the table.
func (c *cursor) next() ([]byte, bool) {
	width := int(c.table.width)
	if c.table.entries <= 0 {
		return nil, false
	}
	if len(c.buf) < width {
		n := min(int64(cursorBytes/width), c.table.entries) * c.table.width
		b, err := c.w.copyOf(c.table.off, c.table.off+n)
		if err != nil {
			return nil, false
		}
		c.buf = b
	}
	entry := c.buf[:width]
	c.buf = c.buf[width:]
	c.table.off += c.table.width
	c.table.entries--
	return entry, true
}

// chunkRuns tells how many samples the chunks have, one after the other.
type chunkRuns struct {
	table    cursor
	per      int64 // in the current run
	from, to int64 // of the current run; to is the first chunk of the next, 0 = there is none
	upcoming int64
}

// samplesOf gives the samples of a chunk, counted from 1; 0 when the table makes no sense.
func (r *chunkRuns) samplesOf(chunk int64) int64 {
	for chunk == 1 && r.from == 0 || r.to == chunk {
		if r.from == 0 && !r.read() || r.to != chunk {
			return 0
		}
		r.from, r.per = chunk, r.upcoming
		if !r.read() {
			r.to = 0
		} else if r.to <= chunk {
			return 0
		}
	}
	return r.per
}

func (r *chunkRuns) read() bool {
	run, ok := r.table.next()
	if ok {
		r.to, r.upcoming = int64(binary.BigEndian.Uint32(run)), int64(binary.BigEndian.Uint32(run[4:]))
	}
	return ok
}

// each calls fn with the place of each sample, in the order of the chunks, until fn says
// false. It gives false when the tables end before all samples are placed.
func (m *mp4Tables) each(w *window, fn func(off, size int64) bool) bool {
	sizes, chunks := cursor{w: w, table: m.sizes}, cursor{w: w, table: m.chunks}
	runs := chunkRuns{table: cursor{w: w, table: m.chunkSizes}}
	for chunk, left := int64(1), m.samples; left > 0; chunk++ {
		off, ok := chunkOffset(&chunks)
		n := runs.samplesOf(chunk)
		if !ok || n == 0 {
			return false
		}
		for range min(n, left) {
			size := m.sameSize
			if size == 0 {
				entry, ok := sizes.next()
				if !ok {
					return false
				}
				size = int64(binary.BigEndian.Uint32(entry))
			}
			if !fn(off, size) {
				return true
			}
			off += size
			left--
		}
	}
	return true
}

func chunkOffset(c *cursor) (int64, bool) {
	entry, ok := c.next()
	switch {
	case !ok:
		return 0, false
	case len(entry) == 4:
		return int64(binary.BigEndian.Uint32(entry)), true
	}
	return int64(min(binary.BigEndian.Uint64(entry), 1<<62)), true
}
