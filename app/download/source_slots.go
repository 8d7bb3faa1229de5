package download

import (
	"context"
	"sync"
	"time"
)

// sourceSlots bounds the songs that come from a source at once.
type sourceSlots struct {
	limit func(source string) int // 0 = any number

	mu    sync.Mutex
	busy  map[string]int
	freed chan struct{} // closed when a place is given back
}

func newSourceSlots(limit func(string) int) *sourceSlots {
	return &sourceSlots{limit: limit, busy: map[string]int{}, freed: make(chan struct{})}
}

// limitLooks is how often somebody who waits asks whether the limit rose.
const limitLooks = time.Second

// take waits for a place at a source; free gives it back, and may be called twice.
func (s *sourceSlots) take(ctx context.Context, source string) (free func(), err error) {
	look := time.NewTicker(limitLooks)
	defer look.Stop()
	for {
		s.mu.Lock()
		if n := s.limit(source); n <= 0 || s.busy[source] < n {
			s.busy[source]++
			s.mu.Unlock()
			return sync.OnceFunc(func() { s.give(source) }), nil
		}
		freed := s.freed
		s.mu.Unlock()
		select {
		case <-freed:
		case <-look.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *sourceSlots) give(source string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy[source]--
	close(s.freed)
	s.freed = make(chan struct{})
}
