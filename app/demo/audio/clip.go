package audio

import (
	"errors"
	"io"
	"sort"
)

// Clip reads one file. It makes each cell when it is read; a Clip is for one reader.
type Clip struct {
	head []byte
	// ends[i] is where cell i ends, counted from the end of head.
	ends []int64
	cell func(i int) []byte
	pos  int64
}

func newClip(head []byte, cells int, size func(i int) int, cell func(i int) []byte) *Clip {
	c := &Clip{head: head, ends: make([]int64, cells), cell: cell}
	var end int64
	for i := range c.ends {
		end += int64(size(i))
		c.ends[i] = end
	}
	return c
}

// Size is the file's length in bytes.
func (c *Clip) Size() int64 {
	return int64(len(c.head)) + c.ends[len(c.ends)-1]
}

// Read implements io.Reader.
func (c *Clip) Read(p []byte) (int, error) {
	if c.pos >= c.Size() {
		return 0, io.EOF
	}
	var n int
	for n < len(p) && c.pos < c.Size() {
		k := copy(p[n:], c.rest())
		n += k
		c.pos += int64(k)
	}
	return n, nil
}

// rest is what is left of the part that pos lies in.
func (c *Clip) rest() []byte {
	at := c.pos - int64(len(c.head))
	if at < 0 {
		return c.head[c.pos:]
	}
	i := sort.Search(len(c.ends), func(i int) bool { return c.ends[i] > at })
	var start int64
	if i > 0 {
		start = c.ends[i-1]
	}
	return c.cell(i)[at-start:]
}

// Seek implements io.Seeker.
func (c *Clip) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += c.pos
	case io.SeekEnd:
		offset += c.Size()
	}
	if offset < 0 {
		return 0, errors.New("seek in clip: before its start")
	}
	c.pos = offset
	return offset, nil
}
