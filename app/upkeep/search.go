package upkeep

import (
	"context"
	"log/slog"
	"time"
)

// SearchStore keeps the indexes that keywords are searched by.
type SearchStore interface {
	// IndexSearch brings at most limit rows up to date, 0 rows = all are; see
	// store.Store.IndexSearch.
	IndexSearch(ctx context.Context, limit int) (rows int, held time.Duration, err error)
}

// Rows of one step of the search index.
const (
	firstIndexed = 200
	leastIndexed = 50
	mostIndexed  = 2000
)

// settle is how long the index waits after a change for more of them: a sync changes
// songs many times a second, and a search looks through what is not indexed yet.
const settle = time.Second

// FollowSearch keeps the search indexes up to date until ctx ends. changed gives a
// channel that is closed at the next change of anything.
func FollowSearch(ctx context.Context, store SearchStore, changed func() <-chan struct{}, log *slog.Logger) {
	size := newPortion(firstIndexed, leastIndexed, mostIndexed)
	for ctx.Err() == nil {
		next := changed() // taken first: what changes meanwhile wakes the next round
		for {
			rows, held, err := store.IndexSearch(ctx, size.n)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				log.Error("index for searches", "error", err)
				break
			}
			if rows == 0 {
				break
			}
			size.learn(held)
			if rest(ctx, held) != nil {
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-next:
		}
		if pause(ctx, settle) != nil {
			return
		}
	}
}
