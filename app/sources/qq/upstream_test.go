package qq

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
)

// question is a request as the platform would see it.
type question struct {
	*http.Request
	body gjson.Result // of musicu calls
}

// reply is what the stand-in answers: a file of testdata, with status 200 unless told.
type reply struct {
	file   string
	status int
	header http.Header
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// newSource makes an adapter whose network is answer: unpaced, one try a request.
func newSource(t *testing.T, answer func(q question) reply) *Source {
	t.Helper()
	cfg := ClientConfig()
	cfg.RatePerSecond, cfg.Attempts = 0, 1
	cfg.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		q := question{Request: r}
		if r.Body != nil {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			q.body = gjson.ParseBytes(body)
		}
		a := answer(q)
		var body []byte
		if a.file != "" {
			body = fixture(t, a.file)
		}
		if a.status == 0 {
			a.status = http.StatusOK
		}
		if a.header == nil {
			a.header = http.Header{}
		}
		return &http.Response{StatusCode: a.status, Header: a.header, Request: r,
			Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))}, nil
	})
	c, err := httpclient.New(cfg)
	require.NoError(t, err)
	s := New(c)
	s.now = func() time.Time { return time.Unix(1_760_000_000, 0) }
	s.guid = func() string { return "1234567890" }
	return s
}

// answering is a source whose upstream gives the same file to everything.
func answering(t *testing.T, file string) *Source {
	t.Helper()
	return newSource(t, func(question) reply { return reply{file: file} })
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return b
}
