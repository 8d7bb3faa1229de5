package apptest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/stretchr/testify/require"

	"catalogsync/app"
)

// Site is console and API of a program in this process, behind a real listener.
type Site struct {
	t      testing.TB
	host   string
	client *http.Client
	// Routes are all routes that are mounted, guards left out.
	Routes []fiber.Route
}

// patience bounds each request: one that hangs is a fault of its own.
const patience = time.Minute

// Listen serves the program's console on a free port until the test ends.
func Listen(t testing.TB, a *app.App) *Site {
	t.Helper()
	web, err := a.Site()
	require.NoError(t, err)
	routes := web.GetRoutes(true) // the server sorts them when it begins
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- web.Listener(ln, fiber.ListenConfig{DisableStartupMessage: true}) }()
	t.Cleanup(func() {
		require.NoError(t, web.ShutdownWithTimeout(5*time.Second))
		require.NoError(t, <-ended)
	})
	s := &Site{t: t, host: ln.Addr().String(), client: &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 4},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, Routes: routes}
	require.Equal(t, http.StatusOK, s.Send(http.MethodGet, "/healthz", "").StatusCode)
	return s
}

// Reply is an answer that was read.
type Reply struct {
	*http.Response
	Body []byte
}

// Send sends a request; target is written as it is, header are names and values in turn.
// Of a stream of events only the head is read. A server that closes the connection instead
// of reading an oversized body or target is taken as 413 or 431.
func (s *Site) Send(method, target, body string, header ...string) Reply {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.host, strings.NewReader(body))
	require.NoError(s.t, err)
	req.URL = &url.URL{Scheme: "http", Host: s.host, Opaque: target}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := s.client.Do(req)
	if err != nil && ctx.Err() == nil {
		for status, over := range map[int]bool{http.StatusRequestEntityTooLarge: len(body) > 1<<20, http.StatusRequestHeaderFieldsTooLarge: len(target) > 4<<10} {
			if over {
				return Reply{Response: &http.Response{StatusCode: status, Header: http.Header{}}}
			}
		}
	}
	require.NoError(s.t, err, "%s %.300s %.300s", method, target, body)
	defer res.Body.Close()
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		return Reply{Response: res}
	}
	data, err := io.ReadAll(res.Body)
	require.NoError(s.t, err, "%s %.300s", method, target)
	return Reply{Response: res, Body: data}
}
