package httpclient

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestPacesEachHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, Config{RatePerSecond: 2}, func(int, *http.Request) *reply { return answer(200, `{}`) })
		began := time.Now()
		for range 5 {
			_, err := c.Do(t.Context(), get)
			require.NoError(t, err)
		}
		require.Equal(t, 2*time.Second, time.Since(began))
		_, err := c.Do(t.Context(), Request{Endpoint: "list", URL: "https://other.example/"})
		require.NoError(t, err)
		require.Equal(t, 2*time.Second, time.Since(began), "another host has its own pace")
	})
}

func TestEndpointWithItsOwnPaceAndCircuit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := Config{RatePerSecond: 100, EndpointRate: map[string]float64{"search": 0.5}, Breaker: BreakerConfig{Failures: 2}}
		c, _ := newClient(t, cfg, func(_ int, r *http.Request) *reply {
			if r.URL.Path == "/search" {
				return answer(429, "")
			}
			return answer(200, `{}`)
		})
		search := Request{Endpoint: "search", URL: "https://music.example/search"}
		began := time.Now()
		for range 2 {
			_, err := c.Do(t.Context(), search)
			requireError(t, err, models.ClassRateLimited, models.CodeRateLimited)
		}
		require.Equal(t, 2*time.Second, time.Since(began))
		_, err := c.Do(t.Context(), search)
		requireError(t, err, models.ClassRateLimited, models.CodeCircuitOpen)
		_, err = c.Do(t.Context(), get)
		require.NoError(t, err, "the rest of the source goes on")
		require.False(t, c.Circuit().Open)
	})
}

func TestBoundsRequestsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		c, _ := newClient(t, Config{Concurrency: 3}, func(int, *http.Request) *reply {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Second) // fake time of the bubble
			now.Add(-1)
			return answer(200, `{}`)
		})
		began := time.Now()
		var wg sync.WaitGroup
		for range 9 {
			wg.Go(func() { _, _ = c.Do(t.Context(), get) })
		}
		wg.Wait()
		require.EqualValues(t, 3, most.Load())
		require.Equal(t, 3*time.Second, time.Since(began))
	})
}

func TestHostsBeyondTheLimitShareOneGate(t *testing.T) {
	t.Parallel()
	g := newGates(Config{}.withDefaults())
	for i := range 3 * maxGates {
		g.of(string(rune('a' + i)))
	}
	require.Len(t, g.hosts, maxGates)
	require.Same(t, g.of("one more"), g.of("yet another"))
}

func TestCircuitOpensProbesAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		healthy := false
		c, up := newClient(t, Config{Attempts: 1, Breaker: BreakerConfig{Failures: 3, FirstDelay: 10 * time.Second, MaxDelay: 30 * time.Second}},
			func(int, *http.Request) *reply {
				if healthy {
					return answer(200, `{}`)
				}
				return answer(200, `<html>captcha`)
			})
		do := func() error { _, err := c.Do(t.Context(), get); return err }
		for range 3 {
			requireError(t, do(), models.ClassRiskControl, models.CodeUpstreamHTML)
		}
		// Each failed probe doubles the wait, up to the limit.
		for _, wait := range []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second, 30 * time.Second} {
			calls := up.calls.Load()
			e := requireError(t, do(), models.ClassRiskControl, models.CodeCircuitOpen)
			require.Equal(t, wait, e.RetryAfter)
			require.Equal(t, calls, up.calls.Load(), "nothing is sent while the circuit is open")
			state := c.Circuit()
			require.True(t, state.Open)
			require.Equal(t, time.Now().Add(wait), state.Until)
			require.Equal(t, models.CodeUpstreamHTML, state.Code)
			time.Sleep(wait)
			requireError(t, do(), models.ClassRiskControl, models.CodeUpstreamHTML)
		}
		healthy = true
		time.Sleep(30 * time.Second)
		require.NoError(t, do())
		require.Equal(t, CircuitState{}, c.Circuit())
		healthy = false
		for range 3 {
			_ = do()
		}
		require.Equal(t, 10*time.Second, requireError(t, do(), models.ClassRiskControl, models.CodeCircuitOpen).RetryAfter)
	})
}

func TestCircuitObeysRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, Config{Breaker: BreakerConfig{Failures: 1}}, func(int, *http.Request) *reply {
			return answer(429, "", "Retry-After", "90")
		})
		_, err := c.Do(t.Context(), get)
		require.Equal(t, 90*time.Second, requireError(t, err, models.ClassRateLimited, models.CodeRateLimited).RetryAfter)
		_, err = c.Do(t.Context(), get)
		require.Equal(t, 90*time.Second, requireError(t, err, models.ClassRateLimited, models.CodeCircuitOpen).RetryAfter)
	})
}

func TestRefusedSongsDoNotOpenTheCircuit(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, Config{Breaker: BreakerConfig{Failures: 2}}, func(int, *http.Request) *reply { return answer(404, "") })
	for range 10 {
		_, err := c.Do(t.Context(), get)
		requireError(t, err, models.ClassNotFound, models.CodeUpstreamStatus)
	}
}
