package sourcetest

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
)

// Audio is what stand-ins serve as a song. Nobody plays it.
var Audio = bytes.Repeat([]byte("not really a song. "), 256)

// ServeAudio answers a request for a stream, with ranges and a validator.
func ServeAudio(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"song"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(Audio))
}

// Recorded answers with the first of the named files of testdata that is there, or with
// status 404. Names may hold what the request said; only their last part is looked at.
func Recorded(w http.ResponseWriter, names ...string) {
	for _, name := range names {
		if body, err := os.ReadFile(filepath.Join("testdata", filepath.Base(name))); err == nil {
			_, _ = w.Write(body)
			return
		}
	}
	w.WriteHeader(http.StatusNotFound)
}

// Always answers everything with the same file of testdata.
func Always(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { Recorded(w, name) }
}

// Seed adds the files of testdata that match to a fuzz target's corpus, whole and cut.
func Seed(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	require.NoError(f, err)
	require.NotEmpty(f, files, pattern)
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(body)
		f.Add(body[:len(body)/2])
	}
}

// Serve starts a stand-in for the time of a test and returns its address.
func Serve(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(answer)
	t.Cleanup(srv.Close)
	return srv.URL
}

// NewClient makes a client for a stand-in: unpaced, one try a request.
func NewClient(t testing.TB, cfg httpclient.Config, base string) *httpclient.Client {
	t.Helper()
	cfg.BaseURL, cfg.RatePerSecond, cfg.Attempts = base, 0, 1
	c, err := httpclient.New(cfg)
	require.NoError(t, err)
	return c
}
