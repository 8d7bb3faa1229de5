package httpclient

import (
	"context"
	"io"
	"time"
)

// stallReader ends a body that makes no progress: each wait for bytes is bounded, the
// time that the reader itself takes is not.
type stallReader struct {
	body  io.ReadCloser
	idle  time.Duration
	timer *time.Timer
	// waiting is set while the timer runs on from a read that brought nothing.
	waiting bool
}

func newStallReader(body io.ReadCloser, idle time.Duration, cancel context.CancelCauseFunc) *stallReader {
	timer := time.AfterFunc(idle, func() { cancel(errStalled) })
	timer.Stop()
	return &stallReader{body: body, idle: idle, timer: timer}
}

func (s *stallReader) Read(p []byte) (int, error) {
	if !s.waiting {
		s.timer.Reset(s.idle)
	}
	n, err := s.body.Read(p)
	if s.waiting = n == 0 && err == nil; !s.waiting {
		s.timer.Stop()
	}
	return n, err
}

func (s *stallReader) stop() { s.timer.Stop() }
