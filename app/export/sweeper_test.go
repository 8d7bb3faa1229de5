package export

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// sweptStore counts sweeps and fails at the second one.
type sweptStore struct {
	Store
	at []int64
}

func (s *sweptStore) DeleteExpiredBundles(_ context.Context, nowMS int64) (int64, error) {
	s.at = append(s.at, nowMS)
	if len(s.at) == 2 {
		return 0, errors.New("the database is busy")
	}
	return 1, nil
}

func TestSweeperGoesOnUntilItIsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		store := &sweptStore{}
		began := time.Now()
		done := make(chan struct{})
		go func() {
			defer close(done)
			New(store, Config{Now: time.Now}).RunSweeper(ctx, time.Hour, slog.New(slog.DiscardHandler))
		}()
		time.Sleep(2*time.Hour + time.Minute)
		cancel()
		<-done
		require.Equal(t, []int64{began.UnixMilli(), began.Add(time.Hour).UnixMilli(), began.Add(2 * time.Hour).UnixMilli()}, store.at,
			"at once, then each hour, an error being no reason to stop")
	})
}
