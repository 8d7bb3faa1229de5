// Package qianqian downloads from Qianqian Music (music.91q.com, earlier music.taihe.com),
// by the signed API of its own web pages.
//
// What shapes the code:
//   - Every call is signed (sign.go) with a timestamp, so a wrong clock is refused.
//   - Where there is nothing, and on some errors, data is an empty list in place of an
//     object. Only an empty list means nothing; anything else unexpected is unreadable.
//   - Members' songs come with a preview of 30 s beside the missing address. It is never
//     taken for the song.
//   - The hosts of files are not known for certain, so any public one may hold streams; a
//     cookie goes to none of them.
package qianqian

import (
	"context"
	"net/http"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// Name is the source's name in configuration and database.
const Name = "qianqian"

var (
	_ sources.Provider      = (*Source)(nil)
	_ sources.LyricsFetcher = (*Source)(nil)
	_ sources.Prober        = (*Source)(nil)
	_ sources.Guarded       = (*Source)(nil)
)

// Source is the adapter. It is safe for concurrent use.
type Source struct {
	http *httpclient.Client
	now  func() time.Time // signatures carry the time
}

// New makes the adapter on a client made from ClientConfig.
func New(c *httpclient.Client) *Source { return &Source{http: c, now: time.Now} }

// ClientConfig is how Qianqian wants to be called: as its own web player, at a calm pace.
func ClientConfig() httpclient.Config {
	return httpclient.Config{
		Source: Name,
		Header: http.Header{
			"User-Agent": {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"},
			"Referer":    {"https://music.91q.com/player"},
			"From":       {"Web"},
		},
		RatePerSecond: 2,
		Concurrency:   2,
	}
}

// Name is the source's stable name.
func (s *Source) Name() string { return Name }

// Circuit tells whether the platform is being left alone for a while.
func (s *Source) Circuit() sources.CircuitState { return s.http.Circuit() }

// Probe searches for one song.
func (s *Source) Probe(ctx context.Context) error {
	_, err := s.Search(ctx, "海", 1)
	return err
}
