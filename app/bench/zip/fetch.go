package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// block is what a reader takes at once, the same of all rivals.
const block = 1 << 20

var client = &http.Client{Transport: &http.Transport{ReadBufferSize: block}}

// drain reads a body to its end and adds it to the sample.
func (s *sample) drain(body io.Reader, began time.Time) error {
	buf := make([]byte, block)
	for {
		n, err := body.Read(buf)
		if n > 0 && s.bytes == 0 {
			s.firstByte = time.Since(began)
		}
		s.bytes += int64(n)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func get(ctx context.Context, url, byteRange string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	if byteRange != "" {
		req.Header.Set("Range", byteRange)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	if want := http.StatusOK; byteRange == "" && res.StatusCode != want {
		return nil, errors.Join(fmt.Errorf("%s answers %s", url, res.Status), res.Body.Close())
	}
	return res, nil
}

func fetch(ctx context.Context, url string) (s sample, err error) {
	began := time.Now()
	res, err := get(ctx, url, "")
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	err = s.drain(res.Body, began)
	s.took = time.Since(began)
	return s, err
}

// fetchPlain gets every file, one after the other over one connection.
func (s *setup) fetchPlain(ctx context.Context, url string) (all sample, err error) {
	began := time.Now()
	for i := range s.files {
		one, err := fetch(ctx, url+"/"+locator(i))
		if err != nil {
			return all, err
		}
		if i == 0 {
			all.firstByte = one.firstByte
		}
		all.bytes += one.bytes
	}
	all.took = time.Since(began)
	return all, nil
}

// runZip reads what zip writes into a pipe.
func (s *setup) runZip(ctx context.Context) (r sample, err error) {
	cmd := exec.CommandContext(ctx, "zip", "-q", "-0", "-r", "-", ".")
	cmd.Dir = s.library
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return r, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return r, err
	}
	err = errors.Join(r.drain(pipe, began), cmd.Wait())
	r.took = time.Since(began)
	return r, err
}

// compareRanges keeps the archive in a file and holds n random ranges to it, short ones and
// long ones.
func compareRanges(ctx context.Context, url, file string, n int) (err error) {
	res, err := get(ctx, url, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	whole, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, whole.Close()) }()
	size, err := io.Copy(whole, res.Body)
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range n {
		from := random.Int64N(size)
		length := min(1+random.Int64N(1<<uint(3+random.IntN(22))), size-from)
		if err := compareRange(ctx, url, whole, from, length); err != nil {
			return err
		}
	}
	return nil
}

func compareRange(ctx context.Context, url string, whole io.ReaderAt, from, length int64) (err error) {
	res, err := get(ctx, url, fmt.Sprintf("bytes=%d-%d", from, from+length-1))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	part, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	want := make([]byte, length)
	if _, err := whole.ReadAt(want, from); err != nil {
		return err
	}
	if res.StatusCode != http.StatusPartialContent || !bytes.Equal(part, want) {
		return fmt.Errorf("range %d+%d answers %s with %d bytes that are not those of the whole", from, length, res.Status, len(part))
	}
	return nil
}
