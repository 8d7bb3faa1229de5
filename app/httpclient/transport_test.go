package httpclient

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestGoesThroughTheProxy(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.RequestURI)
	}))
	defer proxy.Close()
	c, err := New(Config{Source: "demo", Proxy: proxy.URL, Attempts: 1})
	require.NoError(t, err)
	defer c.CloseIdleConnections()
	got, err := c.Bytes(t.Context(), Request{Endpoint: "x", URL: "http://music.example/a?b=c"})
	require.NoError(t, err)
	require.Equal(t, "http://music.example/a?b=c", string(got))
	_, err = c.Bytes(t.Context(), Request{Endpoint: "x", URL: "http://192.168.1.1/"})
	requireError(t, err, models.ClassPermanent, models.CodeForbiddenAddress)
}

func TestWaitsForTheHeadOnlySoLong(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	c, srv := onServer(t, Config{HeaderTimeout: 20 * time.Millisecond}, func(http.ResponseWriter, *http.Request) { <-release })
	_, err := c.Do(t.Context(), get)
	requireError(t, err, models.ClassTransient, models.CodeTimeout)
	close(release)
	srv.Close()
	_, err = c.Do(t.Context(), get)
	requireError(t, err, models.ClassTransient, models.CodeNetwork)
}

func TestCredentialsStayOffTheOpenWire(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, Config{Header: http.Header{"Cookie": {"k=secret-cookie"}}}, func(n int, r *http.Request) *reply {
		if n == 1 {
			return answer(302, "", "Location", "http://music.example/plain")
		}
		return answer(200, r.URL.String()+" "+r.Header.Get("Cookie"))
	})
	got, err := c.Bytes(t.Context(), get)
	require.NoError(t, err)
	require.Equal(t, "http://music.example/plain ", string(got))
}

func TestTheOperatorsHeadersStayWithTheirServer(t *testing.T) {
	t.Parallel()
	seen := func(r *http.Request) *reply { return answer(200, r.URL.Host+" "+r.Header.Get("X-Token")) }
	cfg := Config{Header: http.Header{"X-Token": {"hunter22"}}, Private: []string{"X-Token"}}
	c, _ := newClient(t, cfg, func(n int, r *http.Request) *reply {
		if n == 1 {
			return answer(302, "", "Location", "https://elsewhere.example/x")
		}
		return seen(r)
	})
	got, err := c.Bytes(t.Context(), get)
	require.NoError(t, err)
	require.Equal(t, "elsewhere.example ", string(got))

	cfg.BaseURL = "https://proxy.example"
	c, _ = newClient(t, cfg, func(_ int, r *http.Request) *reply { return seen(r) })
	body, err := c.Open(t.Context(), "stream", sources.Stream{URL: "https://cdn.example/a"}, 0, "")
	require.NoError(t, err)
	defer body.Close()
	text, err := io.ReadAll(body)
	require.NoError(t, err)
	require.Equal(t, "proxy.example hunter22", string(text), "whatever the host, it goes to the base")

	c, _ = newClient(t, Config{Header: cfg.Header, Private: cfg.Private}, func(int, *http.Request) *reply { return answer(400, "you sent hunter22") })
	_, err = c.Bytes(t.Context(), get)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter22")
}

func TestTheOperatorsOwnServerIsReachedInAPrivateNetwork(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "other") }))
	defer other.Close()
	own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, other.URL, http.StatusFound)
			return
		}
		fmt.Fprint(w, "own")
	}))
	defer own.Close()
	c, err := New(Config{Source: "demo", Attempts: 1, Configured: []string{own.URL + "/rest/"}, Hosts: []string{"music.example"}})
	require.NoError(t, err)
	defer c.CloseIdleConnections()
	got, err := c.Bytes(t.Context(), Request{Endpoint: "x", URL: own.URL + "/ping"})
	require.NoError(t, err)
	require.Equal(t, "own", string(got))
	body, err := c.Open(t.Context(), "stream", sources.Stream{URL: own.URL + "/stream"}, 0, "")
	require.NoError(t, err)
	require.NoError(t, body.Close())
	for _, address := range []string{other.URL, own.URL + "/away"} {
		_, err = c.Bytes(t.Context(), Request{Endpoint: "x", URL: address})
		requireError(t, err, models.ClassPermanent, models.CodeForbiddenAddress)
	}
	for _, bad := range []string{"nas:4533", "ftp://nas", "http://:80"} {
		_, err = New(Config{Configured: []string{bad}})
		require.Error(t, err, bad)
	}
}
