package jobs

import (
	"context"
	"errors"
	"time"
)

// shutdown ends the loop: drain, then interrupt, then leave. It returns an error when
// something did not end although it was told to.
func (e *engine) shutdown(ctx context.Context) error {
	defer e.cancel()
	e.interruptFrom(e.opts.Clock().Add(e.opts.DrainGrace))
	select {
	case <-e.ended:
		return nil
	case <-ctx.Done():
		e.interruptFrom(e.opts.Clock())
	case <-time.After(e.opts.DrainGrace):
		e.inbox.ring()
	}
	// Items that do not obey are abandoned after the cancel grace; the rest is for the
	// last writes.
	const lastWrites = 3 * time.Second
	select {
	case <-e.ended:
		return nil
	case <-time.After(e.opts.CancelGrace + lastWrites):
	}
	e.cancel()
	<-e.ended
	return errors.New("the job runner was ended before all was written; the next start mends it")
}

// interruptFrom stops the loop: running items go on until the given time.
func (e *engine) interruptFrom(at time.Time) {
	e.mu.Lock()
	e.stopping, e.stopAt = true, at
	e.mu.Unlock()
	e.inbox.ring()
}

func (e *engine) isStopping() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.stopping
}

// interruptAt is when running items are interrupted, the zero time while nobody stops.
func (e *engine) interruptAt() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.stopAt
}

// wind closes the workers down while the loop is stopping.
func (e *engine) wind(context.Context) (bool, error) {
	if !e.isStopping() {
		return false, nil
	}
	now := e.opts.Clock()
	interrupt := !now.Before(e.interruptAt())
	for _, o := range e.outages {
		o.probe.stop(now, errStopping)
	}
	for _, s := range e.all() {
		s.planning.stop(now, errStopping)
		if interrupt {
			s.finishing.stop(now, errStopping)
			s.pool.close(errStopping)
		} else {
			s.pool.close(errPaused)
		}
	}
	return false, nil
}

// through says that the loop was told to stop, and that nothing is left of what it ran.
func (e *engine) through() bool {
	if !e.isStopping() {
		return false
	}
	for _, s := range e.all() {
		if s.busy() {
			return false
		}
	}
	return true
}
