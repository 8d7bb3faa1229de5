package sourcetest

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// damage is what becomes of an answer on its way.
type damage struct {
	status int // 0 = as it was
	change func(body []byte) []byte
	late   bool // the first answer passes
}

// instead replaces answers.
func instead(status int, body string) damage {
	return damage{status: status, change: func([]byte) []byte { return []byte(body) }}
}

// edited changes the stand-in's own answers.
func edited(change func(body []byte) []byte) damage { return damage{change: change} }

// wire stands between a source and its stand-in.
type wire struct {
	next   http.RoundTripper
	damage *damage

	mu       sync.Mutex
	requests int
}

// RoundTrip passes a request on, counts it and damages its answer.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.requests++
	first := w.requests == 1
	w.mu.Unlock()
	resp, err := w.next.RoundTrip(r)
	if err != nil || w.damage == nil || (w.damage.late && first) {
		return resp, err
	}
	return w.damage.to(resp)
}

func (d *damage) to(resp *http.Response) (*http.Response, error) {
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	body = d.change(body)
	if d.status != 0 {
		resp.StatusCode = d.status
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// count is the number of requests so far.
func (w *wire) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests
}
