// Package sourcetest is the contract that every source keeps, as a test suite.
//
// An adapter's own test describes in a Fixture where a stand-in upstream speaks the
// platform's wire format and what is there, and calls Run. The suite puts itself between
// the source's client and the stand-in, so it can count requests and answer as a failing
// upstream would, without the stand-in's help.
package sourcetest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Fixture describes a source and what its stand-in holds. Parts left at their zero value
// are not tested.
type Fixture struct {
	// BaseURL is where the stand-in serves https://<host>/<path> as /<host>/<path>.
	BaseURL string
	// Config and New are the adapter's own.
	Config httpclient.Config
	New    func(c *httpclient.Client) sources.Source

	// Playlist has the songs with the remote ids Songs, in order; Songs nil = any number
	// of songs, but not none. Toplist likewise.
	Playlist models.PlaylistRef
	Songs    []string
	Toplist  models.PlaylistRef
	// RefusedPlaylists are playlists that cannot be fetched, by the code with which that is told.
	RefusedPlaylists map[models.Code]models.PlaylistRef

	// Query finds songs, Nothing finds none.
	Query, Nothing string
	// Playable is served; Content is what it holds, nil = anything.
	Playable sources.Candidate
	Content  []byte
	// Refused are songs that are not served, by the code with which that is told.
	Refused map[models.Code]sources.Candidate

	// URLs are addresses of playlists; NotPlaylists are of the source's hosts without
	// being playlists; Foreign are of other hosts; ShortLinks lead to pages of the source.
	URLs         map[string]models.PlaylistRef
	NotPlaylists []string
	Foreign      []string
	ShortLinks   map[string]models.PlaylistRef

	// BareList: the search answers with a list that nothing is around, so that [] says that
	// nothing was found.
	BareList bool

	// RiskControl is the body of an answer that blocks the caller.
	RiskControl string
	// MostWhenBlocked is how many requests one call may cost while the caller is blocked;
	// 0 = 1. A source with a token asks more often, since a stale token looks alike.
	MostWhenBlocked int
	// EmptyIsGone: the platform answers {} for what it does not have.
	EmptyIsGone bool
	// Local: the source is not asked over HTTP. New gets a nil client, there is no stand-in,
	// and neither requests nor broken answers are tested.
	Local bool
}

// Run tests the contract.
func Run(t *testing.T, f Fixture) {
	t.Helper()
	require.NotEmpty(t, f.Config.Source)
	require.Equal(t, f.Local, f.BaseURL == "")
	s, _ := f.open(t)
	require.Equal(t, f.Config.Source, s.Name())
	if _, ok := s.(sources.Collector); ok {
		t.Run("collector", f.testCollector)
	}
	if _, ok := s.(sources.Searcher); ok {
		t.Run("searcher", f.testSearcher)
	}
	if _, ok := s.(sources.Provider); ok {
		t.Run("provider", f.testProvider)
	}
	if _, ok := s.(sources.URLRecogniser); ok {
		t.Run("addresses", f.testAddresses)
	}
	if !f.Local {
		t.Run("faults", f.testFaults)
	}
}

// open makes the source anew, so that no circuit or connection of another test is shared.
func (f Fixture) open(t *testing.T) (sources.Source, *wire) {
	t.Helper()
	w := &wire{next: http.DefaultTransport}
	if f.Local {
		return f.New(nil), w
	}
	cfg := f.Config
	cfg.BaseURL, cfg.Transport = f.BaseURL, w
	cfg.RatePerSecond, cfg.Attempts = 0, 1
	c, err := httpclient.New(cfg)
	require.NoError(t, err)
	return f.New(c), w
}

// openAs is open for a role of the source.
func openAs[T any](t *testing.T, f Fixture) (T, *wire) {
	t.Helper()
	s, w := f.open(t)
	role, ok := s.(T)
	require.True(t, ok, "the source has not the role %T", role)
	return role, w
}

// requireTyped asserts that err tells what happened where.
func (f Fixture) requireTyped(t *testing.T, err error) *models.Error {
	t.Helper()
	require.Error(t, err)
	var e *models.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, f.Config.Source, e.Source, "%v", err)
	require.NotEmpty(t, e.Endpoint, "%v", err)
	require.NotEmpty(t, e.Message, "%v", err)
	require.NotEqual(t, models.CodeInternal, e.Code, "%v", err)
	require.LessOrEqual(t, len([]rune(e.Excerpt)), 200)
	return e
}
