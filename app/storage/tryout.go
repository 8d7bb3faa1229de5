package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"catalogsync/models"
)

// probeMark begins the name of the file that TryOut writes.
const probeMark = ".catalogsync-probe-"

// TryOut checks that a storage does what uploads need: it answers, takes a file, gives the
// same back, and removes it. name makes the file's name unique; nothing is left behind. A
// storage that answers and takes nothing is models.CodeStorageReadOnly.
func TryOut(ctx context.Context, b Backend, prefix, name string) (took time.Duration, err error) {
	if err := b.Probe(ctx); err != nil {
		return 0, err
	}
	path := Join(prefix, probeMark+name)
	content := []byte("catalogsync looks whether it can write here: " + name)
	crc := crc32.ChecksumIEEE(content)
	began := time.Now()
	_, err = b.Put(ctx, path, bytes.NewReader(content), PutOptions{Size: int64(len(content)), CRC32: &crc, ContentType: "text/plain"})
	if CodeOf(err) == models.CodeStorageDenied {
		return 0, &Error{Code: models.CodeStorageReadOnly, Op: "put", Path: path, Cause: err}
	}
	if err != nil {
		return 0, err
	}
	took = time.Since(began)
	err = compare(ctx, b, path, content)
	// What was written goes, also when it could not be read.
	return took, errors.Join(err, b.Remove(context.WithoutCancel(ctx), path))
}

func compare(ctx context.Context, b Backend, path string, want []byte) error {
	r, err := b.Open(ctx, path, 0, -1)
	if err != nil {
		return err
	}
	defer r.Close()
	got, err := io.ReadAll(io.LimitReader(r, int64(len(want))+1))
	if err != nil {
		return fmt.Errorf("read what was written: %w", err)
	}
	if !bytes.Equal(got, want) {
		return &Error{Code: models.CodeChecksumMismatch, Op: "open", Path: path}
	}
	return nil
}
