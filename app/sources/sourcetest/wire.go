package sourcetest

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// wire stands between a source and its stand-in.
type wire struct {
	next http.RoundTripper

	mu       sync.Mutex
	requests int
	// fault, when set, may replace the answer to the n-th request (from 1).
	fault func(n int, resp *http.Response) *http.Response
}

// RoundTrip passes a request on, counts it and lets the fault replace its answer.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.requests++
	n, fault := w.requests, w.fault
	w.mu.Unlock()
	resp, err := w.next.RoundTrip(r)
	if err != nil || fault == nil {
		return resp, err
	}
	return fault(n, resp), nil
}

// count is the number of requests so far.
func (w *wire) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests
}

// instead answers every request with status and body.
func instead(status int, body string) func(int, *http.Response) *http.Response {
	return func(_ int, resp *http.Response) *http.Response {
		return withBody(resp, status, []byte(body))
	}
}

// edited answers with the stand-in's own body, changed.
func edited(change func(body []byte) []byte) func(int, *http.Response) *http.Response {
	return func(_ int, resp *http.Response) *http.Response {
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			body = nil
		}
		return withBody(resp, resp.StatusCode, change(body))
	}
}

// after leaves the first answer as it is.
func after(fault func(int, *http.Response) *http.Response) func(int, *http.Response) *http.Response {
	return func(n int, resp *http.Response) *http.Response {
		if n == 1 {
			return resp
		}
		return fault(n, resp)
	}
}

func withBody(resp *http.Response, status int, body []byte) *http.Response {
	_ = resp.Body.Close()
	return &http.Response{
		StatusCode: status, Proto: resp.Proto, Request: resp.Request,
		Header: http.Header{"Content-Type": resp.Header["Content-Type"]},
		Body:   io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
}
