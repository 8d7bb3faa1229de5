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

// What one request is told holds for all that go to the same host.
func TestRetryAfterHoldsTheHostBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, up := newClient(t, Config{Attempts: 1}, func(n int, _ *http.Request) *reply {
			switch n {
			case 1:
				return answer(429, "", "Retry-After", "60")
			case 3:
				return answer(503, "", "Retry-After", "2")
			}
			return answer(200, `{}`)
		})
		_, err := c.Do(t.Context(), get)
		requireError(t, err, models.ClassRateLimited, models.CodeRateLimited)
		time.Sleep(20 * time.Second)
		_, err = c.Do(t.Context(), get)
		e := requireError(t, err, models.ClassRateLimited, models.CodeRateLimited)
		require.Equal(t, 40*time.Second, e.RetryAfter)
		require.EqualValues(t, 1, up.calls.Load(), "nothing is sent before the minute is over")
		_, err = c.Do(t.Context(), Request{Endpoint: "list", URL: "https://other.example/"})
		require.NoError(t, err, "another host is not meant")

		time.Sleep(40 * time.Second)
		_, err = c.Do(t.Context(), get)
		requireError(t, err, models.ClassTransient, models.CodeUpstreamStatus)
		began := time.Now()
		_, err = c.Do(t.Context(), get)
		require.NoError(t, err)
		require.Equal(t, 2*time.Second, time.Since(began), "a short pause is waited for")
	})
}

func TestAPauseOfAThrottledEndpointIsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, Config{RatePerSecond: 100, EndpointRate: map[string]float64{"search": 1}}, func(int, *http.Request) *reply { return answer(200, `{}`) })
		search := Request{Endpoint: "search", URL: "https://music.example/search", Classify: func(int, http.Header, []byte) error {
			e := models.NewError(models.ClassRateLimited, models.CodeRateLimited, "too often")
			e.RetryAfter = 15 * time.Second
			return e
		}}
		_, err := c.Do(t.Context(), search)
		requireError(t, err, models.ClassRateLimited, models.CodeRateLimited)
		_, err = c.Do(t.Context(), get)
		require.NoError(t, err)
		search.Classify = nil
		_, err = c.Do(t.Context(), search)
		requireError(t, err, models.ClassRateLimited, models.CodeRateLimited)
	})
}

// An empty refusal may still tell by its status or head what it is.
func TestAnEmptyAnswerIsClassified(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, Config{Attempts: 1}, func(int, *http.Request) *reply { return answer(403, "", "ssa-code", "1") })
	r := get
	r.Classify = func(status int, h http.Header, body []byte) error {
		require.Equal(t, 403, status)
		require.Empty(t, body)
		if h.Get("ssa-code") != "" {
			return models.NewError(models.ClassRiskControl, models.CodeRiskControl, "verify")
		}
		return nil
	}
	_, err := c.Do(t.Context(), r)
	requireError(t, err, models.ClassRiskControl, models.CodeRiskControl)
}
