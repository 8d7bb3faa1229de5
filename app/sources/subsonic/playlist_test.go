package subsonic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

var own = sources.Pool{Kind: models.PoolPlaylistSquare}

func TestPlaylistsOfTheUser(t *testing.T) {
	t.Parallel()
	page, err := startStandIn(t, files(map[string]string{methodPlaylists: "playlists.json"})).open(t).FetchPage(t.Context(), own, "")
	require.NoError(t, err)
	require.Equal(t, 2, page.Total)
	require.Empty(t, page.Next)
	require.Len(t, page.Playlists, 2)
	p := page.Playlists[0]
	require.Equal(t, playlistRef(evening), p.Ref)
	require.Equal(t, "Evening", p.Name)
	require.Equal(t, "kite", p.Creator)
	require.Equal(t, "for the boat", p.Description)
	require.EqualValues(t, 4, p.TrackCount)
	require.EqualValues(t, 1772438400100, p.UpdatedAtMS)
	require.Zero(t, page.Playlists[1].UpdatedAtMS, "the year 1 stands for no time")
}

func TestListsOfPlaylistsInAllTheirShapes(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]int{
		"playlists_none.json": 0, "playlists_list_empty.json": 0, "playlists_null.json": 0, "playlists_lone.json": 1, "playlists_some.json": 1,
		"playlists_missing.json": -1, "playlists_unreadable.json": -1,
	} {
		page, err := startStandIn(t, files(map[string]string{methodPlaylists: file})).open(t).FetchPage(t.Context(), own, "")
		if want < 0 {
			requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
			continue
		}
		require.NoError(t, err, file)
		require.Len(t, page.Playlists, want, file)
	}
	s := startStandIn(t, files(map[string]string{methodPlaylists: "playlists_lone.json"}))
	page, err := s.open(t).FetchPage(t.Context(), own, "")
	require.NoError(t, err)
	require.Equal(t, "17", page.Playlists[0].Ref.RemoteID)
	require.Equal(t, "1984", page.Playlists[0].Name)
	require.EqualValues(t, 2, page.Playlists[0].TrackCount)
	require.Equal(t, s.url, page.Playlists[0].WebURL)
}

func TestSongsOfAPlaylist(t *testing.T) {
	t.Parallel()
	snap, err := startStandIn(t, whole).open(t).FetchPlaylist(t.Context(), playlistRef(evening), "")
	require.NoError(t, err)
	require.Equal(t, 4, snap.ClaimedSongs)
	require.Len(t, snap.Songs, 4)
	boat := snap.Songs[0]
	require.Equal(t, []models.ArtistRef{{RemoteID: "ar-1", Name: "Lin"}, {RemoteID: "ar-2", Name: "The Gulls"}}, boat.Artists)
	require.Equal(t, "Harbour", boat.Album)
	require.EqualValues(t, 214_000, boat.DurationMS)
	require.Equal(t, models.QualityLossless, boat.Quality)
	require.Equal(t, "flac", boat.Ext)
	require.EqualValues(t, 66000, boat.FileSizeBytes)
	require.Equal(t, 4, boat.Track)
	require.Equal(t, 2021, boat.Year)
	require.Equal(t, boat, snap.Songs[3], "a song may stand twice in a list")
	require.Equal(t, models.QualityUnknown, snap.Songs[1].Quality, "nothing is told of it")
	require.Equal(t, "雨夜 <b>&</b> 灯", snap.Songs[2].Name)
	require.Equal(t, models.Quality320, snap.Songs[2].Quality)
	require.NotContains(t, string(snap.Summary.Raw), "Paper Boat", "songs are kept one by one")
}

func TestPlaylistsInAllTheirShapes(t *testing.T) {
	t.Parallel()
	for file, tc := range map[string]struct{ id, songs, unreadable, claimed int }{
		"playlist_empty.json":      {1, 0, 0, 0},
		"playlist_lone.json":       {17, 1, 0, 1},
		"playlist_video.json":      {0, 2, 0, 2},
		"playlist_rows.json":       {0, 1, 2, 3},
		"playlist_dead.json":       {0, 1, 0, 40},
		"playlist_other.json":      {0, -1, 0, 0},
		"playlist_missing.json":    {0, -1, 0, 0},
		"playlist_list_wrong.json": {0, -1, 0, 0},
	} {
		ref := playlistRef(map[int]string{0: evening, 1: "pl-MS9lbXB0eS5tM3U=", 17: "17"}[tc.id])
		snap, err := startStandIn(t, files(map[string]string{methodPlaylist: file})).open(t).FetchPlaylist(t.Context(), ref, "")
		if tc.songs < 0 {
			requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
			continue
		}
		require.NoError(t, err, file)
		require.Len(t, snap.Songs, tc.songs, file)
		require.Equal(t, tc.unreadable, snap.Unreadable, file)
		require.Equal(t, tc.claimed, snap.ClaimedSongs, file)
		switch file {
		case "playlist_lone.json":
			song := snap.Songs[0]
			require.Equal(t, "1979", song.Name)
			require.Equal(t, []string{"311"}, song.ArtistNames())
			require.Equal(t, "mp3", song.Ext)
			require.Equal(t, models.QualityLow, song.Quality, "63999 bit/s, not kbit/s")
		case "playlist_video.json":
			require.True(t, snap.Songs[1].NotMusic)
		}
	}
}

func TestTheVersionChangesWithTheSongsAndNothingElse(t *testing.T) {
	t.Parallel()
	version := func(file string) string {
		snap, err := startStandIn(t, files(map[string]string{methodPlaylist: file})).open(t).FetchPlaylist(t.Context(), playlistRef(evening), "")
		require.NoError(t, err)
		return snap.Version
	}
	seen := map[string]string{}
	for _, file := range []string{"playlist.json", "playlist_video.json", "playlist_rows.json", "playlist_dead.json"} {
		v := version(file)
		require.Empty(t, seen[v], file)
		seen[v] = file
		require.Equal(t, v, version(file))
	}
}

func TestStarredSongsAreAList(t *testing.T) {
	t.Parallel()
	stars := sources.Pool{Kind: models.PoolToplist}
	source := startStandIn(t, files(map[string]string{methodStarred: "starred.json"})).open(t)
	page, err := source.FetchPage(t.Context(), stars, "")
	require.NoError(t, err)
	require.Len(t, page.Playlists, 1)
	snap, err := source.FetchPlaylist(t.Context(), page.Playlists[0].Ref, "")
	require.NoError(t, err)
	require.Len(t, snap.Songs, 2)
	require.Equal(t, models.QualityHiRes, snap.Songs[1].Quality)

	for _, file := range []string{"starred_none.json", "error_0_unknown_method.json"} {
		page, err := startStandIn(t, files(map[string]string{methodStarred: file})).open(t).FetchPage(t.Context(), stars, "")
		require.NoError(t, err)
		require.Empty(t, page.Playlists, "no stars, no list")
	}
	_, err = startStandIn(t, files(map[string]string{methodStarred: "starred_missing.json"})).open(t).FetchPage(t.Context(), stars, "")
	requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
}

func TestWhereAPersonLooksAtAPlaylist(t *testing.T) {
	t.Parallel()
	source := (&standIn{url: "https://music.example/nd"}).open(t)
	require.Equal(t, "https://music.example/nd/app/#/playlist/a%2Fb=/show", source.webPage("a/b=", "navidrome"))
	require.Equal(t, "https://music.example/nd", source.webPage("17", "gonic"))
}
