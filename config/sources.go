package config

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// SourceKind is one kind of source of the build, as far as settings go.
type SourceKind struct {
	Name string
	// Network: it is asked over HTTP, so the settings of the client apply.
	Network bool
	// Several: there may be more than one, named by SOURCE_<NAME>_INSTANCES.
	Several bool
	Options []SourceOption
}

// SourceOption is a setting of one kind of source; the key is SOURCE_<NAME>_<Key>.
type SourceOption struct {
	Key, Help, Default string
	Secret, Required   bool
	Choices            []string
	Check              func(string) error
}

// Source is the settings of one source.
type Source struct {
	Kind    string
	Enabled bool
	// Credential: an account of the operator's own is set.
	Credential bool
	// Missing lists the keys that the source needs and that are not set.
	Missing []string
	BaseURL string
	Proxy   string
	Cookie  Secret
	Headers Secret
	// RatePerSecond is requests a second to one host; below 0 = not set.
	RatePerSecond float64
	Concurrency   int // 0 = not set
	// QualityCeiling is the best quality to take from this source, "" = as for all.
	QualityCeiling string
	Downloads      int // songs that come from it at once at most, 0 = any number
	// Values are its kind's own settings by SourceOption.Key, those that are set.
	Values Values
}

// Values are settings by key, secrets among them; they never print.
type Values map[string]string

// String tells the number of values alone.
func (v Values) String() string { return fmt.Sprintf("%d values", len(v)) }

// GoString hides the values from %#v, too.
func (v Values) GoString() string { return v.String() }

// LogValue is what a log line shows.
func (v Values) LogValue() slog.Value { return slog.StringValue(v.String()) }

// Suffixes of the settings that sources share.
const (
	suffixEnabled     = "ENABLED"
	suffixQuality     = "QUALITY_CEILING"
	suffixBaseURL     = "BASE_URL"
	suffixRate        = "RATE"
	suffixConcurrency = "CONCURRENCY"
	suffixDownloads   = "DOWNLOADS"
	suffixProxy       = "PROXY"
	suffixCookie      = "COOKIE"
	suffixHeaders     = "HEADERS"
	suffixInstances   = "INSTANCES"
)

// sharedSettings are those of every source.
var sharedSettings = []SourceOption{
	{Key: suffixEnabled, Default: "true", Help: "false: do not use this source.", Choices: []string{"true", "false"}, Check: checkOneOf("true", "false")},
	{Key: suffixQuality, Help: "Best quality to take from this source: hires, lossless, 320k, 192k, 128k, low. Empty: QUALITY_CEILING.", Choices: qualities, Check: checkOneOf(qualities...)},
	{Key: suffixDownloads, Help: "Songs downloaded from this source at once, at most. Empty: as many as there are workers.", Check: checkInt(1, 64)},
}

// networkSettings are those of every source that is asked over HTTP.
var networkSettings = []SourceOption{
	{Key: suffixBaseURL, Help: "A stand-in or proxy: a request to https://<host>/<path> goes to <base>/<host>/<path>.", Check: checkBaseURL},
	{Key: suffixRate, Help: "Requests a second to one host, 0 = unlimited. Default: the adapter's own polite rate; unlimited for a stand-in on loopback.", Check: checkRate},
	{Key: suffixConcurrency, Help: "Requests at once to one host. Default: the adapter's own.", Check: checkInt(1, 64)},
	{Key: suffixProxy, Help: "HTTP or SOCKS5 proxy for this source.", Check: checkURL("http", "https", "socks5")},
	{Key: suffixCookie, Secret: true, Help: "Cookie of your own account on this platform."},
	{Key: suffixHeaders, Secret: true, Help: "Further request headers, for example for an API proxy: Name: value | Name: value", Check: checkHeaders},
}

// SourceKey is the key of a source's setting, SOURCE_<NAME>_<suffix>; a '-' of the name is
// a '_' of the key.
func SourceKey(source, suffix string) string {
	return "SOURCE_" + strings.ToUpper(strings.ReplaceAll(source, "-", "_")) + "_" + suffix
}

// settings lists what can be set of one source of this kind.
func (k SourceKind) settings() []SourceOption {
	list := slices.Clone(sharedSettings)
	if k.Network {
		list = append(list, networkSettings...)
	}
	return append(list, k.Options...)
}

// SourceOptions lists the settings of the source called name, which is of kind k; for the
// source that bears its kind's name the list of instances is among them.
func SourceOptions(k SourceKind, name string) []Option {
	list := k.settings()
	if k.Several && name == k.Name {
		list = append(list, SourceOption{
			Key: suffixInstances, Check: k.checkInstances,
			Help: "More of this kind, as a list of names: with home,friend there are also the sources " + k.Name + "-home and " + k.Name + "-friend, set by " + SourceKey(k.Name+"-home", "…") + ".",
		})
	}
	out := make([]Option, len(list))
	for i, o := range list {
		out[i] = Option{Key: SourceKey(name, o.Key), Default: o.Default, Help: o.Help, Secret: o.Secret, Choices: o.Choices, Live: true, Source: name, Group: "Source " + name, check: o.Check}
	}
	return out
}

// checkInstances wants names whose keys are nobody else's.
func (k SourceKind) checkInstances(v string) error {
	taken := map[string]string{suffixInstances: k.Name}
	for _, o := range k.settings() {
		taken[o.Key] = k.Name
	}
	for _, name := range SplitList(v) {
		if len(name) > 32 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return &Fault{"instances", nil, "must be names of small letters and digits, separated by commas, such as home,friend"}
		}
		for _, o := range k.settings() {
			key := strings.ToUpper(name) + "_" + o.Key
			if other, ok := taken[key]; ok {
				return &Fault{"instance_clash", map[string]any{"Name": name, "Other": other},
					fmt.Sprintf("has the name %s, whose settings would be named like those of %s; choose another", name, other)}
			}
			taken[key] = name
		}
	}
	return nil
}

// sources reads the settings of all sources, by name, and lists their options.
func (l *loader) sources(kinds []SourceKind) (map[string]Source, []Option, error) {
	out := map[string]Source{}
	var options []Option
	for _, k := range kinds {
		names := []string{k.Name}
		if k.Several {
			list, from := l.value(SourceKey(k.Name, suffixInstances), "")
			if err := k.checkInstances(list); err != nil {
				return nil, nil, &Error{Key: SourceKey(k.Name, suffixInstances), Origin: string(from), Message: err.Error()}
			}
			for _, instance := range SplitList(list) {
				names = append(names, k.Name+"-"+instance)
			}
		}
		for _, name := range names {
			s, err := l.source(k, name)
			if err != nil {
				return nil, nil, err
			}
			out[name] = s
			options = append(options, SourceOptions(k, name)...)
		}
	}
	return out, options, nil
}

func (l *loader) source(k SourceKind, name string) (Source, error) {
	for _, o := range SourceOptions(k, name) {
		if err := l.check(o); err != nil {
			return Source{}, err
		}
	}
	text := func(suffix string) string { v, _ := l.value(SourceKey(name, suffix), ""); return v }
	s := Source{Kind: k.Name, Enabled: text(suffixEnabled) != "false", QualityCeiling: text(suffixQuality), RatePerSecond: -1, Values: Values{}}
	s.Downloads, _ = strconv.Atoi(text(suffixDownloads)) // checked above
	if k.Network {
		s.BaseURL, s.Proxy = strings.TrimRight(text(suffixBaseURL), "/"), text(suffixProxy)
		s.Cookie, s.Headers = Secret(text(suffixCookie)), Secret(text(suffixHeaders))
		s.Credential = s.Cookie != ""
		s.Concurrency, _ = strconv.Atoi(text(suffixConcurrency)) // checked above, like the rate
		if v := text(suffixRate); v != "" {
			s.RatePerSecond, _ = strconv.ParseFloat(v, 64)
		}
	}
	for _, o := range k.Options {
		v, _ := l.value(SourceKey(name, o.Key), o.Default)
		if v != "" {
			s.Values[o.Key] = v
			s.Credential = s.Credential || o.Secret
		} else if o.Required {
			s.Missing = append(s.Missing, SourceKey(name, o.Key))
		}
	}
	return s, nil
}

// ParseHeaders reads "Name: value | Name: value"; errors do not repeat the text.
func ParseHeaders(text string) (http.Header, error) {
	h := http.Header{}
	for part := range strings.SplitSeq(text, "|") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, value, ok := strings.Cut(part, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !isToken(name) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return nil, &Fault{"headers", nil, "must be headers such as X-Token: abc | X-Other: def"}
		}
		h.Add(name, value)
	}
	return h, nil
}

// isToken says that a text can be a header's name.
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

func checkHeaders(v string) error {
	_, err := ParseHeaders(v)
	return err
}
