package upkeep_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/upkeep"
	"catalogsync/models"
)

// fake is a store with rows by job and free pages; perRow is how long one takes.
type fake struct {
	rows   map[int64]int64
	pages  int64
	perRow time.Duration
	before int64
	limits []int
	rounds atomic.Int64 // of TruncateLog, the last step
	broken atomic.Bool
}

func (f *fake) FindPrunableJobs(_ context.Context, beforeMS, afterID int64, _ int) ([]int64, error) {
	f.before = beforeMS
	var ids []int64
	for id := afterID + 1; id <= 10; id++ {
		if f.rows[id] > 0 {
			ids = append(ids, id)
		}
	}
	if f.broken.Load() {
		return nil, errors.New("no disk")
	}
	return ids, nil
}

func (f *fake) PruneJob(_ context.Context, id, _ int64, limit int) (models.PruneStep, error) {
	f.limits = append(f.limits, limit)
	n := min(f.rows[id], int64(limit))
	f.rows[id] -= n
	held := time.Duration(n) * f.perRow
	time.Sleep(held) // in a bubble
	return models.PruneStep{Rows: n, Held: held, Done: n < int64(limit)}, nil
}

func (f *fake) UnlinkGone(context.Context, int) (int64, time.Duration, error) { return 0, 0, nil }

func (f *fake) FreePages(context.Context) (int64, error) { return f.pages, nil }

func (f *fake) ReclaimPages(_ context.Context, n int) (time.Duration, error) {
	f.pages -= min(f.pages, int64(n))
	return time.Millisecond, nil
}

func (f *fake) Optimize(context.Context) (time.Duration, error) { return 0, nil }

func (f *fake) TruncateLog(context.Context) (time.Duration, error) {
	f.rounds.Add(1)
	return 0, nil
}

func service(f *fake, days int) *upkeep.Service {
	return upkeep.New(upkeep.Config{Store: f, Retention: time.Duration(days) * 24 * time.Hour, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
}

func TestOnceRemovesEverythingOldAndGivesPagesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fake{rows: map[int64]int64{1: 5000, 3: 700}, pages: 3000, perRow: 50 * time.Microsecond}
		began := time.Now()
		r, err := service(f, 30).Once(t.Context())
		require.NoError(t, err)
		require.Equal(t, models.NowMS(began.Add(-30*24*time.Hour)), f.before)
		require.Equal(t, 2, r.Jobs)
		require.EqualValues(t, 5700, r.Rows)
		require.EqualValues(t, 3000, r.Pages)
		require.Zero(t, f.rows[1]+f.rows[3]+f.pages)
		require.Greater(t, time.Since(began), 2*5700*f.perRow, "the writer is left to others at least half of the time")
	})
}

func TestStepsShrinkOnASlowDisk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fake{rows: map[int64]int64{1: 2000}, perRow: 2 * time.Millisecond}
		r, err := service(f, 1).Once(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 2000, r.Rows)
		require.Less(t, r.LongestHold, 250*time.Millisecond)
		for _, limit := range f.limits[1:] {
			require.LessOrEqual(t, limit, 30, "after the first step all fit the time")
		}
	})
}

func TestStepsGrowWhereTheyAreCheapAndStayBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fake{rows: map[int64]int64{1: 100_000}, perRow: time.Microsecond}
		_, err := service(f, 1).Once(t.Context())
		require.NoError(t, err)
		require.Equal(t, 500, f.limits[len(f.limits)-1])
	})
}

func TestForEverKeepsEverything(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fake{rows: map[int64]int64{1: 5}}
		_, err := service(f, 0).Once(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 5, f.rows[1])
	})
}

func TestRunGoesOnEveryDayAfterAFailureUntilItIsEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.broken.Store(true)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); service(f, 1).Run(ctx) }()
		synctest.Wait()
		require.Zero(t, f.rounds.Load())
		f.broken.Store(false)
		time.Sleep(49 * time.Hour)
		synctest.Wait()
		require.EqualValues(t, 2, f.rounds.Load())
		stop()
		<-ended
	})
}
