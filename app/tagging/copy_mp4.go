package tagging

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// mp4Body finds where the sound begins in an MP4 file whose tables stand in front of it, as
// files made for streaming have them: there the library would move all the sound. ok=false
// when the file is not as plain as that.
func mp4Body(r io.ReaderAt, size int64) (start, header int64, ok bool) {
	const maxBoxes = 64
	tables := false
	for at, n := int64(0), 0; at < size && n < maxBoxes; n++ {
		kind, head, length := mp4Box(r, at, size)
		switch kind {
		case "moov":
			tables = true
		case "mdat":
			// Behind the sound nothing but padding may stand.
			return at, head, tables && at <= maxHead && onlyPadding(r, at+length, size)
		case "ftyp", "free", "skip", "wide":
		default:
			return 0, 0, false
		}
		at += length
	}
	return 0, 0, false
}

func onlyPadding(r io.ReaderAt, at, size int64) bool {
	for at < size {
		kind, _, length := mp4Box(r, at, size)
		if kind != "free" && kind != "skip" {
			return false
		}
		at += length
	}
	return at == size
}

// mp4Box reads the head of the box at a place; kind "" = there is none that makes sense.
func mp4Box(r io.ReaderAt, at, size int64) (kind string, head, length int64) {
	var b [16]byte
	if n, _ := r.ReadAt(b[:], at); n < 8 {
		return "", 0, 0
	}
	head, length = 8, int64(binary.BigEndian.Uint32(b[:4]))
	switch length {
	case 0: // to the end of the file
		length = size - at
	case 1:
		head, length = 16, int64(binary.BigEndian.Uint64(b[8:]))
	}
	if length < head || length > size-at {
		return "", 0, 0
	}
	return string(b[4:8]), head, length
}

// graftMP4 lets the library tag a file that ends soon after its sound began, which also
// corrects the places in its tables, and puts the sound from start on behind its head.
func graftMP4(ctx context.Context, to *os.File, path string, from io.ReaderAt, start, header, size int64, t Tags) error {
	stub := min(header+stubBytes, size-start)
	if err := copyRange(ctx, to, 0, from, 0, start+stub); err != nil {
		return err
	}
	if err := shortenBox(to, start, header, stub); err != nil {
		return err
	}
	if err := Write(path, t); err != nil {
		return err
	}
	info, err := to.Stat()
	if err != nil {
		return fmt.Errorf("look at tagged head: %w", err)
	}
	head, _, ok := mp4Body(to, info.Size())
	if !ok || info.Size()-head != stub || !sameBytes(to, head+header, from, start+header, stub-header) {
		return errors.New("write tags: the sound behind the tagged head is another")
	}
	if err := to.Truncate(head); err != nil {
		return fmt.Errorf("cut tagged head: %w", err)
	}
	return copyRange(ctx, to, head, from, start, size)
}

// shortenBox says that the box at a place is of so many bytes.
func shortenBox(f *os.File, at, header, length int64) error {
	b := binary.BigEndian.AppendUint32(nil, uint32(length))
	if header == 16 {
		b, at = binary.BigEndian.AppendUint64(nil, uint64(length)), at+8
	}
	if _, err := f.WriteAt(b, at); err != nil {
		return fmt.Errorf("cut copy: %w", err)
	}
	return nil
}
