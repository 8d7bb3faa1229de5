package hub

import (
	"context"
	"time"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// State is how a backend does.
type State string

const (
	StateUnknown  State = "unknown" // nothing was asked of it yet
	StateOK       State = "ok"
	StateFailing  State = "failing"
	StateDisabled State = "disabled"
)

// Health is how a backend does, from what was asked of it.
type Health struct {
	State     State
	SinceMS   int64 // when it came to be so
	CheckedMS int64 // when it was asked last, 0 = never
	Code      models.Code
	LastError string
	Latency   time.Duration // of the last check, 0 = unknown
	Space     storage.Space // zero = unknown
}

// note takes the result of a call and says whether the state changed. What is wrong with
// one file, or with the caller, says nothing of the storage.
func (h *Health) note(err error, now time.Time) bool {
	state := StateOK
	switch code := storage.CodeOf(err); {
	case err == nil, code == models.CodeNotFound, code == models.CodeNameTaken, code == models.CodeBadValue, code == models.CodeChecksumMismatch:
		h.Code, h.LastError = "", ""
	case code == models.CodeInterrupted, code == models.CodeStorageBusy, code == models.CodeInternal:
		return false
	default:
		state, h.Code, h.LastError = StateFailing, code, err.Error()
	}
	h.CheckedMS = models.NowMS(now)
	if h.State == state {
		return false
	}
	h.State, h.SinceMS = state, h.CheckedMS
	return true
}

// Health tells how a backend does, without asking it.
func (h *Hub) Health(row models.StorageBackend) Health {
	h.mu.Lock()
	e := h.entries[row.ID]
	h.mu.Unlock()
	health := Health{State: StateUnknown}
	if e != nil {
		e.mu.Lock()
		health = e.health
		e.mu.Unlock()
	}
	if health.State == "" {
		health.State = StateUnknown
	}
	if !row.Enabled {
		health.State = StateDisabled
	}
	return health
}

// Check asks a backend now and tells how it does.
func (h *Hub) Check(ctx context.Context, row models.StorageBackend) Health {
	began := time.Now()
	var latency time.Duration
	var space storage.Space
	err := h.Do(ctx, row.ID, func(b storage.Backend) error {
		if err := b.Probe(ctx); err != nil {
			return err
		}
		latency = time.Since(began)
		if s, ok := b.(storage.SpaceTeller); ok {
			if told, err := s.Space(ctx); err == nil { // not knowing it is no fault
				space = told
			}
		}
		return nil
	})
	h.mu.Lock()
	e := h.entries[row.ID]
	h.mu.Unlock()
	if e == nil {
		return Health{State: StateUnknown}
	}
	e.mu.Lock()
	e.health.Latency, e.health.Space = latency, space
	if err != nil {
		e.health.LastError = err.Error() // with the storage's name and what to do
	}
	e.mu.Unlock()
	h.opts.Changed()
	return h.Health(row)
}
