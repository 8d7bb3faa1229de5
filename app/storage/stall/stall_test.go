package stall_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/storage/stall"
)

// serve accepts one connection and hands it over.
func serve(t *testing.T) (string, <-chan net.Conn) {
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { ln.Close() })
	conns := make(chan net.Conn, 1)
	go func() {
		if c, err := ln.Accept(); err == nil {
			conns <- c
		}
	}()
	return ln.Addr().String(), conns
}

// A server that takes nothing and says nothing holds nobody up.
func TestFrozenServer(t *testing.T) {
	address, _ := serve(t)
	d := stall.Dialer{Send: 50 * time.Millisecond, Answer: 50 * time.Millisecond}
	c, err := d.DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	_, err = io.Copy(c, io.LimitReader(endless{}, 1<<30))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// Files arrive whole, whoever copies them.
func TestCopiesFiles(t *testing.T) {
	address, conns := serve(t)
	name := filepath.Join(t.TempDir(), "file")
	want := bytes.Repeat([]byte("catalogsync"), 300_000)
	require.NoError(t, os.WriteFile(name, want, 0o600))
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	c, err := (&stall.Dialer{Send: time.Minute}).DialContext(context.Background(), "tcp", address)
	require.NoError(t, err)
	go func() {
		_, _ = io.Copy(c, f)
		c.Close()
	}()
	got, err := io.ReadAll(<-conns)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got))
}
