package tagging

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// copyStep is how much is copied at once.
const copyStep = 256 << 10

// stubBytes is how much sound a graft gives the library to look at.
const stubBytes = 64 << 10

// maxHead bounds the tags that a graft takes on; larger ones are written in place.
const maxHead = 24 << 20

// Copy fills the empty file to, which lies at path, with the size bytes of from and the
// tags t. path's extension must be that of the real format. Unlike Write it leaves what is
// copied as it is, so nothing is lost when it fails.
//
// MP3 and FLAC have their tags in front of the sound, as have MP4 files that are made for
// streaming. There the sound is put behind a new head: inserting would move the whole file in
// small pieces. The head is NewFront's where it can make one, so that a file comes out the
// same whether it got its tags while it came or afterwards; else the library tags a stub.
func Copy(ctx context.Context, to *os.File, path, ext string, from io.ReaderAt, size int64, t Tags) error {
	start, end, ok := soundIn(ext, from, size)
	if ok {
		if head := frontOf(ext, from, start, size, t); head != nil {
			return putBehind(ctx, to, head, from, start, end)
		}
		return graft(ctx, to, path, from, start, end, t)
	}
	if start, header, ok := mp4Body(from, size); ok && ext == "m4a" {
		return graftMP4(ctx, to, path, from, start, header, size, t)
	}
	if err := copyRange(ctx, to, 0, from, 0, size); err != nil {
		return err
	}
	return Write(path, t)
}

// frontOf is the head that NewFront makes for a file whose sound begins at start, nil when
// it makes none.
func frontOf(ext string, from io.ReaderAt, start, size int64, t Tags) []byte {
	beginning := make([]byte, min(start+leastSound, size))
	if _, err := from.ReadAt(beginning, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil
	}
	f, ok := NewFront(beginning, t)
	if !ok || f.Ext != ext || f.Skip != start {
		return nil
	}
	return f.Head
}

// putBehind writes a head and, behind it, the bytes from start to end.
func putBehind(ctx context.Context, to *os.File, head []byte, from io.ReaderAt, start, end int64) error {
	if _, err := to.WriteAt(head, 0); err != nil {
		return fmt.Errorf("write tagged head: %w", err)
	}
	return copyRange(ctx, to, int64(len(head)), from, start, end)
}

// graft tags the head of a file, with as much of its sound as the library wants to see, and
// puts the sound, the bytes from start to end, behind it.
func graft(ctx context.Context, to *os.File, path string, from io.ReaderAt, start, end int64, t Tags) error {
	stub := min(stubBytes, end-start)
	if err := copyRange(ctx, to, 0, from, 0, start+stub); err != nil {
		return err
	}
	if err := Write(path, t); err != nil {
		return err
	}
	info, err := to.Stat()
	if err != nil {
		return fmt.Errorf("look at tagged head: %w", err)
	}
	head, err := headOf(to, info.Size())
	if err != nil {
		return err
	}
	if !sameBytes(to, head, from, start, min(stub, info.Size()-head)) {
		return errors.New("write tags: the sound behind the tagged head is another")
	}
	if err := to.Truncate(head); err != nil {
		return fmt.Errorf("cut tagged head: %w", err)
	}
	return copyRange(ctx, to, head, from, start, end)
}

// soundIn finds the sound between the tags of an MP3 or FLAC file; ok=false when the file
// is of another format, or not as plain as that.
func soundIn(ext string, r io.ReaderAt, size int64) (start, end int64, ok bool) {
	if ext != "mp3" && ext != "flac" {
		return 0, 0, false
	}
	start, err := headOf(r, size)
	if err != nil || start > maxHead {
		return 0, 0, false
	}
	end = size
	if ext == "mp3" {
		end = tailOf(r, start, size)
	}
	return start, end, end > start
}

// headOf is the length of what stands in front of the sound: an ID3v2 tag, the blocks of
// FLAC.
func headOf(r io.ReaderAt, size int64) (int64, error) {
	var b [10]byte
	at := int64(0)
	for { // some files have several tags
		if _, err := r.ReadAt(b[:], at); err != nil {
			return 0, fmt.Errorf("read head: %w", err)
		}
		if string(b[:3]) != "ID3" {
			break
		}
		at += id3Len(b)
		if at+int64(len(b)) > size {
			return 0, errors.New("read head: nothing is behind the tags")
		}
	}
	if string(b[:4]) != "fLaC" {
		return at, nil
	}
	at += 4
	for last := false; !last; {
		if _, err := r.ReadAt(b[:4], at); err != nil {
			return 0, fmt.Errorf("read head: %w", err)
		}
		last = b[0]&0x80 != 0
		at += 4 + int64(binary.BigEndian.Uint32(b[:4])&0xff_ffff)
	}
	if at >= size {
		return 0, errors.New("read head: nothing is behind the blocks")
	}
	return at, nil
}

// id3Len is the length of an ID3v2 tag by its header, footer included.
func id3Len(b [10]byte) int64 {
	n := int64(b[6]&0x7f)<<21 | int64(b[7]&0x7f)<<14 | int64(b[8]&0x7f)<<7 | int64(b[9]&0x7f)
	if b[5]&0x10 != 0 {
		n += 10
	}
	return n + 10
}

// tailOf is where the tags behind the sound of an MP3 file begin: APEv2, then ID3v1.
func tailOf(r io.ReaderAt, start, size int64) int64 {
	const id3v1, apeFooter = 128, 32
	end := size
	var b [apeFooter]byte
	if end-id3v1 > start {
		if _, err := r.ReadAt(b[:3], end-id3v1); err == nil && string(b[:3]) == "TAG" {
			end -= id3v1
		}
	}
	if end-apeFooter <= start {
		return end
	}
	if _, err := r.ReadAt(b[:], end-apeFooter); err != nil || string(b[:8]) != "APETAGEX" {
		return end
	}
	n := int64(binary.LittleEndian.Uint32(b[12:16]))
	if binary.LittleEndian.Uint32(b[20:24])&(1<<31) != 0 {
		n += apeFooter // it has a header, too
	}
	if n < apeFooter || end-n <= start {
		return end
	}
	return end - n
}

func sameBytes(a io.ReaderAt, atA int64, b io.ReaderAt, atB, n int64) bool {
	one, other := make([]byte, max(n, 0)), make([]byte, max(n, 0))
	if _, err := a.ReadAt(one, atA); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	if _, err := b.ReadAt(other, atB); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	return string(one) == string(other)
}

// copyRange writes the bytes from start to end of from at a place of to.
func copyRange(ctx context.Context, to *os.File, at int64, from io.ReaderAt, start, end int64) error {
	buf := make([]byte, min(copyStep, end-start))
	for start < end {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := from.ReadAt(buf[:min(copyStep, end-start)], start)
		if n == 0 {
			return fmt.Errorf("copy file: %w", cmp.Or(err, io.ErrUnexpectedEOF))
		}
		if _, err := to.WriteAt(buf[:n], at); err != nil {
			return fmt.Errorf("copy file: %w", err)
		}
		start, at = start+int64(n), at+int64(n)
	}
	return nil
}
