package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func squarePage() []models.Playlist {
	return []models.Playlist{
		{RemotePlaylistID: "1", Kind: models.KindPlaylist, Name: "夜車", PlayCount: 10, TrackCount: 3, CollectedDigest: "d1"},
		{RemotePlaylistID: "2", Kind: models.KindPlaylist, Name: "Morning", PlayCount: 20, TrackCount: 5, CollectedDigest: "d2"},
	}
}

func savePage(t *testing.T, s *Store, page []models.Playlist) models.PoolPageOutcome {
	t.Helper()
	out, err := s.SavePoolPage(t.Context(), "qq", models.PoolPlaylistSquare, page)
	require.NoError(t, err)
	return out
}

func TestCollectedPageIsStoredOnce(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	require.Equal(t, models.PoolPageOutcome{New: 2}, savePage(t, s, squarePage()))
	first := catalogRows(t, s)
	require.Equal(t, models.PoolPageOutcome{Unchanged: 2}, savePage(t, s, squarePage()))
	require.Equal(t, first, catalogRows(t, s))

	row, err := s.GetPlaylist(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, "夜车", row.NameKey)
	require.EqualValues(t, 3, row.CollectedSongCount, "the claim stands until the first sync")
	require.Equal(t, []models.PoolKind{models.PoolPlaylistSquare}, row.Pools)

	page := squarePage()
	page[1].PlayCount, page[1].CollectedDigest = 21, "d2'"
	require.Equal(t, models.PoolPageOutcome{Unchanged: 1, Updated: 1}, savePage(t, s, page))
	require.EqualValues(t, 21, playlist(t, s, 2).PlayCount)
}

// Square and detail often disagree, on rounded play counts for one. What a sync wrote
// stays until the square itself says something new.
func TestCollectDoesNotUndoASync(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	savePage(t, s, squarePage())
	_, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: 1, Songs: snapshots("a1"),
		About: models.Playlist{Description: "for the last tram", PlayCount: 10_123, TrackCount: 1}})
	require.NoError(t, err)
	before := catalogRows(t, s)
	savePage(t, s, squarePage())
	require.Equal(t, before, catalogRows(t, s))

	page := squarePage()
	page[0].Name, page[0].CollectedDigest = "夜车 2", "d1'"
	savePage(t, s, page)
	p := playlist(t, s, 1)
	require.Equal(t, "夜车 2", p.Name)
	require.Equal(t, "for the last tram", p.Description, "a page without a description takes none away")
	require.EqualValues(t, 1, p.CollectedSongCount, "synced: the links count, not the claim")
}

func TestPlaylistsNamedByHand(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	savePage(t, s, squarePage())
	ids, err := s.AddPlaylists(t.Context(), models.PoolManualFile, []models.PlaylistRef{
		{Platform: "kuwo", RemoteID: "77", Kind: models.KindToplist},
		{Platform: "qq", RemoteID: "2", Kind: models.KindPlaylist},
	})
	require.NoError(t, err)
	rows, err := s.ListPlaylistRows(t.Context(), ids)
	require.NoError(t, err)
	require.Equal(t, "77", rows[0].Name)
	require.Equal(t, models.KindToplist, rows[0].Kind)
	require.Equal(t, []models.PoolKind{models.PoolPlaylistSquare, models.PoolManualFile}, rows[1].Pools)
	require.Equal(t, "Morning", rows[1].Name)
}

func TestFinishedPoolIsNoted(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	require.NoError(t, s.FinishPool(t.Context(), "qq", models.PoolToplist))
	var pool models.Pool
	require.NoError(t, s.read(t.Context()).Take(&pool).Error)
	require.NotZero(t, pool.CollectedAtMS)
}
