package upkeep

import (
	"context"
	"time"
)

// targetHold is how long one step should hold the writer. It is far below the 250 ms that
// nobody may exceed, because one slow write of the disk makes a step several times as long.
const targetHold = 40 * time.Millisecond

// Bounds of one step.
const (
	firstRows, leastRows, mostRows    = 100, 10, 500
	firstPages, leastPages, mostPages = 64, 8, 1024
)

// portion is the size of a step, which follows how long the last ones took.
type portion struct{ n, least, most int }

func newPortion(first, least, most int) *portion { return &portion{n: first, least: least, most: most} }

// learn makes the next step smaller at once when this one took too long, and a little
// larger when it took little.
func (p *portion) learn(held time.Duration) {
	switch {
	case held > targetHold:
		p.n = max(p.least, int(int64(p.n)*int64(targetHold)/int64(held)))
	case held < targetHold/2:
		p.n = min(p.most, p.n+p.n/4+1)
	}
}

// leastRest is the shortest pause after a step.
const leastRest = 5 * time.Millisecond

// rest leaves the writer to others for as long as the step had it.
func rest(ctx context.Context, held time.Duration) error {
	return pause(ctx, max(held, leastRest))
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
