package jamendo

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

const testClientID = "0a1b2c3d"

// reply is what the stand-in answers: a file of testdata, with status 200 unless told, or
// content of its own.
type reply struct {
	file    string
	status  int
	header  http.Header
	content string
}

// standIn serves https://<host>/<path> as /<host>/<path>.
type standIn struct {
	t      *testing.T
	answer func(endpoint string, query url.Values) reply
	url    string

	mu    sync.Mutex
	calls []url.Values // of the API
}

func startStandIn(t *testing.T, answer func(endpoint string, query url.Values) reply) *standIn {
	t.Helper()
	s := &standIn{t: t, answer: answer}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	endpoint, isAPI := strings.CutPrefix(r.URL.Path, "/api.jamendo.com/v3.0/")
	if isAPI {
		s.mu.Lock()
		s.calls = append(s.calls, r.URL.Query())
		s.mu.Unlock()
	}
	a := s.answer(strings.Trim(endpoint, "/"), r.URL.Query())
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.content != "" {
		http.ServeContent(w, r, "", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), strings.NewReader(a.content))
		return
	}
	var body []byte
	if a.file != "" {
		b, err := os.ReadFile(filepath.Join("testdata", a.file))
		if err != nil {
			s.t.Errorf("the stand-in has no file %s", a.file)
		}
		body = b
		w.Header().Set("Content-Type", map[string]string{".json": "application/json", ".html": "text/html"}[path.Ext(a.file)])
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
}

func (s *standIn) last() url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[len(s.calls)-1]
}

// open makes a source of the stand-in, unpaced, one try a request.
func (s *standIn) open(t *testing.T) *Source {
	t.Helper()
	cfg := ClientConfig()
	cfg.BaseURL, cfg.RatePerSecond, cfg.Attempts = s.url, 0, 1
	c, err := httpclient.New(cfg)
	require.NoError(t, err)
	return opened(t, c)
}

func opened(t testing.TB, c *httpclient.Client) *Source {
	t.Helper()
	source, err := New(c, map[string]string{optionClientID: testClientID, sources.ValueName: Name})
	require.NoError(t, err)
	return source
}

// answering is a source whose upstream gives the same file to everything.
func answering(t *testing.T, file string) *Source {
	t.Helper()
	return startStandIn(t, func(string, url.Values) reply { return reply{file: file} }).open(t)
}

func ref(id string) models.PlaylistRef {
	return models.PlaylistRef{Platform: Name, RemoteID: id, Kind: models.KindPlaylist}
}

// requireError asserts what an error is, and that it tells where it came from.
func requireError(t *testing.T, err error, class models.ErrorClass, code models.Code) *models.Error {
	t.Helper()
	var e *models.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, class, e.Class, "%v", err)
	require.Equal(t, code, e.Code, "%v", err)
	require.Equal(t, Name, e.Source)
	require.NotEmpty(t, e.Endpoint)
	require.NotContains(t, err.Error(), testClientID)
	return e
}
