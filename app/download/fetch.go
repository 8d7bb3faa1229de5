package download

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	binary "encoding"
	"encoding/hex"
	"errors"
	"hash"
	"hash/crc32"
	"io"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// bufferBytes is the size of a pooled copy buffer; at 32 KiB a download costs a third
// more CPU.
const bufferBytes = 256 << 10

// guessBytes is set aside for a body that does not tell its length.
const guessBytes = 32 << 20

// digest is what is known of the bytes that were written, and of those that were served.
type digest struct {
	size   int64
	sha256 string
	crc32  uint32
	// served is how many bytes came, md5 of what came; "" unless asked for. They differ from
	// what was written when tags were put in front.
	served int64
	md5    string
}

// hasher computes a digest on the way.
type hasher struct {
	size   int64
	served int64
	sha256 hash.Hash
	crc32  uint32
	md5    hash.Hash // nil unless asked for
}

func newHasher(withMD5 bool) *hasher {
	h := &hasher{sha256: sha256.New()}
	if withMD5 {
		h.md5 = md5.New() // a platform's checksum of its file, not a protection
	}
	return h
}

// add takes bytes that were served and written as they are.
func (h *hasher) add(b []byte) {
	h.addServed(b)
	h.addWritten(b)
}

func (h *hasher) addServed(b []byte) {
	h.served += int64(len(b))
	if h.md5 != nil {
		h.md5.Write(b)
	}
}

func (h *hasher) addWritten(b []byte) {
	h.size += int64(len(b))
	h.sha256.Write(b)
	h.crc32 = crc32.Update(h.crc32, crc32.IEEETable, b)
}

// md5State is the state of the MD5 as it can be noted down; nil when none is computed.
func (h *hasher) md5State() ([]byte, error) {
	if h.md5 == nil {
		return nil, nil
	}
	return h.md5.(binary.BinaryMarshaler).MarshalBinary()
}

// resumeMD5 takes up a state that was noted down, after so many served bytes.
func (h *hasher) resumeMD5(state []byte, served int64) error {
	h.served = served
	if h.md5 == nil {
		return nil
	}
	return h.md5.(binary.BinaryUnmarshaler).UnmarshalBinary(state)
}

func (h *hasher) digest() digest {
	d := digest{size: h.size, served: h.served, sha256: hex.EncodeToString(h.sha256.Sum(nil)), crc32: h.crc32}
	if h.md5 != nil {
		d.md5 = hex.EncodeToString(h.md5.Sum(nil))
	}
	return d
}

// fill reads until the buffer is full or the body ends, reporting each piece: writes are
// large, and the progress is never older than the last read.
func (r *run) fill(ctx context.Context, body io.Reader, buf []byte, done, total int64, text string) (n int, err error) {
	for n < len(buf) && err == nil {
		if err = ctx.Err(); err != nil {
			return n, err
		}
		var m int
		m, err = body.Read(buf[n:])
		n += m
		if m > 0 && r.report != nil {
			r.report(done+int64(n), total, text)
		}
	}
	return n, err
}

// announced is the length that body (-1 = not told) or stream tell, 0 when neither does.
func announced(length int64, st sources.Stream) int64 {
	if length >= 0 {
		return length
	}
	return max(st.SizeBytes, 0)
}

func orElse(n, other int64) int64 {
	if n > 0 {
		return n
	}
	return other
}

// readError classes an error of a body: what carries a class keeps it, a cut is a wrong
// length, anything else the network.
func readError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if _, ok := errors.AsType[*models.Error](err); ok {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return models.NewError(models.ClassTransient, models.CodeLengthMismatch, "the body ended early").WithCause(err)
	}
	return models.NewError(models.ClassTransient, models.CodeNetwork, "reading the body broke off").WithCause(err)
}
