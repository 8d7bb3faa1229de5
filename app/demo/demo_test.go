package demo_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"catalogsync/app/demo"
)

const browser = "Mozilla/5.0 (X11; Linux x86_64) demo test"

func newServer(t *testing.T, cfg demo.Config) *demo.Server {
	t.Helper()
	s, err := demo.New(cfg)
	require.NoError(t, err)
	return s
}

// call is one request to a server, as a browser would send it.
type call struct {
	t      *testing.T
	server http.Handler
	header http.Header
}

func caller(t *testing.T, s http.Handler) call {
	t.Helper()
	return call{t: t, server: s, header: http.Header{"User-Agent": {browser}}}
}

func (c call) with(key, value string) call {
	c.header = c.header.Clone()
	c.header.Set(key, value)
	return c
}

func (c call) without(key string) call {
	c.header = c.header.Clone()
	c.header.Del(key)
	return c
}

// answer is what came back, whole.
type answer struct {
	StatusCode int
	Header     http.Header
	body       []byte
	cookies    []*http.Cookie
}

func (c call) do(method, address string, body io.Reader) answer {
	c.t.Helper()
	r := httptest.NewRequestWithContext(c.t.Context(), method, "/"+strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://"), body)
	r.Header = c.header.Clone()
	if method == http.MethodPost && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	result := w.Result()
	require.NoError(c.t, result.Body.Close())
	return answer{StatusCode: result.StatusCode, Header: result.Header, body: w.Body.Bytes(), cookies: result.Cookies()}
}

func (c call) get(address string) answer { return c.do(http.MethodGet, address, nil) }

func (c call) text(address string) string { return string(c.get(address).body) }

// json gets an answer that must be JSON with status 200.
func (c call) json(address string) gjson.Result {
	c.t.Helper()
	return parse(c.t, c.get(address))
}

func (c call) post(address string, form url.Values) gjson.Result {
	c.t.Helper()
	return parse(c.t, c.do(http.MethodPost, address, strings.NewReader(form.Encode())))
}

// musicu asks QQ for one method and gives the key of the answer.
func (c call) musicu(module, method string, param any) gjson.Result {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"comm": map[string]any{"ct": 24}, "req": map[string]any{"module": module, "method": method, "param": param}})
	require.NoError(c.t, err)
	out := parse(c.t, c.do(http.MethodPost, "u.y.qq.com/cgi-bin/musicu.fcg", bytes.NewReader(body)))
	require.Zero(c.t, out.Get("code").Int())
	return out.Get("req")
}

func parse(t *testing.T, r answer) gjson.Result {
	t.Helper()
	require.Equal(t, http.StatusOK, r.StatusCode, "%s", r.body)
	require.True(t, gjson.ValidBytes(r.body), "%s", r.body)
	return gjson.ParseBytes(r.body)
}

// pages goes through a paged list until end says so, and gives all values of a path.
func pages(t *testing.T, page func(n int) gjson.Result, path string, end func(gjson.Result) bool) []string {
	t.Helper()
	var all []string
	for n := range 1000 {
		part := page(n)
		for _, v := range part.Get(path).Array() {
			all = append(all, v.String())
		}
		if end(part) {
			return all
		}
	}
	t.Fatal("the list does not end")
	return nil
}

func distinct(values []string) int {
	seen := map[string]bool{}
	for _, v := range values {
		seen[v] = true
	}
	return len(seen)
}
