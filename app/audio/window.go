package audio

import (
	"errors"
	"io"
)

const (
	// windowBytes bounds the memory of a probe. It holds the biggest unit that is looked
	// at in one piece: an Ogg page (65,307 bytes).
	windowBytes = 256 << 10
	// lookBack is how much of what lies before an offset is loaded with it, so that a
	// parser that peeks ahead (four MPEG frames, 32 KiB at most) and returns does not
	// reload the window each time.
	lookBack = 40 << 10
	// maxUnit is the most that can be asked for in one piece.
	maxUnit = windowBytes - lookBack
)

// errShort says that the file ends before the bytes that a parser asked for.
var errShort = errors.New("the file ends too early")

// window reads a file through one buffer, which suits parsers that mostly go forward.
type window struct {
	r    io.ReaderAt
	size int64
	buf  []byte
	off  int64 // of buf[0] in the file
	n    int   // valid bytes in buf
	err  error // first error of r itself
}

func newWindow(r io.ReaderAt, size int64) *window {
	return &window{r: r, size: size, buf: make([]byte, min(windowBytes, max(size, 0)))}
}

// at gives the n bytes at off, valid until the next call; errShort when the file does
// not hold them.
func (w *window) at(off int64, n int) ([]byte, error) {
	if off < 0 || n < 0 || n > maxUnit || off > w.size-int64(n) {
		return nil, errShort
	}
	if off < w.off || off+int64(n) > w.off+int64(w.n) {
		if err := w.load(off); err != nil {
			return nil, err
		}
		if off+int64(n) > w.off+int64(w.n) {
			return nil, errShort
		}
	}
	i := int(off - w.off)
	return w.buf[i : i+n], nil
}

// upTo gives at most n bytes at off, fewer at the end of the file.
func (w *window) upTo(off int64, n int) []byte {
	if off < 0 || off >= w.size {
		return nil
	}
	b, err := w.at(off, int(min(int64(n), w.size-off, maxUnit)))
	if err != nil {
		return nil
	}
	return b
}

func (w *window) load(off int64) error {
	off = max(0, off-lookBack)
	n, err := w.r.ReadAt(w.buf[:min(int64(len(w.buf)), w.size-off)], off)
	w.off, w.n = off, n
	if err != nil && !errors.Is(err, io.EOF) {
		if w.err == nil {
			w.err = err
		}
		return err
	}
	return nil
}

// copyOf gives a copy of the bytes from..to, past the window.
func (w *window) copyOf(from, to int64) ([]byte, error) {
	b := make([]byte, to-from)
	if n, err := w.r.ReadAt(b, from); n < len(b) {
		if err != nil && !errors.Is(err, io.EOF) && w.err == nil {
			w.err = err
		}
		return nil, errShort
	}
	return b, nil
}

func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }
