package upload

import (
	"context"
	"sync"
)

// turns lets one upload of a file to a storage go on at a time: two jobs may be about the
// same file, and sending it twice at once would waste the line and confuse the server.
type turns struct {
	mu   sync.Mutex
	busy map[turn]chan struct{} // closed when the upload is over
}

type turn struct{ asset, backend int64 }

// take waits for the turn; the caller ends it with done.
func (t *turns) take(ctx context.Context, key turn) (done func(), err error) {
	for {
		t.mu.Lock()
		over, taken := t.busy[key]
		if !taken {
			mine := make(chan struct{})
			t.busy[key] = mine
			t.mu.Unlock()
			return func() {
				t.mu.Lock()
				delete(t.busy, key)
				t.mu.Unlock()
				close(mine)
			}, nil
		}
		t.mu.Unlock()
		select {
		case <-over:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
