// Package netease is the source of NetEase Cloud Music (music.163.com), by the plain
// web endpoints that the platform itself serves to an anonymous caller or to the owner
// of a login cookie.
//
// Facts that shape it: the HTTP status is almost always 200 and `code` in the body
// decides; playlist details describe only the first songs while `trackIds` is complete;
// a toplist is a playlist with the same kind of id.
package netease

import (
	"net/http"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// Name is the source's name in configuration and database.
const Name = "netease"

// Source is NetEase Cloud Music as collector and provider.
type Source struct {
	http *httpclient.Client
	now  func() time.Time // for the expiry of granted addresses

	categories []string // of the square, as the operator asked for; none = all of it
	known      sources.CategoryIndex
}

var (
	_ sources.Collector         = (*Source)(nil)
	_ sources.URLRecogniser     = (*Source)(nil)
	_ sources.ShortLinkResolver = (*Source)(nil)
	_ sources.Provider          = (*Source)(nil)
	_ sources.Lookup            = (*Source)(nil)
	_ sources.LyricsFetcher     = (*Source)(nil)
	_ sources.Prober            = (*Source)(nil)
)

// New makes the source; c should be made from ClientConfig.
func New(c *httpclient.Client) *Source { return &Source{http: c, now: time.Now} }

// Name is "netease".
func (s *Source) Name() string { return Name }

// ClientConfig is how the platform wants to be asked: as a browser would, and slowly.
// Search is throttled apart from the rest (operations too frequent after 4–10 calls in a
// burst, told for 15 s and longer), hence its own pace.
func ClientConfig() httpclient.Config {
	return httpclient.Config{
		Source: Name,
		Header: http.Header{
			"User-Agent":      {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"},
			"Referer":         {"https://music.163.com/"},
			"Accept-Language": {"zh-CN,zh;q=0.9"},
			"Cookie":          {"os=pc; appver=8.9.70"},
		},
		RatePerSecond: 4,
		EndpointRate:  map[string]float64{endpointSearch: 0.8},
		Concurrency:   4,
		Hosts:         []string{"163.com", "126.net", "127.net", "163cn.tv"},
	}
}
