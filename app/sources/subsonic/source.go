// Package subsonic collects from and downloads from the owner's own music server, by the
// Subsonic API with the OpenSubsonic extensions that it may have (Navidrome, gonic,
// supysonic, Airsonic and their kin).
//
// What shapes the code:
//   - Every server is somebody's own, so its address is configured, is asked although it is
//     in a private network, and no other host is ever asked.
//   - The HTTP status is 200 for most refusals; status and error.code in the envelope
//     decide (answer.go). A server may answer in XML although JSON is asked for, and binary
//     calls answer a document in place of audio.
//   - The login travels with each call. Servers from before API 1.13.0 know no tokens, hence
//     the fallback to the password, which the operator may forbid (login.go).
//   - JSON is made from XML by some servers: lists are absent, null or a lone object when
//     they are short, and numbers come as texts or texts as numbers.
package subsonic

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// Name is the kind's name in configuration and database. A further server is called
// subsonic-<instance>.
const Name = "subsonic"

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

// Source is one server. It is safe for concurrent use.
type Source struct {
	name   string
	http   *httpclient.Client
	base   *url.URL // without a slash at its end
	login  *login
	server *server
}

// New makes the source of one server on a client made from ClientConfig; values are those
// of Options.
func New(c *httpclient.Client, values map[string]string) (*Source, error) {
	base, err := parseBase(values[optionURL])
	if err != nil {
		return nil, err
	}
	login, err := newLogin(values, time.Now)
	if err != nil {
		return nil, err
	}
	return &Source{name: nameOf(values), http: c, base: base, login: login, server: newServer(nameOf(values))}, nil
}

// maxPlaylistBytes bounds an answer: a playlist comes whole, with some 700 bytes a song.
const maxPlaylistBytes = 64 << 20

// ClientConfig is how an own server is called: without a pace, since it serves its owner,
// but with few requests at once, since it may be a small machine.
func ClientConfig(values map[string]string) httpclient.Config {
	cfg := httpclient.Config{
		Source:       nameOf(values),
		Header:       http.Header{"User-Agent": {clientName}},
		Concurrency:  4,
		MaxBodyBytes: maxPlaylistBytes,
		Breaker:      httpclient.BreakerConfig{FirstDelay: 5 * time.Second, MaxDelay: time.Minute},
	}
	if base, err := parseBase(values[optionURL]); err == nil {
		cfg.Configured, cfg.Hosts = []string{base.String()}, []string{base.Hostname()}
	}
	return cfg
}

// Name is the server's stable name.
func (s *Source) Name() string { return s.name }

// Curated says that the files are the operator's own and stay as they are.
func (s *Source) Curated() {}

// Probe asks whether the server answers and takes the login.
func (s *Source) Probe(ctx context.Context) error {
	_, err := s.ask(ctx, "ping", nil)
	return err
}

// ProbeCredential asks the same: nobody is answered without a login.
func (s *Source) ProbeCredential(ctx context.Context) (sources.CredentialState, error) {
	return sources.CredentialByProbe(s.Probe(ctx))
}
