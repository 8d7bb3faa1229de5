package storagetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// largeFile is sent in several parts by every backend that sends parts.
const largeFile = 40 << 20

// counted counts what is read, and fails behind a limit.
type counted struct {
	io.ReaderAt
	limit int64
	read  atomic.Int64
	fail  context.CancelFunc
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	if c.limit > 0 && off+int64(len(p)) > c.limit {
		c.fail()
		return 0, errors.New("the machine went off")
	}
	n, err := c.ReaderAt.ReadAt(p, off)
	c.read.Add(int64(n))
	return n, err
}

func resumes(t *testing.T, b storage.Backend) {
	r, ok := b.(storage.Resumer)
	if !ok {
		t.Skip("it does not go on with interrupted files")
	}
	content := Content(largeFile)
	token := interrupt(t, r, content)
	_, err := b.Stat(t.Context(), "big.flac")
	require.ErrorIs(t, err, fs.ErrNotExist, "half a file has no name")

	var first, last int64 = -1, 0
	e, err := r.PutFile(t.Context(), "big.flac", bytes.NewReader(content), Promise(content), storage.Resume{
		Token: token, Begun: func(now string) error { require.Equal(t, token, now, "the old try is gone on with"); return nil },
		Done: func(n int64) {
			if first < 0 {
				first = n
			}
			require.GreaterOrEqual(t, n, last)
			last = n
		},
	})
	require.NoError(t, err)
	require.Positive(t, first, "parts that arrived are not sent again")
	require.Equal(t, int64(largeFile), last)
	require.Equal(t, int64(largeFile), e.Size)
	require.True(t, bytes.Equal(content, read(t, b, "big.flac", 0, -1)))

	t.Run("of a file that changed", func(t *testing.T) {
		token := interrupt(t, r, content)
		other := bytes.Clone(content)
		other[0]++
		_, err := r.PutFile(t.Context(), "big.flac", bytes.NewReader(other), Promise(other), storage.Resume{Token: token})
		require.NoError(t, err)
		require.True(t, bytes.Equal(other, read(t, b, "big.flac", 0, -1)))
	})
	t.Run("that the storage forgot", func(t *testing.T) {
		token := interrupt(t, r, content)
		require.NoError(t, r.Forget(t.Context(), "big.flac", token))
		require.NoError(t, r.Forget(t.Context(), "big.flac", token), "what is forgotten is forgotten")
		_, err := r.PutFile(t.Context(), "big.flac", bytes.NewReader(content), Promise(content), storage.Resume{Token: token})
		require.NoError(t, err)
		require.True(t, bytes.Equal(content, read(t, b, "big.flac", 0, -1)))
	})
	t.Run("whose promise is wrong", func(t *testing.T) {
		wrong := Promise(content)
		crc := *wrong.CRC32 + 1
		wrong.CRC32 = &crc
		_, err := r.PutFile(t.Context(), "wrong.flac", bytes.NewReader(content), wrong, storage.Resume{})
		require.Equal(t, models.CodeChecksumMismatch, storage.CodeOf(err), "%v", err)
		_, err = b.Stat(t.Context(), "wrong.flac")
		require.ErrorIs(t, err, fs.ErrNotExist)
	})
	t.Run("that is small", func(t *testing.T) {
		small := Content(1000)
		_, err := r.PutFile(t.Context(), "small.flac", bytes.NewReader(small), Promise(small), storage.Resume{Begun: func(string) error { return nil }})
		require.NoError(t, err)
		require.True(t, bytes.Equal(small, read(t, b, "small.flac", 0, -1)))
	})
}

// interrupt ends a write in the midst and gives its token.
func interrupt(t *testing.T, r storage.Resumer, content []byte) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var token string
	_, err := r.PutFile(ctx, "big.flac", &counted{ReaderAt: bytes.NewReader(content), limit: 30 << 20, fail: cancel}, Promise(content),
		storage.Resume{Begun: func(now string) error { token = now; return nil }})
	require.Error(t, err)
	require.NotEmpty(t, token)
	return token
}
