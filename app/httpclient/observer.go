package httpclient

import (
	"errors"
	"time"

	"catalogsync/models"
)

// Observer is told of every request that was sent, with the time until its answer was
// there (of a stream: until it began) and the error that it was judged to be. It is
// called from many goroutines.
type Observer interface {
	Observe(endpoint string, took time.Duration, err error)
}

// observe tells of a request that began at the given time. One that its caller gave up
// says nothing of the source.
func (c *Client) observe(endpoint string, began time.Time, err error) {
	if c.cfg.Observer == nil {
		return
	}
	if e, ok := errors.AsType[*models.Error](err); ok && e.Code == models.CodeInterrupted {
		return
	}
	c.cfg.Observer.Observe(endpoint, time.Since(began), err)
}
