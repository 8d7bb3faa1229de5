package sourcetest

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func (f Fixture) testSearcher(t *testing.T) {
	s, _ := openAs[sources.Searcher](t, f)
	if f.Query != "" {
		found, err := s.Search(t.Context(), f.Query, 10)
		require.NoError(t, err)
		require.NotEmpty(t, found)
		require.LessOrEqual(t, len(found), 10)
		for _, c := range found {
			f.requireCandidate(t, c)
		}
		one, err := s.Search(t.Context(), f.Query, 1)
		require.NoError(t, err)
		require.Len(t, one, 1)
		require.Equal(t, found[0], one[0])
	}
	if f.Nothing != "" {
		none, err := s.Search(t.Context(), f.Nothing, 10)
		require.NoError(t, err, "nothing found is no error")
		require.Empty(t, none)
	}
}

func (f Fixture) requireCandidate(t *testing.T, c sources.Candidate) {
	t.Helper()
	require.Equal(t, f.Config.Source, c.Source)
	require.NotEmpty(t, c.RemoteID)
	require.NotEmpty(t, c.Title)
	require.GreaterOrEqual(t, c.DurationMS, int64(0))
	for i, o := range c.Offers {
		require.NotEmpty(t, o.Ext)
		if i > 0 {
			require.LessOrEqual(t, o.Quality.Rank(), c.Offers[i-1].Quality.Rank(), "offers come best first")
		}
	}
	require.Equal(t, c.Refused, c.RefusedCode != "", "a refusal has a code")
}

func (f Fixture) testProvider(t *testing.T) {
	t.Run("serves", f.testServes)
	t.Run("keeps the ceiling", f.testCeiling)
	t.Run("resumes", f.testResumes)
	t.Run("cancel in mid-body", f.testCancel)
	for code, c := range f.Refused {
		t.Run("refused "+string(code), func(t *testing.T) {
			p, _ := openAs[sources.Provider](t, f)
			streams, err := p.Resolve(t.Context(), c, models.QualityUnknown)
			require.Empty(t, streams)
			e := f.requireTyped(t, err)
			require.Equal(t, models.ClassUnavailable, e.Class)
			require.Equal(t, code, e.Code)
		})
	}
	t.Run("by id", f.testLookup)
}

// resolve resolves Playable and opens its best stream.
func (f Fixture) resolve(t *testing.T) (sources.Provider, sources.Stream) {
	t.Helper()
	if f.Playable.RemoteID == "" {
		t.Skip("the fixture names no playable song")
	}
	p, _ := openAs[sources.Provider](t, f)
	streams, err := p.Resolve(t.Context(), f.Playable, models.QualityUnknown)
	require.NoError(t, err)
	require.NotEmpty(t, streams)
	for i, s := range streams {
		require.NotEmpty(t, s.URL)
		require.NotEmpty(t, s.Ext)
		require.NotContains(t, s.Ext, ".")
		if i > 0 {
			require.LessOrEqual(t, s.Quality.Rank(), streams[i-1].Quality.Rank(), "streams come best first")
		}
	}
	return p, streams[0]
}

func (f Fixture) testServes(t *testing.T) {
	p, stream := f.resolve(t)
	body, err := p.Open(t.Context(), stream, 0, "")
	require.NoError(t, err)
	defer body.Close()
	content, err := io.ReadAll(body)
	require.NoError(t, err)
	require.NotEmpty(t, content)
	require.Zero(t, body.Offset)
	if f.Content != nil {
		require.Equal(t, f.Content, content)
	}
	if stream.SizeBytes > 0 {
		require.EqualValues(t, stream.SizeBytes, len(content))
	}
	if body.Length >= 0 {
		require.EqualValues(t, body.Length, len(content))
	}
}

func (f Fixture) testCeiling(t *testing.T) {
	p, _ := f.resolve(t)
	for _, ceiling := range models.Qualities {
		streams, err := p.Resolve(t.Context(), f.Playable, ceiling)
		if err != nil {
			require.Equal(t, models.ClassUnavailable, f.requireTyped(t, err).Class)
		}
		for _, s := range streams {
			require.LessOrEqual(t, s.Quality.Rank(), ceiling.Rank(), "above %s", ceiling)
		}
	}
}

func (f Fixture) testResumes(t *testing.T) {
	p, stream := f.resolve(t)
	whole, err := p.Open(t.Context(), stream, 0, "")
	require.NoError(t, err)
	content, err := io.ReadAll(whole)
	require.NoError(t, err)
	require.NoError(t, whole.Close())
	half := int64(len(content) / 2)

	rest, err := p.Open(t.Context(), stream, half, whole.Validator)
	require.NoError(t, err)
	defer rest.Close()
	require.LessOrEqual(t, rest.Offset, half)
	got, err := io.ReadAll(rest)
	require.NoError(t, err)
	require.Equal(t, content[rest.Offset:], got, "the body is the file from its offset on")

	changed, err := p.Open(t.Context(), stream, half, `"another file"`)
	require.NoError(t, err)
	defer changed.Close()
	require.Zero(t, changed.Offset, "another file is read from its start")
}

func (f Fixture) testCancel(t *testing.T) {
	p, stream := f.resolve(t)
	ctx, cancel := context.WithCancel(t.Context())
	body, err := p.Open(ctx, stream, 0, "")
	require.NoError(t, err)
	defer body.Close()
	cancel()
	_, err = io.ReadAll(body)
	require.ErrorIs(t, err, context.Canceled)
}

// testLookup takes the songs of a playlist back to candidates without a search.
func (f Fixture) testLookup(t *testing.T) {
	l, w := openAs[sources.Source](t, f)
	lookup, ok := l.(sources.Lookup)
	collector, collects := l.(sources.Collector)
	if !ok || !collects || f.Playlist.RemoteID == "" {
		t.Skip("no lookup by id")
	}
	snapshot, err := collector.FetchPlaylist(t.Context(), f.Playlist, "")
	require.NoError(t, err)
	before, found := w.count(), 0
	for _, song := range snapshot.Songs {
		if c, ok := lookup.CandidateOf(song); ok {
			f.requireCandidate(t, c)
			require.Equal(t, song.Name, c.Title)
			found++
		}
	}
	require.NotZero(t, found)
	require.Equal(t, before, w.count(), "a lookup asks nobody")
	_, ok = lookup.CandidateOf(models.SongSnapshot{Platform: "another", RemoteID: snapshot.Songs[0].RemoteID, Name: "x"})
	require.False(t, ok, "a song of another platform")
}
