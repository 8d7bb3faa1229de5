package kuwo

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
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
	homePage     = "https://www.kuwo.cn/"
	homeEndpoint = "home page"
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
	fetch func(ctx context.Context) (cookieName, cookieValue string, err error)
	now   func() time.Time

	turn  chan struct{} // holds one element while nobody is inside
	token token
	since time.Time
}

func newSession(fetch func(context.Context) (string, string, error), now func() time.Time) *session {
	s := &session{fetch: fetch, now: now, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// get returns a token that is not the refused one ("" = none was refused).
func (s *session) get(ctx context.Context, refused token) (token, error) {
	select {
	case <-ctx.Done():
		e := models.NewError(models.ClassTransient, models.CodeInterrupted, "waiting for Kuwo's web token was canceled")
		e.Source, e.Endpoint = Name, homeEndpoint
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
	name, value, err := s.fetch(ctx)
	if err != nil {
		return token{}, err
	}
	nonce, err := eightDigits()
	if err != nil {
		return token{}, err
	}
	secret, err := secretOf(name, value, nonce)
	if err != nil {
		e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "Kuwo's web token cannot be made; the platform may have changed it")
		e.Source, e.Endpoint = Name, homeEndpoint
		return token{}, e.WithCause(err)
	}
	return token{cookie: name + "=" + value, secret: secret}, nil
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

// tokenCookie gets the token cookie that the home page sets. It counts even when the page
// itself is refused, hence the look at the head before the status is judged.
func (s *Source) tokenCookie(ctx context.Context) (name, value string, err error) {
	var head http.Header
	resp, err := s.http.Do(ctx, httpclient.Request{
		Endpoint: homeEndpoint, URL: homePage, AllowHTML: true, AllowEmpty: true,
		Classify: func(_ int, h http.Header, _ []byte) error { head = h; return nil },
	})
	if resp != nil {
		head = resp.Header
	}
	for _, c := range (&http.Response{Header: head}).Cookies() {
		if strings.HasPrefix(c.Name, cookiePrefix) && tokenValue(c.Value) {
			return c.Name, c.Value, nil
		}
	}
	if err == nil {
		err = withoutCookie(resp.Body)
	} else if e, ok := errors.AsType[*models.Error](err); ok && refusedStatus(err) {
		e.Class, e.Code = models.ClassRiskControl, models.CodeRiskControl // even the home page is closed to this caller
	}
	return "", "", err
}

// withoutCookie is the error of a home page that sets no token cookie: a broken answer, or
// another page in its place.
func withoutCookie(page []byte) error {
	page = bytes.ToLower(bytes.TrimSpace(page))
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "Kuwo's home page sets no token cookie; the platform may have changed it")
	switch {
	case len(page) == 0:
		e.Class, e.Code, e.Message = models.ClassTransient, models.CodeUpstreamEmpty, "Kuwo's home page is empty"
	case saysIllegal(page):
		e.Class, e.Code, e.Message = models.ClassRiskControl, models.CodeRiskControl, "Kuwo calls the request illegal; wait before asking again"
	case page[0] == '<' && !bytes.Contains(page, []byte("</html")):
		e.Class, e.Message = models.ClassTransient, "Kuwo's home page is cut short"
	case page[0] == '<':
		e.Class, e.Code = models.ClassRiskControl, models.CodeUpstreamHTML
		e.Message = "Kuwo answers with another page in place of its home page; wait before asking again"
	}
	e.Source, e.Endpoint, e.Excerpt = Name, homeEndpoint, httpclient.Excerpt(string(page))
	return e
}

// withToken gets a token endpoint. A refused token is renewed once.
func (s *Source) withToken(ctx context.Context, endpoint, address string, query url.Values) (gjson.Result, error) {
	var refused token
	for renewed := false; ; renewed = true {
		t, err := s.session.get(ctx, refused)
		if err != nil {
			return gjson.Result{}, err
		}
		var body json.RawMessage
		err = s.http.JSON(ctx, httpclient.Request{
			Endpoint: endpoint, URL: address, Query: query,
			Header: http.Header{"Cookie": {t.cookie}, "Secret": {t.secret}},
		}, &body)
		switch {
		case err == nil && !saysIllegal(body):
			return objectRoot(endpoint, body)
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
	return models.CodeOf(err) == models.CodeUpstreamHTML || refusedStatus(err)
}

// refusedStatus: the client says so of 401, 403 and their like.
func refusedStatus(err error) bool {
	return models.CodeOf(err) == models.CodeUpstreamStatus && models.ClassOf(err) == models.ClassPermanent
}
