// Package all lists the sources of this build. Adding one is a folder beside this one
// and a line in adapters.
package all

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/archive"
	"catalogsync/app/sources/folder"
	"catalogsync/app/sources/jamendo"
	"catalogsync/app/sources/kugou"
	"catalogsync/app/sources/kuwo"
	"catalogsync/app/sources/migu"
	"catalogsync/app/sources/netease"
	"catalogsync/app/sources/qianqian"
	"catalogsync/app/sources/qq"
	"catalogsync/app/sources/subsonic"
)

// adapters lists the kinds of sources in display order. A kind is one line:
//
//   - plain: nothing to configure beyond what all sources share. Its package exports
//     Name, ClientConfig() httpclient.Config and New(*httpclient.Client) *Source.
//   - configurable[*pkg.Source]: with settings of its own. Its package exports Options()
//     []sources.Option, New(client, values) (*Source or sources.Source, error), and
//     ClientConfig(values) httpclient.Config; values hold the options by Key and its own
//     name by sources.ValueName. A ClientConfig that does not depend on the values is
//     passed as fixed(pkg.ClientConfig); nil stands for a source that is not asked over
//     HTTP, whose New gets a nil client.
//   - .reading(pkg.Open) gives it the registered storages.
//   - .several() lets the operator have more than one of the kind (SOURCE_<NAME>_INSTANCES).
//
// Then take the name out of planned below and run go test ./config -update, which writes
// docs/catalogsync.env.example. A source that lives in the operator's own network names
// its address in httpclient.Config.Configured.
func adapters() []adapter {
	return []adapter{
		configurable[*netease.Source](netease.Name, "网易云音乐", fixed(netease.ClientConfig), netease.Options, netease.Open),
		configurable[*qq.Source](qq.Name, "QQ音乐", fixed(qq.ClientConfig), qq.Options, qq.Open),
		configurable[*kuwo.Source](kuwo.Name, "酷我音乐", fixed(kuwo.ClientConfig), kuwo.Options, kuwo.Open),
		plain(migu.Name, "咪咕音乐", migu.ClientConfig, migu.New),
		plain(qianqian.Name, "千千音乐", qianqian.ClientConfig, qianqian.New),
		configurable[*kugou.Source](kugou.Name, "酷狗音乐", fixed(kugou.ClientConfig), kugou.Options, kugou.Open),
		configurable[*subsonic.Source](subsonic.Name, "Subsonic", subsonic.ClientConfig, subsonic.Options, subsonic.New).several(),
		configurable[*jamendo.Source](jamendo.Name, "Jamendo", fixed(jamendo.ClientConfig), jamendo.Options, jamendo.New),
		configurable[*archive.Source](archive.Name, "Internet Archive", archive.ClientConfig, archive.Options, archive.New),
		configurable[*folder.Source](folder.Name, "Folders", nil, folder.Options, folder.New).reading(folder.Open),
	}
}

// planned names sources of the design that this build has no adapter for; settings may
// name them.
var planned []string

// New makes all sources that are configured and enabled, each with a client of its own.
// Sources that settings do not name get DefaultSettings; a name that no source has is an
// error.
func New(settings map[string]Settings) (*sources.Registry, error) {
	list, absent, err := build(settings, nil)
	if err != nil {
		return nil, err
	}
	r, err := sources.NewRegistry()
	if err != nil {
		return nil, err
	}
	return r, r.Replace(list, absent)
}

// build makes the sources that settings want, but for those that are present.
func build(settings map[string]Settings, present map[string]sources.Source) ([]sources.Source, map[string]sources.Absence, error) {
	var list []sources.Source
	absent, known := map[string]sources.Absence{}, map[string]bool{}
	for _, name := range planned {
		absent[name] = sources.NotBuilt
	}
	for _, a := range adapters() {
		for _, name := range a.names(settings) {
			known[name] = true
			s, ok := settings[name]
			if !ok {
				s = DefaultSettings
			}
			source, why, err := present[name], sources.Absence(""), error(nil)
			if source == nil {
				source, why, err = a.open(name, s)
			}
			switch {
			case err != nil:
				return nil, nil, err
			case why != "":
				absent[name] = why
			default:
				delete(absent, name)
				list = append(list, source)
			}
		}
	}
	for name := range settings {
		if !known[name] {
			return nil, nil, fmt.Errorf("settings name source %q, which this build does not have", name)
		}
	}
	return list, absent, nil
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
	cfg.Header = cfg.Header.Clone()
	if cfg.Header == nil {
		cfg.Header = http.Header{}
	}
	for name, values := range s.Header {
		cfg.Header[name] = values
		cfg.Private = append(cfg.Private, name)
	}
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
