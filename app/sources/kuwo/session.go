package kuwo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/models"
)

const (
	homePage = "https://www.kuwo.cn/"
	// cookiePrefix begins the name of the token cookie; the rest changes over the years.
	cookiePrefix = "Hm_Iuvt_"
	// sessionLife is how long a token is safe to use.
	sessionLife = 30 * time.Minute
)

// token is what a token endpoint wants to see.
type token struct {
	cookie string // name=value
	secret string
}

// session keeps the web token. One caller at a time renews it, the others wait.
type session struct {
	fetch func(ctx context.Context) ([]*http.Cookie, error)
	now   func() time.Time

	turn  chan struct{} // holds one element while nobody is inside
	token token
	since time.Time
}

func newSession(fetch func(context.Context) ([]*http.Cookie, error), now func() time.Time) *session {
	s := &session{fetch: fetch, now: now, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// get returns a token that is not the refused one ("" = none was refused).
func (s *session) get(ctx context.Context, refused token) (token, error) {
	select {
	case <-ctx.Done():
		e := models.NewError(models.ClassTransient, models.CodeInterrupted, "waiting for Kuwo's web token was canceled")
		e.Source = Name
		return token{}, e.WithCause(ctx.Err())
	case <-s.turn:
	}
	defer func() { s.turn <- struct{}{} }()
	if s.token != (token{}) && s.token != refused && s.now().Sub(s.since) < sessionLife {
		return s.token, nil
	}
	fresh, err := s.renew(ctx)
	if err != nil {
		return token{}, fmt.Errorf("fetch web token: %w", err)
	}
	s.token, s.since = fresh, s.now()
	return fresh, nil
}

func (s *session) renew(ctx context.Context) (token, error) {
	cookies, err := s.fetch(ctx)
	if err != nil {
		return token{}, err
	}
	for _, c := range cookies {
		if !strings.HasPrefix(c.Name, cookiePrefix) || !tokenValue(c.Value) {
			continue
		}
		nonce, err := eightDigits()
		if err != nil {
			return token{}, err
		}
		secret, err := secretOf(c.Name, c.Value, nonce)
		if err != nil {
			return token{}, tokenError(err)
		}
		return token{cookie: c.Name + "=" + c.Value, secret: secret}, nil
	}
	return token{}, tokenError(errors.New("the home page set no token cookie"))
}

func tokenError(cause error) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "Kuwo's web token cannot be made; the platform may have changed it")
	e.Source, e.Endpoint = Name, "home page"
	return e.WithCause(cause)
}

// tokenValue: 16 to 128 letters and digits.
func tokenValue(v string) bool {
	if len(v) < 16 || len(v) > 128 {
		return false
	}
	return strings.IndexFunc(v, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}

// eightDigits is a random number of exactly eight decimal digits.
func eightDigits() (int, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(90_000_000))
	if err != nil {
		return 0, fmt.Errorf("make nonce: %w", err)
	}
	return int(n.Int64()) + 10_000_000, nil
}

// homeCookies gets the cookies of the home page. They count even when the page itself is
// refused, hence the look at its head before its status is judged.
func (s *Source) homeCookies(ctx context.Context) ([]*http.Cookie, error) {
	var head http.Header
	resp, err := s.http.Do(ctx, httpclient.Request{
		Endpoint: "home page", URL: homePage, AllowHTML: true, AllowEmpty: true,
		Classify: func(_ int, h http.Header, _ []byte) error { head = h; return nil },
	})
	if resp != nil {
		head = resp.Header
	}
	cookies := (&http.Response{Header: head}).Cookies()
	if len(cookies) == 0 && err != nil {
		return nil, err
	}
	return cookies, nil
}

// withToken gets a token endpoint. A refused token is renewed once.
func (s *Source) withToken(ctx context.Context, endpoint, address string, query url.Values) (gjson.Result, error) {
	var refused token
	for renewed := false; ; renewed = true {
		t, err := s.session.get(ctx, refused)
		if err != nil {
			return gjson.Result{}, err
		}
		body, err := s.http.Bytes(ctx, httpclient.Request{
			Endpoint: endpoint, URL: address, Query: query,
			Header: http.Header{"Cookie": {t.cookie}, "Secret": {t.secret}},
		})
		switch {
		case err == nil && !saysIllegal(body):
			return checkedRoot(endpoint, body)
		case err != nil && !maybeStale(err):
			return gjson.Result{}, err
		case renewed && err != nil:
			return gjson.Result{}, err
		case renewed:
			return gjson.Result{}, illegal(endpoint)(http.StatusOK, nil, body)
		}
		refused = t
	}
}

// maybeStale: a stale token is answered with 401 or 403 at times, with or without a page.
func maybeStale(err error) bool {
	code := models.CodeOf(err)
	return code == models.CodeUpstreamHTML || code == models.CodeUpstreamStatus && models.ClassOf(err) == models.ClassPermanent
}
