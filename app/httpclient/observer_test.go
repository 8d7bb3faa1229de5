package httpclient

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// seen notes what an observer is told.
type seen struct {
	mu    sync.Mutex
	codes []models.Code
}

func (s *seen) Observe(endpoint string, _ time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := models.Code(endpoint + " ok")
	if err != nil {
		code = models.CodeOf(err)
	}
	s.codes = append(s.codes, code)
}

func TestObserverIsToldOfWhatWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &seen{}
		c, _ := newClient(t, Config{Observer: s, Breaker: BreakerConfig{Failures: 2}}, func(n int, _ *http.Request) *reply {
			if n == 1 {
				return answer(200, `{}`)
			}
			return answer(429, "")
		})
		for range 4 {
			_, _ = c.Do(t.Context(), get)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, _ = c.Do(ended, get)
		require.Equal(t, []models.Code{models.Code(get.Endpoint + " ok"), models.CodeRateLimited, models.CodeRateLimited}, s.codes,
			"what the circuit refused, and what nobody waited for, was not sent")
	})
}
