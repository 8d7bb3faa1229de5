// Package qq collects from and downloads from QQ Music, by the endpoints that its own
// web pages call: the musicu gateway (u.y.qq.com) and a few legacy ones (c.y.qq.com).
//
// What shapes the code:
//   - A result code stands at up to four levels of an answer, as number or as string. Each
//     is checked, and one that is missing where it must stand is not success.
//   - Songs have a numeric id and a 14-character mid. The mid is the song's id here; files
//     are named after a third id, file.media_mid, which may differ.
//   - Charts list entries that are no songs (audiobooks, videos); those are kept, marked.
//   - Encrypted files and encrypted lyrics are never asked for.
package qq

import (
	"context"
	"crypto/rand"
	"math/big"
	"net/http"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// Name is the source's name in configuration and database.
const Name = "qq"

var (
	_ sources.Collector         = (*Source)(nil)
	_ sources.Provider          = (*Source)(nil)
	_ sources.Lookup            = (*Source)(nil)
	_ sources.LyricsFetcher     = (*Source)(nil)
	_ sources.URLRecogniser     = (*Source)(nil)
	_ sources.ShortLinkResolver = (*Source)(nil)
	_ sources.Prober            = (*Source)(nil)
)

// Source is the adapter. It is safe for concurrent use.
type Source struct {
	http *httpclient.Client
	now  func() time.Time
	guid func() string // 10 random digits that name this caller to the stream service

	categories []string // of the square, as the operator asked for; none = all of it
	known      sources.CategoryIndex
}

// New makes the adapter on a client made from ClientConfig.
func New(c *httpclient.Client) *Source {
	return &Source{http: c, now: time.Now, guid: randomGUID}
}

// ClientConfig is how QQ wants to be called: browser headers, about one request a second
// and host (accounts and addresses got limited above that), streams from its own hosts.
func ClientConfig() httpclient.Config {
	return httpclient.Config{
		Source: Name,
		Header: http.Header{
			"User-Agent": {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"},
			"Referer":    {"https://y.qq.com/"},
			"Origin":     {"https://y.qq.com"},
		},
		RatePerSecond: 1,
		Concurrency:   2,
		Hosts:         []string{"qq.com", "gtimg.cn"},
	}
}

// Name is the source's stable name.
func (s *Source) Name() string { return Name }

// Probe asks for one row of the playlist square.
func (s *Source) Probe(ctx context.Context) error {
	_, err := s.squarePage(ctx, 0, 1)
	return err
}

// randomGUID makes 10 digits, the first not 0.
func randomGUID() string {
	n, err := rand.Int(rand.Reader, big.NewInt(9_000_000_000))
	if err != nil {
		return "1000000001" // any 10 digits serve; crypto/rand does not fail on supported systems
	}
	return n.Add(n, big.NewInt(1_000_000_000)).String()
}
