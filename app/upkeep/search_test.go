package upkeep_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/revision"
	"catalogsync/app/upkeep"
)

// indexer has so many rows left to index, and fails once when told to.
type indexer struct {
	left  int
	fail  bool
	steps int
}

func (x *indexer) IndexSearch(_ context.Context, limit int) (int, time.Duration, error) {
	x.steps++
	if x.fail {
		x.fail = false
		return 0, 0, errors.New("disk full")
	}
	n := min(limit, x.left)
	x.left -= n
	return n, time.Millisecond, nil
}

func TestTheSearchIndexFollowsChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		rev := revision.New()
		x := &indexer{left: 5000}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			upkeep.FollowSearch(ctx, x, rev.Changed, slog.New(slog.DiscardHandler))
		}()
		idle := func() int {
			time.Sleep(time.Minute) // of the bubble's clock
			synctest.Wait()
			return x.steps
		}
		before := idle()
		require.Zero(t, x.left, "what is there at the start is indexed")
		require.Equal(t, before, idle(), "nothing is looked at while nothing changes")

		x.left, x.fail = 300, true
		rev.Bump(revision.Songs)
		idle()
		require.Equal(t, 300, x.left, "a failure ends the round")
		rev.Bump(revision.Songs)
		idle()
		require.Zero(t, x.left)

		stop()
		<-ended
	})
}
