package apptest_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// tap stands before the demo upstream. It holds bodies of songs back after some bytes
// until it is opened, and notes what was asked for and how much was sent.
type tap struct {
	after int64
	open  chan struct{}

	mu    sync.Mutex
	songs map[string]*tapped // by path
}

// tapped is what became of one song's file.
type tapped struct {
	ranges, answers []string // Range and Content-Range
	sent            []int64
}

func (s *tap) handler(t *testing.T, base string) http.Handler {
	target, err := url.Parse(base)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.FlushInterval = -1
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxy.ServeHTTP(&tapWriter{ResponseWriter: w, tap: s, request: r, index: -1}, r)
	})
}

// tapWriter counts the bytes of songs, and stops at the tap.
type tapWriter struct {
	http.ResponseWriter
	tap     *tap
	request *http.Request
	index   int // of this request among the song's, -1 = it is no song
	passed  int64
}

func (w *tapWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *tapWriter) WriteHeader(status int) {
	if kind := w.Header().Get("Content-Type"); status < 300 && strings.HasPrefix(kind, "audio/") {
		w.tap.mu.Lock()
		song := w.tap.songs[w.request.URL.Path]
		if song == nil {
			song = &tapped{}
			w.tap.songs[w.request.URL.Path] = song
		}
		w.index = len(song.ranges)
		song.ranges, song.sent = append(song.ranges, w.request.Header.Get("Range")), append(song.sent, 0)
		song.answers = append(song.answers, w.Header().Get("Content-Range"))
		w.tap.mu.Unlock()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *tapWriter) Write(b []byte) (int, error) {
	if w.index >= 0 && w.passed >= w.tap.after {
		select {
		case <-w.tap.open:
		case <-w.request.Context().Done():
			return 0, w.request.Context().Err()
		}
	}
	n, err := w.ResponseWriter.Write(b)
	if w.index >= 0 {
		w.passed += int64(n)
		w.tap.mu.Lock()
		w.tap.songs[w.request.URL.Path].sent[w.index] += int64(n)
		w.tap.mu.Unlock()
	}
	return n, err
}

// A process that is killed in the midst of large files leaves parts; the next one asks
// for the rest of each and for nothing that is here, and the checksums are right.
func TestKilledDownloadsAreGoneOnWith(t *testing.T) {
	t.Parallel()
	const after = 2 << 20
	_, base := apptest.Upstream(t, demo.Config{Playlists: 12, Songs: 12, Seed: 3, MinLength: 100 * time.Second, MaxLength: 120 * time.Second})
	s := &tap{after: after, open: make(chan struct{}), songs: map[string]*tapped{}}
	front := httptest.NewServer(s.handler(t, base))
	t.Cleanup(front.Close)
	dir := t.TempDir()
	env := apptest.Env(t, front.URL)
	parts := func() (big []string) {
		list, err := filepath.Glob(filepath.Join(dir, "library/*/*/*.part"))
		require.NoError(t, err)
		for _, p := range list {
			if info, err := os.Stat(p); err == nil && info.Size() >= after {
				big = append(big, p)
			}
		}
		return big
	}

	first := apptest.Command(t, dir, env, "run", "--data", dir, "--json")
	require.NoError(t, first.Start())
	require.Eventually(t, func() bool { return len(parts()) >= 3 }, 2*time.Minute, 20*time.Millisecond)
	require.NoError(t, first.Process.Kill())
	_ = first.Wait()
	left := len(parts())
	s.mu.Lock()
	begun := map[string]int{}
	for path, song := range s.songs {
		begun[path] = len(song.ranges)
	}
	s.mu.Unlock()
	close(s.open)

	r := apptest.Run(t, dir, env, "run", "--data", dir, "--json")
	require.Equal(t, 0, r.Code, r.Stdout+r.Stderr)
	s.mu.Lock()
	defer s.mu.Unlock()
	resumed := 0
	for path, song := range s.songs {
		for i := begun[path]; i < len(song.ranges); i++ {
			text, ok := strings.CutPrefix(song.ranges[i], "bytes=")
			if !ok {
				continue
			}
			from, err := strconv.ParseInt(strings.TrimSuffix(text, "-"), 10, 64)
			require.NoError(t, err)
			require.Positive(t, from)
			resumed++
			require.True(t, strings.HasPrefix(song.answers[i], "bytes "+strconv.FormatInt(from, 10)+"-"), song.answers[i])
			_, total, _ := strings.Cut(song.answers[i], "/")
			size, err := strconv.ParseInt(total, 10, 64)
			require.NoError(t, err)
			require.Equal(t, size-from, song.sent[i], "only the rest was sent")
		}
	}
	require.GreaterOrEqual(t, resumed, left, "every part that was left is gone on with")
	for _, f := range apptest.LibraryFiles(t, filepath.Join(dir, "library")) {
		require.NotContains(t, f, ".part")
	}
	checkup := apptest.Run(t, dir, env, "doctor", "--data", dir, "--deep", "--json")
	require.Equal(t, 0, checkup.Code, checkup.Stdout+checkup.Stderr)
}
