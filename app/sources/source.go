// Package sources is the port to music platforms. An adapter lives in a folder of its
// own below it, is registered by one line in sources/all, and declares what it can do
// by the small interfaces that it implements.
//
// Adapters return domain errors (models.Error) with Source and Endpoint set: risk
// control and rate limits in their own class, an answer that cannot be read as
// ClassPermanent/CodeUpstreamShape with an excerpt, a song that is not served as
// ClassUnavailable. They never panic on what an upstream sends, and never turn an
// unreadable answer into an empty one.
package sources

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"catalogsync/models"
)

// Source is what every adapter is.
type Source interface {
	// Name is the source's stable name, as in configuration and database.
	Name() string
}

// Pool is one list of playlists that a collector offers.
type Pool struct {
	Kind models.PoolKind
	Name string // the platform's own name of it, for progress texts
	// Category is the part of a square that the operator asked for, "" = all of it.
	Category string
}

// PlaylistSummary is what a pool page says of a playlist.
type PlaylistSummary struct {
	Ref         models.PlaylistRef
	Name        string
	Description string
	CoverURL    string
	Creator     string
	WebURL      string
	PlayCount   int64
	TrackCount  int64
	UpdatedAtMS int64 // 0 = not told
	Raw         models.RawJSON
}

// Page is one page of a pool, in the platform's order.
type Page struct {
	Playlists []PlaylistSummary
	// Total is the platform's claim for the whole pool, 0 = not told.
	Total int
	// Next is the cursor of the next page; "" is the platform's end sign.
	Next string
	// Skipped counts entries that are no playlists (albums, singer charts).
	Skipped int
}

// Collector lists playlists and fetches one whole.
type Collector interface {
	Source
	// Pools lists what can be paged through.
	Pools() []Pool
	// FetchPage gets the page at cursor; "" is the first.
	FetchPage(ctx context.Context, pool Pool, cursor string) (Page, error)
	// FetchPlaylist gets a playlist with all its songs. When the platform's version of
	// it equals knownVersion ("" = none), the answer has Unchanged set and no songs,
	// after one request.
	FetchPlaylist(ctx context.Context, ref models.PlaylistRef, knownVersion string) (Snapshot, error)
}

// Snapshot is one playlist as fetched.
type Snapshot struct {
	Summary PlaylistSummary
	// Version changes when the track list changes.
	Version   string
	Unchanged bool
	// ClaimedSongs is the number that the platform claims. Songs holds every entry in
	// order, entries that are not music and those that are told by id alone (Undescribed)
	// included. Unreadable counts entries that could not be read; they make the snapshot
	// incomplete.
	ClaimedSongs int
	Songs        []models.SongSnapshot
	Unreadable   int
}

// Undescribed counts the songs of which only the id is told.
func (s *Snapshot) Undescribed() int {
	n := 0
	for i := range s.Songs {
		if s.Songs[i].Undescribed {
			n++
		}
	}
	return n
}

// URLRecogniser tells whether a pasted address is a playlist of this source.
type URLRecogniser interface {
	// RecogniseURL answers ok=false when the address is not of this source's hosts. An
	// address of its hosts that is no playlist is a ClassInvalid/CodeBadURL error.
	RecogniseURL(u *url.URL) (ref models.PlaylistRef, ok bool, err error)
}

// ShortLinkResolver follows this source's own short links, within its own hosts.
type ShortLinkResolver interface {
	// ResolveShortLink answers ok=false when u is no short link of this source.
	ResolveShortLink(ctx context.Context, u *url.URL) (target *url.URL, ok bool, err error)
}

// Expansion is what an address that stands for many playlists comes to.
type Expansion struct {
	Ref models.PlaylistRef
	// Playlists are the first of them, Total is how many the platform says there are.
	Playlists []models.PlaylistRef
	Total     int
}

// Expander knows addresses that stand for many playlists, such as a collection of releases.
type Expander interface {
	Source
	// Expand gives, for those of refs that stand for many playlists, at most most of them
	// each. A ref that no expansion is of is a playlist itself.
	Expand(ctx context.Context, refs []models.PlaylistRef, most int) ([]Expansion, error)
}

// Offer is one quality in which a source says that it has a song.
type Offer struct {
	Quality   models.Quality `json:"quality"`
	Ext       string         `json:"ext"` // without the dot
	SizeBytes int64          `json:"size_bytes,omitempty"`
}

// Candidate is a song found at a provider that may be the canonical song.
type Candidate struct {
	Source     string   `json:"source"`
	RemoteID   string   `json:"remote_id"`
	Title      string   `json:"title"`
	Subtitle   string   `json:"subtitle,omitempty"` // version text that stands apart from the title
	Artists    []string `json:"artists,omitempty"`
	Album      string   `json:"album,omitempty"`
	DurationMS int64    `json:"duration_ms,omitempty"` // 0 = unknown
	Offers     []Offer  `json:"offers,omitempty"`      // best first; may be empty when unknown
	// Refused is set when the search answer already says that it will not be served.
	Refused       bool        `json:"refused,omitempty"`
	RefusedCode   models.Code `json:"refused_code,omitempty"`
	RefusedReason string      `json:"refused_reason,omitempty"`
	CoverURL      string      `json:"cover_url,omitempty"`
	// Keys are further ids that Resolve needs; opaque to everybody else.
	Keys map[string]string `json:"keys,omitempty"`
}

// Searcher finds songs.
type Searcher interface {
	Source
	// Search returns at most limit candidates in the platform's order. Nothing found is
	// an empty list; a restricted search is a ClassRiskControl error, never an empty list.
	Search(ctx context.Context, query string, limit int) ([]Candidate, error)
}

// Lookup makes the candidate of a canonical song of this same platform by id, without
// a search.
type Lookup interface {
	Source
	CandidateOf(song models.SongSnapshot) (Candidate, bool)
}

// Stream is an address that a provider granted for a candidate.
type Stream struct {
	URL        string
	Header     http.Header
	Quality    models.Quality // as claimed for this stream
	Ext        string         // as claimed, without the dot
	SizeBytes  int64          // 0 = not told
	MD5        string         // hex, "" = not told
	DurationMS int64          // of what is served, 0 = not told
	ExpiresAt  time.Time      // zero = not told
}

// Resolver turns a candidate into streams.
type Resolver interface {
	Source
	// Resolve returns the granted streams, best allowed quality first, at most up to
	// ceiling. A song that is not served is a ClassUnavailable error that says why
	// (CodePaid, CodeWithdrawn, CodePreviewOnly, CodeLoginRequired, CodeProtected).
	Resolve(ctx context.Context, c Candidate, ceiling models.Quality) ([]Stream, error)
}

// Body is the answer to opening a stream.
type Body struct {
	io.ReadCloser
	// Length is the number of bytes that this body announces, -1 = not told.
	Length int64
	// Offset is where in the file the body begins; less than asked for when the server
	// ignored the range.
	Offset      int64
	ContentType string
	// Validator is the ETag or Last-Modified for a later resume, "" = none.
	Validator string
}

// Opener opens a granted stream through the source's own polite client.
type Opener interface {
	Source
	// Open begins at offset when validator still holds (If-Range), else at 0.
	Open(ctx context.Context, s Stream, offset int64, validator string) (*Body, error)
}

// Provider is a source that songs can be downloaded from.
type Provider interface {
	Searcher
	Resolver
	Opener
}

// Lyrics are a song's words in LRC form; either may be "".
type Lyrics struct {
	Original    string
	Translation string
}

// LyricsFetcher gets the words of a song.
type LyricsFetcher interface {
	FetchLyrics(ctx context.Context, c Candidate) (Lyrics, error)
}

// Curated is a source whose files are the operator's own: they are kept byte by byte, and
// no tags are written into them.
type Curated interface {
	Source
	Curated()
}

// Prober tells by a light request whether the source answers; it is asked when a source
// may have recovered.
type Prober interface {
	Probe(ctx context.Context) error
}

// CircuitState tells whether a source is being left alone.
type CircuitState struct {
	Open bool
	// Until is when the next request will be let through as a probe.
	Until time.Time
	// Code and Reason are those of the failure that opened it.
	Code   models.Code
	Reason string
}

// Guarded is a source whose requests stop for a while when it refuses or fails.
type Guarded interface {
	Circuit() CircuitState
}
