package kuwo

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
)

// reply is what the stand-in answers: a file of testdata, with status 200 unless told.
type reply struct {
	file   string
	status int
	header http.Header
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// newSource makes an adapter whose network is answer: unpaced, one try a request.
func newSource(t *testing.T, answer func(r *http.Request) reply) *Source {
	t.Helper()
	cfg := ClientConfig()
	cfg.RatePerSecond, cfg.Attempts = 0, 1
	cfg.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		a := answer(r)
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
	return New(c)
}

// answering is a source whose upstream gives the same file to everything.
func answering(t *testing.T, file string) *Source {
	t.Helper()
	return newSource(t, func(*http.Request) reply { return reply{file: file} })
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return b
}

const (
	tokenName   = "Hm_Iuvt_cdb524f42f23cer9b268564v7y735ewrq2324"
	tokenSample = "QwErTy0123456789abcdefGHIJKLmnop"
)

// home is the home page with its token cookie.
func home(value string) reply {
	return reply{file: "home.html", header: http.Header{"Set-Cookie": {"other=1; Path=/", tokenName + "=" + value + "; Path=/; Max-Age=3600"}}}
}

// clock is a clock that stands still until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }
