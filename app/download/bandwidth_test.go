package download

import (
	"bytes"
	"context"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// arrive reads a body of n bytes through the throttle and gives the time that it took.
func arrive(t *testing.T, th *throttle, n int) time.Duration {
	began := time.Now()
	got, err := io.Copy(io.Discard, th.reader(t.Context(), struct{ io.Reader }{bytes.NewReader(make([]byte, n))}))
	require.NoError(t, err)
	require.EqualValues(t, n, got)
	return time.Since(began)
}

func TestBandwidthIsSharedAndStarvesNoSmallFile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle(func(time.Time) int64 { return 1 << 20 }, time.Now)
		var all sync.WaitGroup
		began := time.Now()
		for range 9 {
			all.Go(func() { arrive(t, th, 2<<20) })
		}
		time.Sleep(time.Second)
		require.Less(t, arrive(t, th, 100<<10), 2*time.Second, "a tenth of the bandwidth is a small file's, too")
		all.Wait()
		require.InDelta(t, 18.1, time.Since(began).Seconds(), 0.3, "18 MiB and 100 KiB at 1 MiB a second")
	})
}

func TestBandwidthFollowsTheClockAndTheSettings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var limit atomic.Int64
		th := newThrottle(func(time.Time) int64 { return limit.Load() }, time.Now)
		require.Zero(t, arrive(t, th, 10<<20), "nothing is limited")
		limit.Store(1 << 20)
		time.Sleep(limitHolds)
		require.InDelta(t, 4, arrive(t, th, 4<<20).Seconds(), 0.2)
		limit.Store(2048)
		time.Sleep(limitHolds)
		require.InDelta(t, 50, arrive(t, th, 100<<10).Seconds(), 1)
		limit.Store(0)
		time.Sleep(limitHolds)
		require.Zero(t, arrive(t, th, 10<<20))

		limit.Store(2048)
		time.Sleep(limitHolds)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := io.Copy(io.Discard, th.reader(ctx, struct{ io.Reader }{bytes.NewReader(make([]byte, 1<<20))}))
		require.ErrorIs(t, err, context.DeadlineExceeded, "a download that is told to end does not wait for its turn")
	})
}

func TestASourceServesABoundedNumberOfSongsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var limit atomic.Int64
		limit.Store(2)
		s := newSourceSlots(func(source string) int {
			if source == "qq" {
				return int(limit.Load())
			}
			return 0
		})
		var now, most atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				free, err := s.take(t.Context(), "qq", func() {})
				require.NoError(t, err)
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(10 * time.Second)
				now.Add(-1)
				free()
				free()
			})
		}
		synctest.Wait()
		for range 20 {
			free, err := s.take(t.Context(), "kuwo", func() {})
			require.NoError(t, err, "the others are not bounded")
			defer free()
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := s.take(ctx, "qq", func() {})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.EqualValues(t, 2, most.Load())
		limit.Store(8)
		time.Sleep(limitLooks)
		synctest.Wait()
		require.EqualValues(t, 8, most.Load(), "a limit that rises holds at once")
		all.Wait()
	})
}

// However many songs are under way, only so many come at once; those that wait say that
// they are alive.
func TestABoundedNumberOfSongsComesAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSourceSlots(func(string) int { return 0 })
		s.most.Store(2)
		var frees []func()
		for _, source := range []string{"qq", "kuwo"} {
			free, err := s.take(t.Context(), source, func() {})
			require.NoError(t, err)
			frees = append(frees, free)
		}
		var alive atomic.Int64
		got := make(chan func())
		go func() {
			free, err := s.take(t.Context(), "netease", func() { alive.Add(1) })
			require.NoError(t, err)
			got <- free
		}()
		time.Sleep(10*limitLooks + limitLooks/2)
		synctest.Wait()
		require.EqualValues(t, 10, alive.Load())
		frees[0]()
		(<-got)()
		frees[1]()
	})
}
