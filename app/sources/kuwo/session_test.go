package kuwo

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestTokenIsKeptForHalfAnHour(t *testing.T) {
	t.Parallel()
	homes := 0
	s := newSource(t, func(r *http.Request) reply {
		if r.URL.Path == "/" {
			homes++
			return home(tokenSample)
		}
		return reply{file: "play.json"}
	})
	c := &clock{at: time.Unix(1_760_000_000, 0)}
	s.session.now = c.now
	resolve := func() {
		t.Helper()
		_, err := s.Resolve(t.Context(), boat, models.QualityUnknown)
		require.NoError(t, err)
	}
	resolve()
	c.at = c.at.Add(29 * time.Minute)
	resolve()
	require.Equal(t, 1, homes)
	c.at = c.at.Add(2 * time.Minute)
	resolve()
	require.Equal(t, 2, homes)
}

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]reply{
		"illegal":                {file: "illegal.json"},
		"illegal under msg":      {file: "illegal_msg.json"},
		"status 401":             {status: http.StatusUnauthorized},
		"status 403 with a page": {status: http.StatusForbidden, file: "home.html"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			homes := 0
			values := []string{tokenSample, "0123456789abcdefFEDCBA9876543210"}
			s := newSource(t, func(r *http.Request) reply {
				if r.URL.Path == "/" {
					homes++
					return home(values[(homes-1)%2])
				}
				if r.Header.Get("Cookie") == tokenName+"="+values[0] {
					return refusal
				}
				return reply{file: "play.json"}
			})
			_, err := s.Resolve(t.Context(), boat, models.QualityUnknown)
			require.NoError(t, err)
			require.Equal(t, 2, homes)

			homes = 0
			always := newSource(t, func(r *http.Request) reply {
				if r.URL.Path == "/" {
					homes++
					return home(tokenSample)
				}
				return refusal
			})
			_, err = always.Resolve(t.Context(), boat, models.QualityUnknown)
			require.Error(t, err)
			require.Equal(t, 2, homes, "then it gives up")
		})
	}
}

func TestCookieCountsOnARefusedHomePage(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(r *http.Request) reply {
		if r.URL.Path == "/" {
			page := home(tokenSample)
			page.status = http.StatusForbidden
			return page
		}
		return reply{file: "play.json"}
	})
	_, err := s.Resolve(t.Context(), boat, models.QualityUnknown)
	require.NoError(t, err)
}

func TestHomePageWithoutCookie(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply reply
		class models.ErrorClass
	}{
		"another page":    {reply{file: "home.html"}, models.ClassRiskControl},
		"nothing":         {reply{}, models.ClassTransient},
		"a refusal":       {reply{file: "illegal.json"}, models.ClassRiskControl},
		"data":            {reply{file: "nocode.json"}, models.ClassPermanent},
		"status 503":      {reply{status: http.StatusServiceUnavailable}, models.ClassTransient},
		"an odd cookie":   {home("<script>alert(1)</script>"), models.ClassRiskControl},
		"a short cookie":  {home("abc"), models.ClassRiskControl},
		"asked to wait":   {reply{status: http.StatusTooManyRequests}, models.ClassRateLimited},
		"a page, refused": {reply{status: http.StatusForbidden, file: "home.html"}, models.ClassRiskControl},
	} {
		_, err := newSource(t, func(*http.Request) reply { return c.reply }).Resolve(t.Context(), boat, models.QualityUnknown)
		require.Equal(t, c.class, models.ClassOf(err), "%s: %v", name, err)
	}
}

func TestWaitingForTheTokenCanBeCanceled(t *testing.T) {
	t.Parallel()
	s := newSession(func(context.Context) (string, string, error) { return tokenName, tokenSample, nil }, time.Now)
	<-s.turn // somebody else is renewing
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.get(ctx, token{})
	require.ErrorIs(t, err, context.Canceled)
}
