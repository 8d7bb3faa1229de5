package s3

import (
	"io"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// exact reads a body of a promised length and tells of one that ends earlier as a damaged
// file, not as a broken connection.
type exact struct {
	io.Reader
	path string
	left int64
}

func (e *exact) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	e.left -= int64(n)
	if err == io.EOF && e.left > 0 {
		err = &storage.Error{Code: models.CodeChecksumMismatch, Op: "put", Path: e.path, Answer: "the file became shorter while it was sent"}
	}
	return n, err
}

// seekable is exact over what can be read again from its beginning.
type seekable struct {
	exact
	seeker io.Seeker
	size   int64
}

// Seek goes to an offset of the body; the library only ever begins anew.
func (s *seekable) Seek(offset int64, whence int) (int64, error) {
	at, err := s.seeker.Seek(offset, whence)
	s.left = s.size - at
	return at, err
}

func exactly(r io.Reader, path string, size int64) io.Reader {
	e := exact{Reader: r, path: path, left: size}
	if s, ok := r.(io.Seeker); ok {
		return &seekable{exact: e, seeker: s, size: size}
	}
	return &e
}
