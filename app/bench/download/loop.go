package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
)

// loop is what a careful programmer writes in an hour: one large buffer a worker, a
// temporary file, a checksum on the way and a rename; fsync only when asked for.
func loop(ctx context.Context, t task, begin func()) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: t.workers}}
	names := make(chan int, t.files)
	for i := range t.files {
		names <- i
	}
	close(names)
	errs := make([]error, t.workers)
	begin()
	var workers sync.WaitGroup
	for w := range t.workers {
		workers.Go(func() {
			buf := make([]byte, 256<<10)
			for i := range names {
				if err := fetch(ctx, client, fmt.Sprintf("%s/file/%d", t.base, i), filepath.Join(t.dir, fmt.Sprintf("%d.mp3", i)), buf, t.sync); err != nil {
					errs[w] = err
					return
				}
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

func fetch(ctx context.Context, client *http.Client, address, path string, buf []byte, sync bool) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	f, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	h := sha256.New()
	// The plain writer keeps the copy from using its own ways around the buffer.
	_, err = io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(f, h)}, resp.Body, buf)
	if sync {
		err = errors.Join(err, f.Sync())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}
