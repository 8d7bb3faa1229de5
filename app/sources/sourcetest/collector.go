package sourcetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// mostPages is more than any stand-in has.
const mostPages = 300

func (f Fixture) testCollector(t *testing.T) {
	t.Run("pools end", f.testPools)
	t.Run("playlist", func(t *testing.T) { f.testPlaylist(t, f.Playlist, f.Songs) })
	t.Run("toplist", func(t *testing.T) { f.testPlaylist(t, f.Toplist, nil) })
	for code, ref := range f.RefusedPlaylists {
		t.Run("refused playlist "+string(code), func(t *testing.T) {
			c, _ := openAs[sources.Collector](t, f)
			_, err := c.FetchPlaylist(t.Context(), ref, "")
			require.Equal(t, code, f.requireTyped(t, err).Code)
		})
	}
}

func (f Fixture) testPools(t *testing.T) {
	c, _ := openAs[sources.Collector](t, f)
	require.NotEmpty(t, c.Pools())
	for _, pool := range c.Pools() {
		require.NotEmpty(t, pool.Name)
		found, cursors := map[models.PlaylistRef]bool{}, map[string]bool{"": true}
		for cursor, pages := "", 0; ; pages++ {
			require.Less(t, pages, mostPages, "%s does not end", pool.Name)
			page, err := c.FetchPage(t.Context(), pool, cursor)
			require.NoError(t, err)
			for _, p := range page.Playlists {
				f.requireSummary(t, p)
				found[p.Ref] = true
			}
			if cursor = page.Next; cursor == "" {
				break
			}
			require.False(t, cursors[cursor], "%s comes back to cursor %s", pool.Name, cursor)
			cursors[cursor] = true
		}
		require.NotEmpty(t, found, pool.Name)
	}
	_, err := c.FetchPage(t.Context(), sources.Pool{Kind: models.PoolManualFile}, "")
	require.Error(t, err, "a pool that the source does not have")
}

func (f Fixture) requireSummary(t *testing.T, p sources.PlaylistSummary) {
	t.Helper()
	require.Equal(t, f.Config.Source, p.Ref.Platform)
	require.NotEmpty(t, p.Ref.RemoteID)
	require.Contains(t, []models.PlaylistKind{models.KindPlaylist, models.KindToplist}, p.Ref.Kind)
	require.NotEmpty(t, p.Name)
	require.GreaterOrEqual(t, p.PlayCount, int64(0))
	require.GreaterOrEqual(t, p.TrackCount, int64(0))
}

func (f Fixture) testPlaylist(t *testing.T, ref models.PlaylistRef, want []string) {
	if ref.RemoteID == "" {
		t.Skip("the fixture names none")
	}
	c, w := openAs[sources.Collector](t, f)
	first, err := c.FetchPlaylist(t.Context(), ref, "")
	require.NoError(t, err)
	f.requireSummary(t, first.Summary)
	require.Equal(t, ref, first.Summary.Ref)
	require.False(t, first.Unchanged)
	require.NotEmpty(t, first.Version)
	require.NotEmpty(t, first.Songs)
	require.Equal(t, first.ClaimedSongs, len(first.Songs)+first.Unreadable, "claimed songs and what came")
	var ids []string
	for _, song := range first.Songs {
		require.Equal(t, f.Config.Source, song.Platform)
		require.NotEmpty(t, song.RemoteID)
		require.Equal(t, song.Undescribed, song.Name == "")
		require.GreaterOrEqual(t, song.DurationMS, int64(0))
		ids = append(ids, song.RemoteID)
	}
	if want != nil {
		require.Equal(t, want, ids)
	}

	before := w.count()
	again, err := c.FetchPlaylist(t.Context(), ref, first.Version)
	require.NoError(t, err)
	require.True(t, again.Unchanged)
	require.Empty(t, again.Songs)
	require.Equal(t, first.Version, again.Version)
	if !f.Local {
		require.Equal(t, before+1, w.count(), "an unchanged playlist costs one request")
	}

	stale, err := c.FetchPlaylist(t.Context(), ref, "another version")
	require.NoError(t, err)
	require.False(t, stale.Unchanged)
	require.Equal(t, first.Songs, stale.Songs, "the same answer is read the same way")

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.FetchPlaylist(gone, ref, "")
	require.ErrorIs(t, err, context.Canceled)
}
