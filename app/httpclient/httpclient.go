// Package httpclient is the one polite HTTP client that every source uses.
//
// A Client belongs to one source. It paces requests per host, bounds how many run at
// once, tries transient failures again for a short while, stops asking a source that
// refuses (circuit), bounds sizes and waits, turns every surprise into a typed error
// (models.Error) and never follows a redirect into the machine's own network.
//
// An answer goes through these steps: status → risk control → emptiness → HTML → shape.
// Nothing that failed one of them is ever returned as data.
package httpclient

import (
	"fmt"
	"net/http"

	"github.com/failsafe-go/failsafe-go"
)

// Client is one source's client. It is safe for concurrent use and keeps connections
// open between requests; make one per source and share it.
type Client struct {
	cfg      Config
	base     baseAddress
	own      map[string]bool // Config.Configured as host:port
	http     *http.Client
	gates    *gates
	circuits *circuits
	retrier  failsafe.Executor[*Response]
}

// New makes a client. A base or proxy address that cannot be used is an error that
// does not repeat the address, since it may hold a password.
func New(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	base, err := parseBase(cfg.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("read base address of source %s: %w", cfg.Source, err)
	}
	own, err := configuredAddresses(cfg.Configured)
	if err != nil {
		return nil, fmt.Errorf("read address of source %s: %w", cfg.Source, err)
	}
	transport := cfg.Transport
	if transport == nil {
		if transport, err = newTransport(cfg, base, own); err != nil {
			return nil, fmt.Errorf("prepare connections of source %s: %w", cfg.Source, err)
		}
	}
	c := &Client{
		cfg:  cfg,
		base: base,
		own:  own,
		http: &http.Client{
			Transport: transport,
			// Redirects are followed by hand, because each target must be judged and
			// led through the base address first.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		gates:    newGates(cfg),
		circuits: newCircuits(cfg),
	}
	c.retrier = failsafe.With(newRetryPolicy(cfg.Attempts))
	return c, nil
}

// Source is the name of the source that this client belongs to.
func (c *Client) Source() string { return c.cfg.Source }

// CloseIdleConnections drops connections that are kept open for later requests.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }
