// Package all lists the sources of this build. Adding one is a folder beside this one
// and a line in adapters.
package all

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/kuwo"
	"catalogsync/app/sources/netease"
	"catalogsync/app/sources/qq"
)

// Settings are what the operator configures of one source.
type Settings struct {
	// BaseURL leads all requests to a stand-in or proxy: https://<host>/<path> →
	// <BaseURL>/<host>/<path>. "" = the real hosts.
	BaseURL string
	// Cookie is sent besides the adapter's own cookies, in the form "name=value; …".
	Cookie string
	// Proxy is an http, https or socks5 address, "" = none.
	Proxy string
	// RatePerSecond is per host; <0 = the adapter's polite default, which is no limit when
	// BaseURL is on this machine; 0 = unlimited.
	RatePerSecond float64
	// Concurrency is requests under way per host; 0 = the adapter's default.
	Concurrency int
	// Observer is told of every request to the source; nil = nobody.
	Observer httpclient.Observer
}

// DefaultSettings leave everything to the adapter.
var DefaultSettings = Settings{RatePerSecond: -1}

// String leaves out what may be secret.
func (s Settings) String() string { return s.LogValue().String() }

// LogValue is what a log line shows of the settings.
func (s Settings) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Bool("base_url_set", s.BaseURL != ""), slog.Bool("cookie_set", s.Cookie != ""), slog.Bool("proxy_set", s.Proxy != ""),
		slog.Float64("rate_per_second", s.RatePerSecond), slog.Int("concurrency", s.Concurrency))
}

// adapter is one source of the build.
type adapter struct {
	config func() httpclient.Config
	make   func(c *httpclient.Client) sources.Source
}

// adapters lists the sources in display order.
func adapters() []adapter {
	return []adapter{
		{netease.ClientConfig, func(c *httpclient.Client) sources.Source { return netease.New(c) }},
		{qq.ClientConfig, func(c *httpclient.Client) sources.Source { return qq.New(c) }},
		{kuwo.ClientConfig, func(c *httpclient.Client) sources.Source { return kuwo.New(c) }},
	}
}

// Names lists the sources of the build in display order.
func Names() []string {
	var names []string
	for _, a := range adapters() {
		names = append(names, a.config().Source)
	}
	return names
}

// New makes all sources, each with a client of its own. Sources that settings do not name
// get DefaultSettings; a name that no source has is an error.
func New(settings map[string]Settings) (*sources.Registry, error) {
	var list []sources.Source
	known := map[string]bool{}
	for _, a := range adapters() {
		cfg := a.config()
		known[cfg.Source] = true
		s, ok := settings[cfg.Source]
		if !ok {
			s = DefaultSettings
		}
		client, err := httpclient.New(configured(cfg, s))
		if err != nil {
			return nil, fmt.Errorf("make source %s: %w", cfg.Source, err)
		}
		list = append(list, a.make(client))
	}
	for name := range settings {
		if !known[name] {
			return nil, fmt.Errorf("settings name source %q, which this build does not have", name)
		}
	}
	return sources.NewRegistry(list...)
}

// localConcurrency is for stand-ins on this machine, which nobody needs to be polite to;
// for the same reason they are probed soon after failures.
const localConcurrency = 32

// localIdleTimeout is long enough for a program on this machine to send its next byte.
const localIdleTimeout = 5 * time.Second

// configured is an adapter's configuration with the operator's settings applied.
func configured(cfg httpclient.Config, s Settings) httpclient.Config {
	local := isLocal(s.BaseURL)
	cfg.BaseURL, cfg.Proxy, cfg.Observer = s.BaseURL, s.Proxy, s.Observer
	if local {
		cfg.Breaker = httpclient.BreakerConfig{FirstDelay: time.Second, MaxDelay: 5 * time.Second}
		cfg.IdleTimeout = localIdleTimeout
	}
	switch {
	case s.RatePerSecond >= 0:
		cfg.RatePerSecond = s.RatePerSecond
	case local:
		cfg.RatePerSecond = 0
	}
	switch {
	case s.Concurrency > 0:
		cfg.Concurrency = s.Concurrency
	case local:
		cfg.Concurrency = localConcurrency
	}
	if cookie := strings.TrimSpace(s.Cookie); cookie != "" {
		cfg.Header = cfg.Header.Clone()
		if cfg.Header == nil {
			cfg.Header = http.Header{}
		}
		if own := cfg.Header.Get("Cookie"); own != "" {
			cookie = own + "; " + cookie
		}
		cfg.Header.Set("Cookie", cookie)
	}
	return cfg
}

// isLocal tells whether an address is on this machine by what it says, without asking
// a resolver.
func isLocal(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	host := u.Hostname()
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || (err == nil && ip.Unmap().IsLoopback())
}
