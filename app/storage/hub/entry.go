package hub

import (
	"context"
	"errors"
	"sync"
	"time"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// entry is one backend: its connection and how it does.
type entry struct {
	// turn is held by whoever makes or probes the connection; the others wait for it.
	turn chan struct{}
	gate gate

	mu      sync.Mutex
	conn    *conn
	dropped bool
	health  Health
}

// conn is a connection with its users. It is closed when it is out of use and the last of
// them left.
type conn struct {
	backend storage.Backend
	edited  int64 // when its row was edited last
	users   int
	retired bool
	used    time.Time
}

// connect gives the connection, made or probed if need be, with one more user.
func (e *entry) connect(ctx context.Context, h *Hub, k *kind, row models.StorageBackend) (*conn, error) {
	if err := e.outdate(row); err != nil {
		return nil, err
	}
	if c := e.ready(h); c != nil {
		return c, nil
	}
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return nil, storage.Interrupted("connect", "", ctx.Err())
	}
	if c := e.ready(h); c != nil { // somebody else made it meanwhile
		return c, nil
	}
	if c := e.take(h); c != nil { // it was idle for long
		if err := c.backend.Probe(ctx); err == nil {
			return c, nil
		} else if !storage.Unreachable(err) {
			return nil, errors.Join(err, e.leave(c, h, err))
		} else if err := e.leave(c, h, err); err != nil {
			return nil, err
		}
	}
	return e.dial(ctx, h, k, row)
}

// dial connects anew.
func (e *entry) dial(ctx context.Context, h *Hub, k *kind, row models.StorageBackend) (*conn, error) {
	config, err := h.Config(row)
	if err == nil {
		var b storage.Backend
		if b, err = k.Open(ctx, config); err == nil {
			c := &conn{backend: b, edited: row.UpdatedAtMS, users: 1, used: h.opts.Now()}
			e.mu.Lock()
			defer e.mu.Unlock()
			if e.dropped {
				c.retired = true // it serves this one call
			} else {
				e.conn = c
			}
			return c, nil
		}
	}
	e.mu.Lock()
	changed := e.health.note(err, h.opts.Now())
	e.mu.Unlock()
	if changed {
		h.opts.Changed()
	}
	return nil, err
}

// ready is the connection when it was used a short while ago.
func (e *entry) ready(h *Hub) *conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.conn == nil || e.conn.users == 0 && h.opts.Now().Sub(e.conn.used) > h.opts.IdleProbe {
		return nil
	}
	e.conn.users++
	return e.conn
}

func (e *entry) take(*Hub) *conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.conn == nil {
		return nil
	}
	e.conn.users++
	return e.conn
}

// release notes how a call went and takes a user away.
func (e *entry) release(c *conn, h *Hub, err error) {
	_ = e.leave(c, h, err) // a connection that does not close well is gone all the same
}

func (e *entry) leave(c *conn, h *Hub, err error) error {
	e.mu.Lock()
	c.used = h.opts.Now()
	c.users--
	if storage.Unreachable(err) {
		c.retired = true
		if e.conn == c {
			e.conn = nil
		}
	}
	changed := e.health.note(err, c.used)
	last := c.retired && c.users == 0
	e.mu.Unlock()
	if changed {
		h.opts.Changed()
	}
	if last {
		return c.backend.Close()
	}
	return nil
}

// outdate lets go of a connection whose backend was edited since, also by another process.
func (e *entry) outdate(row models.StorageBackend) error {
	e.mu.Lock()
	c := e.conn
	old := c != nil && c.edited != row.UpdatedAtMS
	if old {
		e.conn, c.retired = nil, true
		old = c.users == 0
	}
	e.mu.Unlock()
	if old {
		return c.backend.Close()
	}
	return nil
}

// drop lets go of the connection; its last user closes it.
func (e *entry) drop() error {
	e.mu.Lock()
	c := e.conn
	e.conn, e.dropped = nil, true
	last := false
	if c != nil {
		c.retired = true
		last = c.users == 0
	}
	e.mu.Unlock()
	if last {
		return c.backend.Close()
	}
	return nil
}
