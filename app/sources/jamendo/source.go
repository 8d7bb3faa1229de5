// Package jamendo collects from and downloads from Jamendo, where artists publish under
// Creative Commons licences, by its public API v3.0.
//
// What shapes the code:
//   - Every call needs the operator's own client id, which is free; without it there is no
//     such source.
//   - The HTTP status is 200 for failures too; headers.status and headers.code decide.
//   - A song may be saved only when audiodownload_allowed says so and audiodownload is not
//     empty; it may be listened to all the same, so such songs are listed and refused.
//   - Numbers are strings in one call and numbers in another; singles have no album and are
//     left out of every list unless they are asked for.
package jamendo

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// Name is the source's name in configuration and database.
const Name = "jamendo"

var (
	_ sources.Collector        = (*Source)(nil)
	_ sources.URLRecogniser    = (*Source)(nil)
	_ sources.Provider         = (*Source)(nil)
	_ sources.Lookup           = (*Source)(nil)
	_ sources.LyricsFetcher    = (*Source)(nil)
	_ sources.Prober           = (*Source)(nil)
	_ sources.CredentialProber = (*Source)(nil)
	_ sources.Guarded          = (*Source)(nil)
)

// Source is the adapter. It is safe for concurrent use.
type Source struct {
	http     *httpclient.Client
	clientID string
}

// optionClientID is the key of the option.
const optionClientID = "CLIENT_ID"

// Options are the settings of the source.
func Options() []sources.Option {
	return []sources.Option{{
		Key: optionClientID, Required: true, Secret: true,
		Help: "Your own client id of the Jamendo API, free at devportal.jamendo.com. Without it there is no such source.",
	}}
}

// New makes the source on a client made from ClientConfig; values are those of Options.
func New(c *httpclient.Client, values map[string]string) (*Source, error) {
	return &Source{http: c, clientID: values[optionClientID]}, nil
}

// ClientConfig is how Jamendo wants to be called: calmly, since an application's calls are
// counted; streams and redirects stay on its own hosts.
func ClientConfig() httpclient.Config {
	return httpclient.Config{
		Source:        Name,
		Header:        http.Header{"User-Agent": {"catalogsync"}},
		RatePerSecond: 2,
		Concurrency:   2,
		Hosts:         []string{"jamendo.com"},
		Breaker:       httpclient.BreakerConfig{FirstDelay: 30 * time.Second},
	}
}

// Name is the source's stable name.
func (s *Source) Name() string { return Name }

// Probe asks for one song.
func (s *Source) Probe(ctx context.Context) error {
	_, err := s.ask(ctx, endpointTracks, url.Values{"limit": {"1"}})
	return err
}

// ProbeCredential asks the same: nobody is answered without a client id.
func (s *Source) ProbeCredential(ctx context.Context) (sources.CredentialState, error) {
	return sources.CredentialByProbe(s.Probe(ctx))
}
