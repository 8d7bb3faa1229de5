package all

import (
	"log/slog"
	"net/http"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources/folder"
)

// Settings are what the operator configures of one source.
type Settings struct {
	// Kind is the adapter of a source whose name is not its kind's: one of several
	// instances, called <kind>-<instance>; "" = the kind of that name.
	Kind string
	// Disabled: it is known, and not made.
	Disabled bool
	// BaseURL leads all requests to a stand-in or proxy: https://<host>/<path> →
	// <BaseURL>/<host>/<path>. "" = the real hosts.
	BaseURL string
	// Cookie is sent besides the adapter's own cookies, in the form "name=value; …".
	Cookie string
	// Header is sent besides the adapter's own headers, and wins over them.
	Header http.Header
	// Proxy is an http, https or socks5 address, "" = none.
	Proxy string
	// RatePerSecond is per host; <0 = the adapter's polite default, which is no limit when
	// BaseURL is on this machine; 0 = unlimited.
	RatePerSecond float64
	// Concurrency is requests under way per host; 0 = the adapter's default.
	Concurrency int
	// Values are the adapter's own settings by the Key of its options, those that are set.
	Values map[string]string
	// Observer is told of every request to the source; nil = nobody.
	Observer httpclient.Observer
	// Storages are the registered storages, for sources that read them; nil = there are none.
	Storages folder.Storages
}

// DefaultSettings leave everything to the adapter.
var DefaultSettings = Settings{RatePerSecond: -1}

// String leaves out what may be secret.
func (s Settings) String() string { return s.LogValue().String() }

// GoString hides the same from %#v.
func (s Settings) GoString() string { return s.String() }

// LogValue is what a log line shows of the settings.
func (s Settings) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Bool("disabled", s.Disabled),
		slog.Bool("base_url_set", s.BaseURL != ""), slog.Bool("cookie_set", s.Cookie != ""), slog.Bool("proxy_set", s.Proxy != ""),
		slog.Float64("rate_per_second", s.RatePerSecond), slog.Int("concurrency", s.Concurrency),
		slog.Int("headers", len(s.Header)), slog.Int("values", len(s.Values)))
}
