// Package kuwo collects from and downloads from Kuwo, by the endpoints that its web pages
// and its PC client call without a login.
//
// What shapes the code:
//   - Sibling calls page from 0 or from 1, cap their page size differently and write the
//     same number as number or as string; each call's habits stand beside it.
//   - Songs come in three shapes: the PC client's (playlists, charts), the web's, and the
//     search's, with upper-case names and entities in the titles.
//   - The one call that gives stream addresses wants a token made from a cookie of the
//     home page (session.go, secret.go).
//   - Lossless and encrypted files are announced but not served to a web caller; what is
//     offered for download is what that call serves: MP3 of 128 kbit/s.
package kuwo

import (
	"context"
	"net/http"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// Name is the source's name in configuration and database.
const Name = "kuwo"

var (
	_ sources.Collector     = (*Source)(nil)
	_ sources.Provider      = (*Source)(nil)
	_ sources.Lookup        = (*Source)(nil)
	_ sources.LyricsFetcher = (*Source)(nil)
	_ sources.URLRecogniser = (*Source)(nil)
	_ sources.Prober        = (*Source)(nil)
)

// Source is the adapter. It is safe for concurrent use.
type Source struct {
	http    *httpclient.Client
	session *session

	categories []string // of the square, as the operator asked for; none = all of it
	known      sources.CategoryIndex
}

// New makes the adapter on a client made from ClientConfig.
func New(c *httpclient.Client) *Source {
	s := &Source{http: c}
	s.session = newSession(s.tokenCookie, time.Now)
	return s
}

// ClientConfig is how Kuwo wants to be called: browser headers (some hosts refuse an empty
// User-Agent), a calm pace, streams from its own hosts only.
func ClientConfig() httpclient.Config {
	return httpclient.Config{
		Source: Name,
		Header: http.Header{
			"User-Agent": {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"},
			"Referer":    {"https://www.kuwo.cn/"},
		},
		RatePerSecond: 2,
		Concurrency:   2,
		Hosts:         []string{"kuwo.cn"},
	}
}

// Name is the source's stable name.
func (s *Source) Name() string { return Name }

// Probe asks for one row of the playlist square.
func (s *Source) Probe(ctx context.Context) error {
	data, err := s.askSquare(ctx, 1, 1)
	if err != nil {
		return err
	}
	_, err = readSquare(data)
	return err
}
