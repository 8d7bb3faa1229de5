package httpclient

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// reply is one answer; a nil reply is a refused connection.
type reply struct {
	status int
	body   string
	header http.Header
	stalls bool // the body never ends
}

// upstream answers requests without a network; n counts from 1.
type upstream struct {
	calls  atomic.Int64
	answer func(n int, r *http.Request) *reply
}

func (u *upstream) RoundTrip(r *http.Request) (*http.Response, error) {
	a := u.answer(int(u.calls.Add(1)), r)
	if a == nil {
		return nil, errors.New("connection refused")
	}
	resp := &http.Response{StatusCode: a.status, Header: a.header, Request: r,
		Body: io.NopCloser(strings.NewReader(a.body)), ContentLength: int64(len(a.body))}
	if a.stalls {
		resp.Body, resp.ContentLength = &stallingBody{ctx: r.Context(), first: a.body}, 100
	}
	return resp, nil
}

func answer(status int, body string, header ...string) *reply {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &reply{status: status, body: body, header: h}
}

func newClient(t *testing.T, cfg Config, next func(n int, r *http.Request) *reply) (*Client, *upstream) {
	t.Helper()
	up := &upstream{answer: next}
	cfg.Source, cfg.Transport = "demo", up
	c, err := New(cfg)
	require.NoError(t, err)
	return c, up
}

var get = Request{Endpoint: "list", URL: "https://music.example/api/list"}

func requireError(t *testing.T, err error, class models.ErrorClass, code models.Code) models.Error {
	t.Helper()
	e, ok := errors.AsType[*models.Error](err)
	require.True(t, ok, "want a domain error, got %v", err)
	require.Equal(t, class, e.Class, "%v", err)
	require.Equal(t, code, e.Code, "%v", err)
	require.Equal(t, "demo", e.Source)
	require.NotEmpty(t, e.Endpoint)
	return *e
}

func TestJudgesAnswers(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reply *reply
		class models.ErrorClass
		code  models.Code
	}{
		"rate limit":        {answer(429, `{}`), models.ClassRateLimited, models.CodeRateLimited},
		"server error":      {answer(503, `{}`), models.ClassTransient, models.CodeUpstreamStatus},
		"server error page": {answer(502, `<html>`), models.ClassTransient, models.CodeUpstreamStatus},
		"page":              {answer(200, "\n<!DOCTYPE html><p>login</p>"), models.ClassRiskControl, models.CodeUpstreamHTML},
		"page with bom":     {answer(200, "\ufeff<html>"), models.ClassRiskControl, models.CodeUpstreamHTML},
		"forbidden page":    {answer(403, "<html>captcha"), models.ClassRiskControl, models.CodeUpstreamHTML},
		"forbidden":         {answer(403, `{}`), models.ClassPermanent, models.CodeUpstreamStatus},
		"missing":           {answer(404, `<html>`), models.ClassNotFound, models.CodeUpstreamStatus},
		"empty":             {answer(200, " \n"), models.ClassTransient, models.CodeUpstreamEmpty},
		"too large":         {answer(200, `{"a":"`+strings.Repeat("x", 600)+`"}`), models.ClassPermanent, models.CodeTooLarge},
		"wrong type":        {answer(200, `{"a":"x"}`), models.ClassPermanent, models.CodeUpstreamShape},
		"wrong shape":       {answer(200, `[1,2]`), models.ClassPermanent, models.CodeUpstreamShape},
		"not json":          {answer(200, `{"a":1}}}`), models.ClassPermanent, models.CodeUpstreamShape},
		"text":              {answer(200, `busy`), models.ClassPermanent, models.CodeUpstreamShape},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := newClient(t, Config{Attempts: 1, MaxBodyBytes: 500}, func(int, *http.Request) *reply { return tc.reply })
			var out struct{ A int }
			requireError(t, c.JSON(t.Context(), get, &out), tc.class, tc.code)
		})
	}
}

func TestJSONReadsWhatPlatformsSend(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"plain":      `{"a":7}`,
		"bom":        "\ufeff{\"a\":7}",
		"jsonp":      `callback_1.done({"a":7});`,
		"jsonp note": "/* one\n line */ /**/\ncb({\"a\":7})",
		"jsonp safe": "/**/ cb ( {\"a\":7} )\n",
		"spaces":     "\r\n {\"a\":7} \n",
	} {
		c, _ := newClient(t, Config{}, func(int, *http.Request) *reply { return answer(200, body) })
		var out struct{ A int }
		require.NoError(t, c.JSON(t.Context(), get, &out), name)
		require.Equal(t, 7, out.A, name)
	}
}

func TestBytesAreUTF8(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ body, want string }{
		"gbk":            {"\xd2\xb9\xc7\xfa", "夜曲"},
		"utf-8":          {"夜曲", "夜曲"},
		"one bad byte":   {"夜曲夜曲夜曲\xff夜曲", "夜曲夜曲夜曲\uFFFD夜曲"},
		"cut at the end": {"夜曲\xe5\xa4", "夜曲\uFFFD"},
	} {
		c, _ := newClient(t, Config{}, func(int, *http.Request) *reply { return answer(200, tc.body) })
		got, err := c.Bytes(t.Context(), get)
		require.NoError(t, err, name)
		require.Equal(t, tc.want, string(got), name)
	}
}

func TestRetriesShortlyWhatAMomentHeals(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]*reply{
		"server error":     answer(500, ""),
		"no connection":    nil,
		"empty":            answer(200, ""),
		"cut":              answer(200, `{"a":`),
		"short rate limit": answer(429, "", "Retry-After", "2"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, up := newClient(t, Config{}, func(n int, _ *http.Request) *reply {
					if n == 1 {
						return first
					}
					return answer(200, `{"a":1}`)
				})
				began := time.Now()
				var out struct{ A int }
				require.NoError(t, c.JSON(t.Context(), get, &out))
				require.EqualValues(t, 2, up.calls.Load())
				if name == "short rate limit" {
					require.GreaterOrEqual(t, time.Since(began), 2*time.Second, "Retry-After is a minimum")
				} else {
					require.Less(t, time.Since(began), time.Second)
				}
			})
		})
	}
}

func TestNeverAsksAgainAtOnce(t *testing.T) {
	t.Parallel()
	risk := func(int, http.Header, []byte) error {
		return models.NewError(models.ClassRiskControl, models.CodeRiskControl, "blocked")
	}
	for name, tc := range map[string]struct {
		reply    *reply
		classify func(int, http.Header, []byte) error
	}{
		"risk control":    {answer(200, `{"code":-460}`), risk},
		"page":            {answer(200, `<html>`), nil},
		"long rate limit": {answer(429, ``, "Retry-After", "60"), nil},
		"long outage":     {answer(503, ``, "Retry-After", "60"), nil},
		"missing":         {answer(404, ``), nil},
	} {
		c, up := newClient(t, Config{}, func(int, *http.Request) *reply { return tc.reply })
		r := get
		r.Classify = tc.classify
		_, err := c.Do(t.Context(), r)
		require.Error(t, err, name)
		require.EqualValues(t, 1, up.calls.Load(), name)
	}
}

func TestCutJSONTwiceIsAWrongShape(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, up := newClient(t, Config{}, func(int, *http.Request) *reply { return answer(200, `{"a":[1,2`) })
		var out any
		e := requireError(t, c.JSON(t.Context(), get, &out), models.ClassPermanent, models.CodeUpstreamShape)
		require.Equal(t, `{"a":[1,2`, e.Excerpt)
		require.EqualValues(t, 2, up.calls.Load())
	})
}

func TestErrorsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	cookie := "os=pc; MUSIC_U=0123456789abcdef"
	c, _ := newClient(t, Config{Header: http.Header{"Cookie": {cookie}}, Attempts: 1, BaseURL: "http://127.0.0.1:1/p"},
		func(n int, r *http.Request) *reply {
			if n == 1 {
				return nil
			}
			body, _ := json.Marshal("you sent " + r.Header.Get("Cookie") + "\x00 to os=pc")
			return answer(404, string(body))
		})
	r := get
	r.Query = url.Values{"token": {"secret-token"}}
	_, err := c.Do(t.Context(), r)
	require.NotContains(t, err.Error(), "secret-token")
	_, err = c.Do(t.Context(), r)
	require.NotContains(t, err.Error(), "0123456789abcdef")
	require.Contains(t, err.Error(), "os=pc")
	require.NotContains(t, c.cfg.String()+c.cfg.LogValue().String(), "MUSIC_U")
}

func TestExcerptIsShortAndPrintable(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a b 夜 c", Excerpt("  a\x00\n\tb\u202e夜 \x1b c"))
	require.Len(t, []rune(Excerpt(strings.Repeat("夜", 500))), 200)
	require.LessOrEqual(t, len([]rune(Excerpt(strings.Repeat("夜 ", 500)))), 200, "the cut may fall on a space")
}

func TestCanceledRequestEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c, up := newClient(t, Config{}, func(int, *http.Request) *reply { return answer(500, "") })
		time.AfterFunc(100*time.Millisecond, cancel)
		began := time.Now()
		_, err := c.Do(ctx, get)
		require.ErrorIs(t, err, context.Canceled)
		requireError(t, err, models.ClassTransient, models.CodeInterrupted)
		require.Equal(t, 100*time.Millisecond, time.Since(began))
		require.EqualValues(t, 1, up.calls.Load())
	})
}

func TestAnswerThatStallsEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, Config{IdleTimeout: 5 * time.Second}, func(int, *http.Request) *reply {
			return &reply{status: 200, body: `{"a":`, stalls: true}
		})
		began := time.Now()
		_, err := c.Do(t.Context(), get)
		requireError(t, err, models.ClassTransient, models.CodeStalled)
		require.Equal(t, 5*time.Second, time.Since(began))
	})
}

func TestPostsFormsAndJSON(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, Config{Header: http.Header{"Referer": {"https://music.example/"}}}, func(_ int, r *http.Request) *reply {
		body, _ := io.ReadAll(r.Body)
		seen := strings.Join([]string{r.Method, r.Header.Get("Content-Type"), r.Header.Get("Referer"), r.Header.Get("X-Own"), r.URL.RawQuery, string(body)}, "|")
		return answer(200, seen)
	})
	r := get
	r.URL += "?v=1"
	r.Query, r.Form, r.Header = url.Values{"q": {"夜"}}, url.Values{"s": {"a b"}}, http.Header{"x-own": {"1"}}
	got, err := c.Bytes(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, "POST|application/x-www-form-urlencoded|https://music.example/|1|v=1&q=%E5%A4%9C|s=a+b", string(got))
	got, err = c.Bytes(t.Context(), Request{Endpoint: "x", URL: get.URL, JSONBody: map[string]int{"a": 1}})
	require.NoError(t, err)
	require.Equal(t, `POST|application/json|https://music.example/|||{"a":1}`, string(got))
}

// stallingBody gives first and then nothing until its request ends.
type stallingBody struct {
	ctx   context.Context
	first string
}

func (b *stallingBody) Read(p []byte) (int, error) {
	if b.first != "" {
		n := copy(p, b.first)
		b.first = b.first[n:]
		return n, nil
	}
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

func (b *stallingBody) Close() error { return nil }

// An adapter's own excerpt of what an upstream echoes shows no more than the client's.
func TestAnAdaptersExcerptShowsNoCredentials(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, Config{Attempts: 1, Header: http.Header{"Cookie": {"key=planted-secret"}}}, func(int, *http.Request) *reply {
		return answer(200, `{"code":1,"msg":"bad cookie planted-secret"}`)
	})
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamStatus, "refused")
	e.Excerpt = "bad cookie planted-secret"
	r := get
	r.Classify = func(int, http.Header, []byte) error { return e }
	_, err := c.Do(t.Context(), r)
	require.Equal(t, "bad cookie ***", requireError(t, err, models.ClassPermanent, models.CodeUpstreamStatus).Excerpt)
	late := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "late")
	late.Excerpt = "planted-secret!"
	require.ErrorIs(t, c.Redacted(late), late)
	require.Equal(t, "***!", late.Excerpt)
	require.NoError(t, c.Redacted(nil))
}
