package httpclient

import (
	"log/slog"
	"maps"
	"net/http"
	"time"
)

// Config is one source's client.
type Config struct {
	// Source is the source's name, for errors.
	Source string
	// BaseURL is "" for the real hosts; else https://<host>/<path> is asked for as
	// <BaseURL>/<host>/<path>, so that one stand-in or proxy can serve all hosts.
	BaseURL string
	// Header is sent with each request. Cookie and Authorization in it go only to the
	// hosts that the adapter itself names, never to a stream or a redirect elsewhere.
	Header http.Header
	// Private names headers, beside Cookie and Authorization, that are the operator's own
	// secrets. They are kept from other hosts in the same way, but for a BaseURL, whose
	// server they are meant for.
	Private []string
	// RatePerSecond is the pace of requests per host; 0 = unlimited.
	RatePerSecond float64
	// Concurrency is how many requests per host may be under way; 0 = default 8. Bodies
	// of streams do not count, those who read them bound their number.
	Concurrency int
	// EndpointRate gives single endpoints a slower pace of their own, one request at a
	// time, and a circuit of their own, for calls that an upstream throttles apart from
	// the rest. Ignored when RatePerSecond is 0.
	EndpointRate map[string]float64
	// Proxy is an http, https or socks5 address, "" = none. Environment variables are
	// not looked at.
	Proxy string
	// Attempts bounds the tries of one request, 0 = default 3.
	Attempts int
	// MaxBodyBytes bounds answers of Do, Bytes and JSON after unpacking; 0 = 16 MiB.
	MaxBodyBytes int64
	// MaxStreamBytes bounds bodies of Open; 0 = 4 GiB.
	MaxStreamBytes int64
	// ConnectTimeout, HeaderTimeout and IdleTimeout bound connecting, waiting for the
	// answer's head, and waiting for the next byte of a body; 0 = 10 s, 20 s, 30 s.
	ConnectTimeout, HeaderTimeout, IdleTimeout time.Duration
	Breaker                                    BreakerConfig
	// Hosts are the domains (with their subdomains) that streams and redirects may go
	// to; empty = any public host.
	Hosts []string
	// Configured are addresses of the operator's own servers (http(s)://host[:port]/…): they
	// are asked although they are in a private network, and may hold streams; anything else
	// in there stays refused. Each host belongs to this source, whatever Hosts says.
	Configured []string
	// Observer is told of every request that was sent; nil = nobody.
	Observer Observer
	// Transport replaces the network in tests; nil = connections as configured above.
	Transport http.RoundTripper
}

// BreakerConfig says when a source is left alone.
type BreakerConfig struct {
	// Failures in a row (risk control, rate limit, 5xx, no connection) open the circuit;
	// 0 = 6.
	Failures uint
	// FirstDelay is how long it stays open the first time, 0 = 15 s; each probe that
	// fails doubles it, up to MaxDelay, 0 = 10 min. A longer Retry-After is obeyed.
	FirstDelay, MaxDelay time.Duration
}

const (
	defaultConcurrency    = 8
	defaultAttempts       = 3
	defaultMaxBodyBytes   = 16 << 20
	defaultMaxStreamBytes = 4 << 30
)

func (c Config) withDefaults() Config {
	c.Header = c.Header.Clone()
	c.EndpointRate = maps.Clone(c.EndpointRate)
	setDefault(&c.Concurrency, defaultConcurrency)
	setDefault(&c.Attempts, defaultAttempts)
	setDefault(&c.MaxBodyBytes, defaultMaxBodyBytes)
	setDefault(&c.MaxStreamBytes, defaultMaxStreamBytes)
	setDefault(&c.ConnectTimeout, 10*time.Second)
	setDefault(&c.HeaderTimeout, 20*time.Second)
	setDefault(&c.IdleTimeout, 30*time.Second)
	setDefault(&c.Breaker.Failures, 6)
	setDefault(&c.Breaker.FirstDelay, 15*time.Second)
	setDefault(&c.Breaker.MaxDelay, 10*time.Minute)
	return c
}

func setDefault[T int | int64 | uint | time.Duration](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// String and LogValue leave out header, proxy and base address, which may hold secrets.
func (c Config) String() string { return "httpclient of " + c.Source }

// LogValue is what a log line shows of the configuration.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("source", c.Source),
		slog.Bool("base_url_set", c.BaseURL != ""),
		slog.Bool("proxy_set", c.Proxy != ""),
		slog.Float64("rate_per_second", c.RatePerSecond),
		slog.Int("concurrency", c.Concurrency),
	)
}
