package subsonic

import (
	"crypto/md5" //nolint:gosec // as the API's token is made
	"encoding/hex"
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

const (
	testUser     = "kite"
	testPassword = "hunter22 &+é"
	testKey      = "api-key-0123456789"
)

// reply is what the stand-in answers to a method: a file of testdata, with status 200
// unless told, or content of its own.
type reply struct {
	file    string
	status  int
	header  http.Header
	content []byte
}

// standIn is a server that speaks the API.
type standIn struct {
	t *testing.T
	// answer gives the reply to a method whose login was taken.
	answer func(method string, params url.Values) reply
	// refuse gives the reply to a login that the server does not take, an empty file = taken.
	refuse func(params url.Values) string

	url string

	mu    sync.Mutex
	calls []standInCall
}

// standInCall is one request as it came.
type standInCall struct {
	method string // of the API
	verb   string // of HTTP
	query  url.Values
	params url.Values // query and form
}

func startStandIn(t *testing.T, answer func(method string, params url.Values) reply) *standIn {
	t.Helper()
	s := &standIn{t: t, answer: answer, refuse: modernLogin}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	method, found := strings.CutSuffix(path.Base(r.URL.Path), ".view")
	if !found || !strings.HasSuffix(path.Dir(r.URL.Path), "/rest") {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	s.mu.Lock()
	s.calls = append(s.calls, standInCall{method, r.Method, r.URL.Query(), r.Form})
	s.mu.Unlock()
	a := reply{file: s.refuse(r.Form)}
	if a.file == "" {
		a = s.answer(method, r.Form)
	}
	s.write(w, r, a)
}

func (s *standIn) write(w http.ResponseWriter, r *http.Request, a reply) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.content != nil {
		http.ServeContent(w, r, "", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), strings.NewReader(string(a.content)))
		return
	}
	var body []byte
	if a.file != "" {
		b, err := os.ReadFile(filepath.Join("testdata", a.file))
		if err != nil {
			s.t.Errorf("the stand-in has no file %s", a.file)
		}
		body = b
		w.Header().Set("Content-Type", map[string]string{".json": "application/json", ".xml": "text/xml", ".html": "text/html"}[path.Ext(a.file)])
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
}

// methods lists what was called.
func (s *standIn) methods() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for _, c := range s.calls {
		list = append(list, c.method)
	}
	return list
}

func (s *standIn) last() standInCall {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[len(s.calls)-1]
}

// modernLogin takes a right token or key, and nothing else.
func modernLogin(params url.Values) string {
	switch {
	case params.Has("apiKey") && params.Has("u"):
		return "error_43.json"
	case params.Has("apiKey") && params.Get("apiKey") == testKey:
		return ""
	case params.Has("apiKey"):
		return "error_44.json"
	case params.Has("p") && params.Has("t"):
		return "error_43.json"
	case params.Get("u") == testUser && params.Get("t") == tokenOf(testPassword, params.Get("s")) && len(params.Get("s")) >= 6:
		return ""
	case passwordOf(params) == testPassword && params.Get("u") == testUser:
		return ""
	}
	return "error_40.json"
}

// legacyLogin knows no tokens, and tells so by refusal.
func legacyLogin(refusal string) func(url.Values) string {
	return func(params url.Values) string {
		switch {
		case !params.Has("p"):
			return refusal
		case passwordOf(params) == testPassword && params.Get("u") == testUser:
			return ""
		}
		return "error_40.json"
	}
}

func passwordOf(params url.Values) string {
	code, coded := strings.CutPrefix(params.Get("p"), "enc:")
	if !coded {
		return params.Get("p")
	}
	plain, err := hex.DecodeString(code)
	if err != nil {
		return ""
	}
	return string(plain)
}

func tokenOf(password, salt string) string {
	sum := md5.Sum([]byte(password + salt)) //nolint:gosec // as the API defines it
	return hex.EncodeToString(sum[:])
}

// open makes a source of the stand-in, unpaced, one try a request.
func (s *standIn) open(t *testing.T, settings ...string) *Source {
	t.Helper()
	v := s.values(settings...)
	cfg := ClientConfig(v)
	cfg.Attempts = 1
	c, err := httpclient.New(cfg)
	require.NoError(t, err)
	source, err := New(c, v)
	require.NoError(t, err)
	return source
}

// values are the stand-in's settings, with key, value, … in place of some.
func (s *standIn) values(settings ...string) map[string]string {
	v := map[string]string{optionURL: s.url, optionUser: testUser, optionPassword: testPassword, optionLogin: loginAuto, sources.ValueName: "subsonic-home"}
	for i := 0; i+1 < len(settings); i += 2 {
		v[settings[i]] = settings[i+1]
	}
	return v
}

// files answers methods from a map; extensions are none unless told.
func files(m map[string]string) func(string, url.Values) reply {
	return func(method string, _ url.Values) reply {
		if file, ok := m[method]; ok {
			return reply{file: file}
		}
		if method == methodExtensions {
			return reply{file: "error_0_unknown_method.json", status: http.StatusNotFound}
		}
		return reply{file: "error_70.json"}
	}
}

func playlistRef(id string) models.PlaylistRef {
	return models.PlaylistRef{Platform: "subsonic-home", RemoteID: id, Kind: models.KindPlaylist}
}

const evening = "pl-MS9ldmVuaW5nLm0zdQ=="

// echo starts a server that answers everything with the caller's own query in form.
func echo(t *testing.T, status int, form string, extensions bool) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if extensions && strings.Contains(r.URL.Path, methodExtensions) {
			http.ServeFile(w, r, filepath.Join("testdata", "extensions.json"))
			return
		}
		_ = r.ParseForm()
		query, err := url.QueryUnescape(r.Form.Encode())
		if err != nil || status == http.StatusNotFound {
			query = r.Form.Encode()
		}
		w.Header().Set("Content-Type", "application/json")
		if status == http.StatusFound {
			w.Header().Set("Location", "https://login.example/?back="+r.URL.RequestURI())
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(strings.ReplaceAll(form, "%s", query)))
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// requireError asserts what an error is, and that it tells where it came from.
func requireError(t *testing.T, err error, class models.ErrorClass, code models.Code) *models.Error {
	t.Helper()
	var e *models.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, class, e.Class, "%v", err)
	require.Equal(t, code, e.Code, "%v", err)
	require.Equal(t, "subsonic-home", e.Source)
	require.NotEmpty(t, e.Endpoint)
	return e
}
