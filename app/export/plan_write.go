package export

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"catalogsync/models"
)

// blockBytes is the size of one write: large blocks halve the cost of a byte, and it
// bounds what one download holds in memory.
const blockBytes = 256 << 10

var blocks = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, blockBytes) }}

// WriteRange writes length bytes of the archive from offset on. It stops with ctx's
// error when ctx ends, and with a models.CodeExportChanged error when a file is no longer
// what the plan was made from; what was written so far is right, but not complete.
func (p *Plan) WriteRange(ctx context.Context, w io.Writer, offset, length int64) error {
	if offset < 0 || length < 0 || offset > p.Size()-length {
		return fmt.Errorf("write export: range %d+%d lies outside of %d bytes", offset, length, p.Size())
	}
	block := blocks.Get().(*bufio.Writer)
	// Hidden behind a plain Writer: a destination that reads by itself would do so in
	// blocks of its own size.
	block.Reset(struct{ io.Writer }{w})
	defer func() {
		block.Reset(nil)
		blocks.Put(block)
	}()
	c := &cursor{ctx: ctx, out: block, at: offset, end: offset + length}
	if err := p.write(c); err != nil {
		return err
	}
	return block.Flush()
}

func (p *Plan) write(c *cursor) error {
	var scratch [512]byte // longer headers grow a slice of their own
	for i := p.entryAt(c.at); i < len(p.entries) && !c.done(); i++ {
		e := &p.entries[i]
		if err := c.bytes(e.headerAt, e.appendLocal(scratch[:0])); err != nil {
			return err
		}
		if err := c.data(e); err != nil {
			return err
		}
	}
	for i := p.recordAt(c.at); i < len(p.entries) && !c.done(); i++ {
		e := &p.entries[i]
		if err := c.bytes(e.recordAt, e.appendRecord(scratch[:0])); err != nil {
			return err
		}
	}
	return c.bytes(p.endAt, p.end)
}

// cursor writes the part of the archive between at and end; the pieces are handed to it
// in order, each with its place.
type cursor struct {
	ctx     context.Context
	out     *bufio.Writer
	at, end int64
}

func (c *cursor) done() bool { return c.at >= c.end }

// cut is the part of a piece of size bytes at start that is to be written next.
func (c *cursor) cut(start, size int64) (from, n int64) {
	from = c.at - start
	return from, min(size, c.end-start) - from
}

// bytes writes the wanted part of b, which lies at start.
func (c *cursor) bytes(start int64, b []byte) error {
	from, n := c.cut(start, int64(len(b)))
	if n <= 0 {
		return nil
	}
	if err := c.ctx.Err(); err != nil {
		return err
	}
	_, err := c.out.Write(b[from : from+n])
	c.at += n
	return err
}

// data writes the wanted part of e's data.
func (c *cursor) data(e *entry) error {
	if e.root == "" {
		return c.bytes(e.dataAt(), e.text)
	}
	from, n := c.cut(e.dataAt(), e.size)
	if n <= 0 {
		return nil
	}
	if e.sidecar {
		text, err := e.readWhole()
		if err != nil {
			return changed(e.name, err)
		}
		return c.bytes(e.dataAt(), text)
	}
	f, err := os.OpenInRoot(e.root, filepath.FromSlash(e.locator))
	if err != nil {
		return changed(e.name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() != e.size || e.dated() && info.ModTime().Sub(e.modTime).Abs().Milliseconds() > modTimeSlackMS {
		return changed(e.name, err)
	}
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return changed(e.name, err)
	}
	written, err := c.out.ReadFrom(&source{ctx: c.ctx, file: f, left: n})
	c.at += written
	if err == nil && written < n {
		return changed(e.name, io.ErrUnexpectedEOF)
	}
	return err
}

// dated says that the library knows when the file was written.
func (e *entry) dated() bool { return e.modTime.UnixMilli() != 0 && !e.modTime.IsZero() }

// source reads left bytes of a file until its context ends. It is a plain Reader on
// purpose: the block is filled straight from the file.
type source struct {
	ctx  context.Context
	file *os.File
	left int64
}

func (s *source) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	if s.left <= 0 {
		return 0, io.EOF
	}
	n, err := s.file.Read(b[:min(int64(len(b)), s.left)])
	s.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, fmt.Errorf("read %s: %w", s.file.Name(), err)
	}
	return n, err
}

// changed is the error of a file that was right when the plan was made.
func changed(name string, cause error) error {
	return models.NewError(models.ClassConflict, models.CodeExportChanged,
		"%s changed while it was being exported; start the download again", name).WithCause(cause)
}
