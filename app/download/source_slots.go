package download

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// sourceSlots bounds the songs that come at once, from a source and in all. Songs that are
// searched for, verified or filed need no place.
type sourceSlots struct {
	limit func(source string) int // 0 = any number
	most  atomic.Int64            // of all sources, 0 = any number

	mu    sync.Mutex
	busy  map[string]int
	total int
	freed chan struct{} // closed when a place is given back
}

func newSourceSlots(limit func(string) int) *sourceSlots {
	return &sourceSlots{limit: limit, busy: map[string]int{}, freed: make(chan struct{})}
}

// limitLooks is how often somebody who waits asks whether the limit rose.
const limitLooks = time.Second

// take waits for a place at a source; free gives it back, and may be called twice. waiting
// is called now and then meanwhile.
func (s *sourceSlots) take(ctx context.Context, source string, waiting func()) (free func(), err error) {
	look := time.NewTicker(limitLooks)
	defer look.Stop()
	for {
		free, freed := s.tryTake(source)
		if free != nil {
			return free, nil
		}
		select {
		case <-freed:
		case <-look.C:
			waiting()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tryTake takes a place, or gives what is closed when one is given back.
func (s *sourceSlots) tryTake(source string) (free func(), freed <-chan struct{}) {
	limit, most := s.limit(source), int(s.most.Load())
	s.mu.Lock()
	defer s.mu.Unlock()
	if limit > 0 && s.busy[source] >= limit || most > 0 && s.total >= most {
		return nil, s.freed
	}
	s.busy[source]++
	s.total++
	return sync.OnceFunc(func() { s.give(source) }), nil
}

func (s *sourceSlots) give(source string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy[source]--
	s.total--
	close(s.freed)
	s.freed = make(chan struct{})
}

// LimitTransfers bounds the songs that come at once from all sources, 0 = any number. Those
// that come already go on.
func (s *Service) LimitTransfers(n int) { s.slots.most.Store(int64(n)) }
