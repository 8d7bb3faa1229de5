package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"catalogsync/app/revision"
	"catalogsync/handlers/api"
	"catalogsync/models"
)

// stream is an open stream of events.
type stream struct {
	t      *testing.T
	body   *bufio.Scanner
	header http.Header
	leave  context.CancelFunc
}

// event is one block of a stream; a heartbeat has no name.
type event struct {
	name, id string
	Topics   []revision.Topic `json:"topics"`
	Tag      string           `json:"tag"`
}

func (s *server) listen(lastEvent string) *stream {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/events", nil)
	require.NoError(s.t, err)
	if lastEvent != "" {
		req.Header.Set("Last-Event-ID", lastEvent)
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, res.StatusCode)
	s.t.Cleanup(func() { cancel(); res.Body.Close() })
	return &stream{t: s.t, body: bufio.NewScanner(res.Body), header: res.Header, leave: func() { cancel(); res.Body.Close() }}
}

// block reads the lines up to the next empty one; ok is false at the end of the stream.
func (s *stream) block() (e event, ok bool) {
	for s.body.Scan() {
		name, value, _ := strings.Cut(s.body.Text(), ": ")
		switch name {
		case "":
			return e, true
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			require.NoError(s.t, json.Unmarshal([]byte(value), &e))
		}
	}
	return e, false
}

// next is the next event, past heartbeats.
func (s *stream) next() event {
	s.t.Helper()
	for {
		e, ok := s.block()
		require.True(s.t, ok, "the stream ended")
		if e.name != "" {
			require.Equal(s.t, e.id, e.Tag)
			return e
		}
	}
}

func eventServer(t *testing.T, beat, gap time.Duration) (*server, *revision.Counters) {
	var counters *revision.Counters
	s := newServer(t, func(d *api.Deps) {
		d.Heartbeat, d.EventGap = beat, gap
		counters = d.Revisions
	})
	return s, counters
}

func TestEventsTellWhatChanged(t *testing.T) {
	s, counters := eventServer(t, time.Minute, time.Millisecond)
	in := s.listen("")
	require.Equal(t, "text/event-stream", in.header.Get("Content-Type"))
	require.Equal(t, "no-cache", in.header.Get("Cache-Control"))
	first := in.next()
	require.Equal(t, "changed", first.name)
	require.Equal(t, revision.Topics(), first.Topics, "who comes without an id knows nothing yet")

	counters.Bump(revision.Jobs, revision.Progress)
	second := in.next()
	require.Equal(t, []revision.Topic{revision.Jobs, revision.Progress}, second.Topics)
	require.NotEqual(t, first.Tag, second.Tag)

	in.leave()
	counters.Bump(revision.Songs)
	missed := s.listen(second.id).next()
	require.Equal(t, []revision.Topic{revision.Songs}, missed.Topics, "who comes back is told what was missed")
	require.Empty(t, s.listen(missed.id).next().Topics)
	require.Equal(t, revision.Topics(), s.listen("an id of yesterday").next().Topics)
}

func TestManyChangesAreOneEvent(t *testing.T) {
	s, counters := eventServer(t, time.Minute, 300*time.Millisecond)
	in := s.listen("")
	in.next()
	for range 1000 {
		counters.Bump(revision.Progress)
	}
	counters.Bump(revision.Jobs)
	began := time.Now()
	require.Equal(t, []revision.Topic{revision.Jobs, revision.Progress}, in.next().Topics)
	counters.Bump(revision.Exports)
	require.Equal(t, []revision.Topic{revision.Exports}, in.next().Topics)
	require.GreaterOrEqual(t, time.Since(began), 300*time.Millisecond)
}

func TestAQuietStreamBeats(t *testing.T) {
	s, _ := eventServer(t, 10*time.Millisecond, time.Millisecond)
	in := s.listen("")
	in.next()
	for range 3 {
		e, ok := in.block()
		require.True(t, ok)
		require.Empty(t, e.name)
	}
}

func TestStreamsAreBoundedAndAPlaceIsFreeAgainWhenAClientLeaves(t *testing.T) {
	s, _ := eventServer(t, 10*time.Millisecond, time.Millisecond)
	var open []*stream
	for range 32 {
		in := s.listen("")
		in.next()
		open = append(open, in)
	}
	requireProblem(t, s.get("/api/events"), http.StatusServiceUnavailable, models.CodeTooManyStreams, "")
	require.Equal(t, http.StatusOK, s.do(http.MethodHead, "/api/events", "").StatusCode, "HEAD takes no place")
	open[7].leave()
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/events", nil)
		require.NoError(t, err)
		res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, 5*time.Second, 20*time.Millisecond)
}

func TestShutdownEndsStreamsAndLeavesNothingRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Run("serve", func(t *testing.T) {
		s, _ := eventServer(t, time.Minute, time.Millisecond)
		in := s.listen("")
		in.next()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for ok := true; ok; {
				_, ok = in.block()
			}
		}()
		require.NoError(t, s.app.ShutdownWithTimeout(5*time.Second))
		<-ended
	})
	http.DefaultClient.CloseIdleConnections()
	// The HTTP server's own sweeper sleeps out its round.
	goleak.VerifyNone(t, before, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

func TestEventsRefuseParameters(t *testing.T) {
	s, _ := eventServer(t, time.Minute, time.Millisecond)
	requireProblem(t, s.get("/api/events?topic=jobs"), http.StatusBadRequest, models.CodeUnknownField, "topic")
}
