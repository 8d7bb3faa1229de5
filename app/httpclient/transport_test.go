package httpclient

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
