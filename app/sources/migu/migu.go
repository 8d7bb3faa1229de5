// Package migu downloads from Migu Music (music.migu.cn), by the endpoints that its web
// and PC players call without a login.
//
// What shapes the code:
//   - A song has three ids: songId, copyrightId and contentId. The copyrightId names it
//     in Migu's own addresses and is the candidate's id here; streams want the contentId
//     too, which the search tells and the detail call finds again.
//   - A stream is granted for one quality at a time. The platform lowers the quality
//     without a word, and what it grants to callers without a membership is a preview that
//     looks like success; both are refusals here.
//   - Known from others' clients and not seen live: which channel value the stream call
//     accepts, and whether it marks previews by the same fields as its sibling, which is
//     why length and file ending are looked at too.
package migu

import (
	"context"
	"net/http"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// Name is the source's name in configuration and database.
const Name = "migu"

var (
	_ sources.Provider      = (*Source)(nil)
	_ sources.LyricsFetcher = (*Source)(nil)
	_ sources.Prober        = (*Source)(nil)
	_ sources.Guarded       = (*Source)(nil)
)

// Source is the adapter. It is safe for concurrent use.
type Source struct {
	http *httpclient.Client
}

// New makes the adapter on a client made from ClientConfig.
func New(c *httpclient.Client) *Source { return &Source{http: c} }

// ClientConfig is how Migu wants to be called: browser headers, a calm pace (its older
// hosts answer 503 to more than one request at a time), streams from its own hosts.
func ClientConfig() httpclient.Config {
	return httpclient.Config{
		Source: Name,
		Header: http.Header{
			"User-Agent": {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"},
			"Referer":    {"https://music.migu.cn/"},
		},
		RatePerSecond: 2,
		Concurrency:   1,
		Hosts:         []string{ownDomain},
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
