package httpclient

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func onServer(t *testing.T, cfg Config, h http.HandlerFunc) (*Client, *httptest.Server) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	cfg.Source, cfg.BaseURL, cfg.Attempts = "demo", srv.URL+cfg.BaseURL, 1
	c, err := New(cfg)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c, srv
}

func TestBaseURLServesAllHosts(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "/stand-in/"} {
		c, _ := onServer(t, Config{BaseURL: prefix}, func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, r.RequestURI)
		})
		for real, want := range map[string]string{
			"https://music.example/api/x?q=1":     "/music.example/api/x?q=1",
			"http://cdn.music.example:8080/a%2Fb": "/cdn.music.example:8080/a%2Fb",
			"https://music.example":               "/music.example/",
		} {
			got, err := c.Bytes(t.Context(), Request{Endpoint: "x", URL: real})
			require.NoError(t, err)
			require.Equal(t, strings.TrimSuffix(prefix, "/")+want, string(got))
		}
	}
}

func TestRefusesBadBaseAndProxy(t *testing.T) {
	t.Parallel()
	for _, cfg := range []Config{
		{BaseURL: "ftp://x"}, {BaseURL: "127.0.0.1:80"}, {BaseURL: "http://"}, {BaseURL: "http://u:hunter22@x/"},
		{BaseURL: "http://x/?a=1"}, {BaseURL: "http://x\x7f"}, {Proxy: "u:hunter22@x:1"}, {Proxy: "://hunter22"},
	} {
		_, err := New(cfg)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hunter22")
	}
}

func TestUnpacksGzip(t *testing.T) {
	t.Parallel()
	c, _ := onServer(t, Config{MaxBodyBytes: 1000}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, size, _ := strings.Cut(r.URL.Path, "/size/")
		n, _ := strconv.Atoi(size)
		_, _ = z.Write([]byte(strings.Repeat("x", n)))
		_ = z.Close()
	})
	got, err := c.Bytes(t.Context(), Request{Endpoint: "x", URL: "https://music.example/size/1000"})
	require.NoError(t, err)
	require.Len(t, got, 1000)
	_, err = c.Bytes(t.Context(), Request{Endpoint: "x", URL: "https://music.example/size/1000000"})
	requireError(t, err, models.ClassPermanent, models.CodeTooLarge)
}

func TestRedirectsStayOutsideAndOnTheStandIn(t *testing.T) {
	t.Parallel()
	c, srv := onServer(t, Config{Hosts: []string{"music.example"}, Header: http.Header{"Cookie": {"k=secret-cookie"}}},
		func(w http.ResponseWriter, r *http.Request) {
			to := r.URL.Query().Get("to")
			if strings.HasSuffix(r.URL.Path, "/loop") {
				to = "/loop"
			}
			if to != "" {
				w.Header().Set("Location", to)
				w.WriteHeader(http.StatusFound)
				return
			}
			fmt.Fprint(w, r.URL.Path+" "+r.Header.Get("Cookie"))
		})
	for to, want := range map[string]string{
		"https://cdn.music.example/a.mp3":       "/cdn.music.example/a.mp3 ",
		"http://cdn.music.example/a.mp3":        "/cdn.music.example/a.mp3 ",
		"//cdn.music.example/a":                 "/cdn.music.example/a ",
		"/404":                                  "/music.example/404 k=secret-cookie",
		srv.URL + "/cdn.music.example/b":        "/cdn.music.example/b ",
		"https://cdn.music.example/c?to=/d":     "/cdn.music.example/d ",
		"https://music.example/e?to=%2Fback%2F": "/music.example/back/ k=secret-cookie",
	} {
		got, err := c.Bytes(t.Context(), Request{Endpoint: "x", URL: "https://music.example/", Query: url.Values{"to": {to}}})
		require.NoError(t, err, to)
		require.Equal(t, want, string(got), to)
	}
	for _, to := range []string{
		"http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest", "http://10.0.0.1/",
		"http://192.168.1.1/", "http://[fd00::1]/", "http://[::ffff:127.0.0.1]/", "http://a.localhost./", "file:///etc/passwd",
		"ftp://cdn.music.example/", "https://evil.example/", "https://notmusic.example/", "http://u:p@music.example/", "http://0.0.0.0/",
	} {
		_, err := c.Bytes(t.Context(), Request{Endpoint: "x", URL: "https://music.example/", Query: url.Values{"to": {to}}})
		requireError(t, err, models.ClassPermanent, models.CodeForbiddenAddress)
		_, err = c.Open(t.Context(), "stream", sources.Stream{URL: to}, 0, "")
		requireError(t, err, models.ClassPermanent, models.CodeForbiddenAddress)
	}
	_, err := c.Bytes(t.Context(), Request{Endpoint: "x", URL: "https://music.example/loop"})
	requireError(t, err, models.ClassPermanent, models.CodeUpstreamStatus)
	resp, err := c.Do(t.Context(), Request{Endpoint: "x", URL: "https://music.example/?to=https://evil.example/", NoRedirect: true})
	require.NoError(t, err)
	require.Equal(t, "https://evil.example/", resp.Header.Get("Location"))
}

func TestDialledAddressIsJudgedNotTheName(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "inside") }))
	defer srv.Close()
	_, port, err := net.SplitHostPort(srv.Listener.Addr().String())
	require.NoError(t, err)
	dial := guardedDial(map[string]bool{}, time.Second)
	// "localhost" stands for any name that resolves into this machine.
	_, err = dial(t.Context(), "tcp", net.JoinHostPort("localhost", port))
	require.Equal(t, models.CodeForbiddenAddress, models.CodeOf(err))
	c, err := New(Config{Source: "demo", Attempts: 1})
	require.NoError(t, err)
	_, err = c.Do(t.Context(), Request{Endpoint: "x", URL: "http://localhost:" + port})
	requireError(t, err, models.ClassPermanent, models.CodeForbiddenAddress)
}

func TestInsideAddresses(t *testing.T) {
	t.Parallel()
	for address, inside := range map[string]bool{
		"127.0.0.1": true, "::1": true, "10.1.2.3": true, "172.16.0.1": true, "192.168.0.1": true, "169.254.169.254": true,
		"fe80::1": true, "fc00::1": true, "0.0.0.0": true, "::": true, "100.64.0.1": true, "224.0.0.1": true,
		"::ffff:10.0.0.1": true, "64:ff9b::7f00:1": true,
		"8.8.8.8": false, "59.111.160.195": false, "2408:400a::1": false, "64:ff9b::808:808": false, "198.18.0.5": false,
	} {
		require.Equal(t, inside, isInside(netip.MustParseAddr(address)), address)
	}
}

const song = "0123456789"

// songServer serves song with ranges; the path picks its faults.
func songServer(w http.ResponseWriter, r *http.Request) {
	tag, ranged := `"v1"`, r.Header.Get("Range")
	switch {
	case strings.HasSuffix(r.URL.Path, "/page"):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<html>")
		return
	case strings.HasSuffix(r.URL.Path, "/gone"):
		w.WriteHeader(http.StatusForbidden)
		return
	case strings.HasSuffix(r.URL.Path, "/short"):
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, song)
		return
	case strings.HasSuffix(r.URL.Path, "/no-range"):
		ranged = ""
	case strings.HasSuffix(r.URL.Path, "/lies"):
		tag = `"v2"`
		r.Header.Set("If-Range", tag)
	case strings.HasSuffix(r.URL.Path, "/416") && ranged != "":
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		return
	}
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Type", "audio/mpeg")
	if r.Header.Get("Accept-Encoding") != "identity" || r.Header.Get("Cookie") != "" {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	from := 0
	if n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(ranged, "bytes="), "-")); err == nil && r.Header.Get("If-Range") == tag {
		from = n
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-9/10", n))
		w.Header().Set("Content-Length", strconv.Itoa(len(song)-from))
		w.WriteHeader(http.StatusPartialContent)
	}
	fmt.Fprint(w, song[from:])
}

// A part that nobody asked for must not pass for the whole.
func TestOpenTellsOfAPartThatNobodyAskedFor(t *testing.T) {
	t.Parallel()
	c, srv := onServer(t, Config{Hosts: []string{"music.example"}}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Range", "bytes 3-9/10")
		w.WriteHeader(http.StatusPartialContent)
		fmt.Fprint(w, song[3:])
	})
	body, err := c.Open(t.Context(), "stream", sources.Stream{URL: srv.URL + "/cdn.music.example/x"}, 0, "")
	require.NoError(t, err)
	defer body.Close()
	require.EqualValues(t, 3, body.Offset)
}

// One that does not even say where it begins could be any part.
func TestOpenRefusesAPartOfUnknownPlace(t *testing.T) {
	t.Parallel()
	for _, place := range []string{"", "bytes */10", "bytes -5-9/10", "items 3-9/10", "bytes x"} {
		c, srv := onServer(t, Config{Hosts: []string{"music.example"}}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", place)
			w.WriteHeader(http.StatusPartialContent)
			fmt.Fprint(w, song[3:])
		})
		_, err := c.Open(t.Context(), "stream", sources.Stream{URL: srv.URL + "/cdn.music.example/x"}, 0, "")
		require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err), place)
		require.Equal(t, models.ClassTransient, models.ClassOf(err), place)
	}
}

func TestOpenContinuesOnlyTheSameFile(t *testing.T) {
	t.Parallel()
	c, srv := onServer(t, Config{Hosts: []string{"music.example"}, Header: http.Header{"Cookie": {"a=b"}}}, songServer)
	for name, tc := range map[string]struct {
		path, validator string
		offset, start   int64
	}{
		"whole":                 {"song", "", 0, 0},
		"from the middle":       {"song", `"v1"`, 4, 4},
		"without validator":     {"song", "", 4, 0},
		"changed":               {"song", `"v0"`, 4, 0},
		"server without ranges": {"no-range", `"v1"`, 4, 0},
		"ignores If-Range":      {"lies", `"v1"`, 4, 0},
		"beyond the end":        {"416", `"v1"`, 40, 0},
	} {
		for _, host := range []string{"https://cdn.music.example/", srv.URL + "/cdn.music.example/"} {
			body, err := c.Open(t.Context(), "stream", sources.Stream{URL: host + tc.path}, tc.offset, tc.validator)
			require.NoError(t, err, name)
			require.Equal(t, tc.start, body.Offset, name)
			require.Equal(t, "audio/mpeg", body.ContentType)
			got, err := io.ReadAll(body)
			require.NoError(t, err)
			require.NoError(t, body.Close())
			require.Equal(t, song[tc.start:], string(got), name)
			require.EqualValues(t, len(got), body.Length)
		}
	}
}

func TestOpenNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	c, _ := onServer(t, Config{}, songServer)
	_, err := c.Open(t.Context(), "stream", sources.Stream{URL: "https://cdn.music.example/page"}, 0, "")
	requireError(t, err, models.ClassTransient, models.CodeUpstreamHTML)
	_, err = c.Open(t.Context(), "stream", sources.Stream{URL: "https://cdn.music.example/gone"}, 0, "")
	requireError(t, err, models.ClassTransient, models.CodeUpstreamStatus)
	body, err := c.Open(t.Context(), "stream", sources.Stream{URL: "https://cdn.music.example/short"}, 0, "")
	require.NoError(t, err)
	defer body.Close()
	_, err = io.ReadAll(body)
	requireError(t, err, models.ClassTransient, models.CodeLengthMismatch)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestStreamStallsAndIsCanceled(t *testing.T) {
	stalls := func(int, *http.Request) *reply {
		return &reply{status: 200, body: "abc", stalls: true}
	}
	t.Run("stalls", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c, _ := newClient(t, Config{IdleTimeout: 7 * time.Second}, stalls)
			body, err := c.Open(t.Context(), "stream", sources.Stream{URL: "https://cdn.music.example/"}, 0, "")
			require.NoError(t, err)
			time.Sleep(time.Hour) // a slow reader is no stall
			began := time.Now()
			got, err := io.ReadAll(body)
			require.Equal(t, "abc", string(got))
			requireError(t, err, models.ClassTransient, models.CodeStalled)
			require.Equal(t, 7*time.Second, time.Since(began))
			require.NoError(t, body.Close())
		})
	})
	t.Run("canceled", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c, _ := newClient(t, Config{}, stalls)
			ctx, cancel := context.WithCancel(t.Context())
			body, err := c.Open(ctx, "stream", sources.Stream{URL: "https://cdn.music.example/"}, 0, "")
			require.NoError(t, err)
			time.AfterFunc(time.Second, cancel)
			began := time.Now()
			_, err = io.ReadAll(body)
			requireError(t, err, models.ClassTransient, models.CodeInterrupted)
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, time.Second, time.Since(began))
			require.NoError(t, body.Close())
		})
	})
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	c, _ := onServer(t, Config{Concurrency: 1}, func(w http.ResponseWriter, r *http.Request) {
		seen[r.RemoteAddr] = true
		fmt.Fprint(w, `{}`)
	})
	for range 5 {
		_, err := c.Do(t.Context(), get)
		require.NoError(t, err)
	}
	require.Len(t, seen, 1)
}

func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, `cb({"a":1});`, "\xef\xbb\xbf<html>", "\xd2\xb9\xc7\xfa", `{"a":`, ``, `/**/x(`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, _ := newClient(t, Config{Attempts: 1}, func(int, *http.Request) *reply { return answer(200, string(body)) })
		var out any
		if err := c.JSON(t.Context(), get, &out); err != nil {
			require.NotEqual(t, models.CodeInternal, models.CodeOf(err))
			require.LessOrEqual(t, len([]rune(Excerpt(string(body)))), excerptLength)
		}
	})
}
