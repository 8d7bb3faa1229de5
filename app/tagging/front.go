package tagging

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
)

// Front is what stands in front of a song's sound when it has its tags, known from the
// file's beginning alone: who writes it first and the sound behind it has the tagged file
// without a copy.
type Front struct {
	// Ext is the real format, mp3 or flac.
	Ext string
	// Head takes the place of the first Skip bytes of the file.
	Head []byte
	Skip int64
}

// leastSound is how much sound the library must have to look at, some frames.
const leastSound = 4 << 10

// FrontExt says by the beginning of a file whether, and as what, NewFront can tag it; "" =
// it cannot.
func FrontExt(beginning []byte) string {
	start, err := headOf(bytes.NewReader(beginning), int64(len(beginning)))
	if err != nil || start+leastSound > int64(len(beginning)) {
		return ""
	}
	if skipped := beginning[:start]; bytes.HasPrefix(skipped, []byte("fLaC")) {
		return "flac"
	}
	// A frame of MPEG layer III, behind a tag or bare.
	if b := beginning[start:]; b[0] == 0xff && b[1]&0xe6 == 0xe2 {
		return "mp3"
	}
	return ""
}

// NewFront makes the front of a file that begins so and is of the format that FrontExt
// told. The library works on the empty file stub, which lies at path and has that
// extension; its content is of no use afterwards.
func NewFront(ctx context.Context, stub *os.File, path, ext string, beginning []byte, t Tags) (Front, error) {
	from, size := bytes.NewReader(beginning), int64(len(beginning))
	start, err := headOf(from, size)
	if err != nil {
		return Front{}, err
	}
	n, err := tagStub(ctx, stub, path, from, start, size, t)
	if err != nil {
		return Front{}, err
	}
	head := make([]byte, n)
	if _, err := stub.ReadAt(head, 0); err != nil {
		return Front{}, fmt.Errorf("read tagged head: %w", err)
	}
	return Front{Ext: ext, Head: head, Skip: start}, nil
}

// SoundEnd is where the sound of an MP3 file ends: old tags may stand behind it. Files of
// other formats end with their sound.
func SoundEnd(ext string, r io.ReaderAt, size int64) int64 {
	if _, end, ok := soundIn(ext, r, size); ok {
		return end
	}
	return size
}

// SameSound says that two files of a format whose tags stand around the sound have the
// same sound, bit by bit; false for other formats.
func SameSound(ext string, a io.ReaderAt, sizeA int64, b io.ReaderAt, sizeB int64) bool {
	startA, endA, okA := soundIn(ext, a, sizeA)
	startB, endB, okB := soundIn(ext, b, sizeB)
	if !okA || !okB || endA-startA != endB-startB {
		return false
	}
	for startA < endA {
		n := min(copyStep, endA-startA)
		if !sameBytes(a, startA, b, startB, n) {
			return false
		}
		startA, startB = startA+n, startB+n
	}
	return true
}
