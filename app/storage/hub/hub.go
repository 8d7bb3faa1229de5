// Package hub hands out storages by their id. There is one connection set-up per backend
// however many callers ask at once, and callers of other backends never wait for it; the
// calls to a backend, and to all backends of a kind, are bounded in number and pace. A
// connection that was idle is probed before it is used again, a dead one is dropped and
// made anew, and one whose backend was edited is put away.
//
// The hub also remembers how each backend does; see Health.
package hub

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// Options are what a hub is made with.
type Options struct {
	Kinds []storage.Kind
	// Find reads a backend; models.ClassNotFound when there is none.
	Find func(ctx context.Context, id int64) (models.StorageBackend, error)
	// Secret reads a setting that holds a secret, "" = not set.
	Secret func(key string) string
	Now    func() time.Time
	// IdleProbe is the time without a call after which a connection is probed before it is
	// used; 0 = 1 minute.
	IdleProbe time.Duration
	// Changed is told when the health of a backend changed.
	Changed func()
}

// Hub is the set of storages in use.
type Hub struct {
	opts  Options
	kinds map[models.BackendType]*kind

	mu      sync.Mutex
	entries map[int64]*entry
}

// kind is what all backends of one kind share.
type kind struct {
	storage.Kind
	gate gate
}

// gate bounds calls in number and pace.
type gate struct {
	places *semaphore.Weighted // nil = no bound
	pace   *rate.Limiter
}

func newGate(l storage.Limits) gate {
	g := gate{pace: rate.NewLimiter(rate.Inf, 1)}
	if l.Concurrency > 0 {
		g.places = semaphore.NewWeighted(int64(l.Concurrency))
	}
	if l.RatePerSecond > 0 {
		g.pace = rate.NewLimiter(rate.Limit(l.RatePerSecond), max(1, int(l.RatePerSecond)))
	}
	return g
}

func (g gate) enter(ctx context.Context) error {
	if g.places != nil {
		if err := g.places.Acquire(ctx, 1); err != nil {
			return err
		}
	}
	if err := g.pace.Wait(ctx); err != nil {
		g.leave()
		return err
	}
	return nil
}

func (g gate) leave() {
	if g.places != nil {
		g.places.Release(1)
	}
}

// New makes a hub; nothing is connected yet.
func New(o Options) *Hub {
	if o.IdleProbe == 0 {
		o.IdleProbe = time.Minute
	}
	if o.Changed == nil {
		o.Changed = func() {}
	}
	h := &Hub{opts: o, kinds: map[models.BackendType]*kind{}, entries: map[int64]*entry{}}
	for _, k := range o.Kinds {
		h.kinds[k.Type] = &kind{Kind: k, gate: newGate(k.KindLimits)}
	}
	return h
}

// Kinds lists all kinds in display order.
func (h *Hub) Kinds() []storage.Kind { return h.opts.Kinds }

// Kind finds a kind of storage; false when this build has none of that name.
func (h *Hub) Kind(t models.BackendType) (storage.Kind, bool) {
	k, ok := h.kinds[t]
	if !ok {
		return storage.Kind{}, false
	}
	return k.Kind, true
}

// Do calls fn with the backend. What fn opened must be closed before it returns. Errors are
// domain errors that name the storage; one that says that the storage is out of reach makes
// the next call connect anew.
func (h *Hub) Do(ctx context.Context, id int64, fn func(b storage.Backend) error) error {
	l, err := h.Hold(ctx, id)
	if err != nil {
		return err
	}
	return l.Release(fn(l.Backend))
}

// Lease is a place at a backend; Release gives it back.
type Lease struct {
	storage.Backend
	Row models.StorageBackend

	hub   *Hub
	entry *entry
	conn  *conn
	began time.Time
	once  sync.Once
}

// Hold takes a place at a backend until the lease is released, for what is read piece by
// piece. Errors are domain errors.
func (h *Hub) Hold(ctx context.Context, id int64) (*Lease, error) {
	row, k, err := h.row(ctx, id)
	if err != nil {
		return nil, err
	}
	e := h.entry(id, k)
	if err := k.gate.enter(ctx); err != nil {
		return nil, storage.Explain(row.Name, storage.Interrupted("wait", "", err))
	}
	if err := e.gate.enter(ctx); err != nil {
		k.gate.leave()
		return nil, storage.Explain(row.Name, storage.Interrupted("wait", "", err))
	}
	c, err := e.connect(ctx, h, k, row)
	if err != nil {
		e.gate.leave()
		k.gate.leave()
		return nil, storage.Explain(row.Name, err)
	}
	return &Lease{Backend: c.backend, Row: row, hub: h, entry: e, conn: c, began: h.opts.Now()}, nil
}

// Release gives the place back and judges the connection by the error of what was done with
// it, which it makes a domain error.
func (l *Lease) Release(err error) error {
	l.once.Do(func() {
		l.entry.release(l.conn, l.hub, err)
		l.entry.gate.leave()
		l.hub.kinds[l.Row.Type].gate.leave()
	})
	return storage.Explain(l.Row.Name, err)
}

// row reads a backend that may be used.
func (h *Hub) row(ctx context.Context, id int64) (models.StorageBackend, *kind, error) {
	row, err := h.opts.Find(ctx, id)
	if err != nil {
		return row, nil, err
	}
	if !row.Enabled {
		return row, nil, storage.Explain(row.Name, &storage.Error{Code: models.CodeStorageDisabled, Op: "open"})
	}
	k, err := h.kindOf(row)
	return row, k, err
}

func (h *Hub) kindOf(row models.StorageBackend) (*kind, error) {
	k, ok := h.kinds[row.Type]
	if !ok {
		return nil, models.NewError(models.ClassInvalid, models.CodeNotInThisBuild, "storage %s is of the kind %s, which this build does not have", row.Name, row.Type)
	}
	return k, nil
}

func (h *Hub) entry(id int64, k *kind) *entry {
	h.mu.Lock()
	defer h.mu.Unlock()
	e, ok := h.entries[id]
	if !ok {
		e = &entry{turn: make(chan struct{}, 1), gate: newGate(k.Limits)}
		h.entries[id] = e
	}
	return e
}

// Config is what a backend is opened with, its secrets included. Secrets that are not set
// are models.CodeStorageKeysMissing.
func (h *Hub) Config(row models.StorageBackend) (storage.Config, error) {
	k, err := h.kindOf(row)
	if err != nil {
		return storage.Config{}, err
	}
	settings, err := storage.ParseSettings(row)
	if err != nil {
		return storage.Config{}, err
	}
	c := storage.Config{Name: row.Name, Root: row.Root, Settings: settings, Secrets: map[string]string{}}
	for _, s := range k.Secrets {
		key := settings[storage.OptionCredentialPrefix] + "_" + s.Ending
		v := h.opts.Secret(key)
		if v == "" && s.Required {
			e := models.NewError(models.ClassLocal, models.CodeStorageKeysMissing,
				"there are no keys for storage %s: set %s in the environment or in the secrets file", row.Name, key)
			e.Params = map[string]any{"Storage": row.Name, "Key": key}
			return c, e
		}
		c.Secrets[s.Ending] = v
	}
	return c, nil
}

// TryOut opens a backend as row describes it, beside any that is in use, and writes, reads
// and removes a file there. Errors are domain errors.
func (h *Hub) TryOut(ctx context.Context, row models.StorageBackend, name string) (took time.Duration, err error) {
	k, err := h.kindOf(row)
	if err != nil {
		return 0, err
	}
	c, err := h.Config(row)
	if err != nil {
		return 0, err
	}
	b, err := k.Open(ctx, c)
	if err != nil {
		return 0, storage.Explain(row.Name, err)
	}
	took, err = storage.TryOut(ctx, b, c.Settings[storage.OptionBasePrefix], name)
	return took, errors.Join(storage.Explain(row.Name, err), b.Close())
}

// Drop puts away what is connected to a backend, which was edited, disabled or deleted.
// Calls under way end with the old connection.
func (h *Hub) Drop(id int64) error {
	h.mu.Lock()
	e := h.entries[id]
	delete(h.entries, id)
	h.mu.Unlock()
	if e == nil {
		return nil
	}
	if err := e.drop(); err != nil {
		return fmt.Errorf("close storage %d: %w", id, err)
	}
	return nil
}

// Close puts all connections away.
func (h *Hub) Close() error {
	h.mu.Lock()
	var ids []int64
	for id := range h.entries {
		ids = append(ids, id)
	}
	h.mu.Unlock()
	var errs []error
	for _, id := range ids {
		errs = append(errs, h.Drop(id))
	}
	return errors.Join(errs...)
}
