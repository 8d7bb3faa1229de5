// Package kugou downloads from Kugou Music (kugou.com), by the endpoints of its web and
// mobile pages that answer without a login, and, where these refuse a song and the
// operator's own cookie is there, by that of the web player.
//
// What shapes the code:
//   - Each quality of a song is a file with a hash of its own. The 128 kbit/s file's hash
//     names the song; the search tells the others.
//   - Privileges, statuses and error numbers of a refused stream vary. The address decides:
//     an empty one is a refusal. A short clip in a small m4a file looks like success and is
//     told by size and length.
//   - When the platform wants a verification, it is left alone; nothing that comes with
//     such an answer is used.
//   - Not certain, hence read loosely: the unit of bit rates, whether the web player's call
//     answers a cookie without a registered device (kg_dfid).
package kugou

import (
	"context"
	"net/http"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// Name is the source's name in configuration and database.
const Name = "kugou"

var (
	_ sources.Provider      = (*Source)(nil)
	_ sources.LyricsFetcher = (*Source)(nil)
	_ sources.Prober        = (*Source)(nil)
	_ sources.Guarded       = (*Source)(nil)
)

// Source is the adapter. It is safe for concurrent use.
type Source struct {
	http  *httpclient.Client
	login *login           // a pointer, so that printing a source shows no token
	now   func() time.Time // the web player's calls carry the time
}

// Options is what can be set of Kugou beyond what all sources share: nothing.
func Options() []sources.Option { return nil }

// Open is New by the operator's settings.
func Open(c *httpclient.Client, values map[string]string) (*Source, error) {
	return New(c, values[sources.ValueCookie]), nil
}

// New makes the adapter on a client made from ClientConfig, which sends the cookie. Of the
// cookie the web player's calls repeat some parts; "" = no login.
func New(c *httpclient.Client, cookie string) *Source {
	return &Source{http: c, login: loginOf(cookie), now: time.Now}
}

// ClientConfig is how Kugou wants to be called: one call at a time and slowly, else it
// answers for minutes that calls are too frequent. Streams are on its own hosts.
func ClientConfig() httpclient.Config {
	return httpclient.Config{
		Source: Name,
		Header: http.Header{
			"User-Agent": {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"},
			"Referer":    {"https://www.kugou.com/"},
		},
		RatePerSecond: 1,
		Concurrency:   1,
		Hosts:         []string{"kugou.com"},
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
