package jamendo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestPlaylistsPageByPage(t *testing.T) {
	t.Parallel()
	square := sources.Pool{Kind: models.PoolPlaylistSquare}
	page, err := startStandIn(t, whole).open(t).FetchPage(t.Context(), square, "")
	require.NoError(t, err)
	require.Empty(t, page.Next, "a page that is not full is the last")
	require.Len(t, page.Playlists, 2)
	p := page.Playlists[0]
	require.Equal(t, ref(rain), p.Ref)
	require.Equal(t, "kitefish", p.Creator)
	require.Zero(t, p.UpdatedAtMS, "no time of change is told")
	require.Equal(t, "Rock & rust of '98", page.Playlists[1].Name)

	full := paged(t, pageSize, 1)
	page, err = full.FetchPage(t.Context(), square, "")
	require.NoError(t, err)
	require.Len(t, page.Playlists, pageSize)
	require.Equal(t, strconv.Itoa(pageSize), page.Next)

	_, err = answering(t, "playlists_unreadable.json").FetchPage(t.Context(), square, "")
	requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
	_, err = full.FetchPage(t.Context(), square, "-5")
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
}

func TestSongsOfAPlaylist(t *testing.T) {
	t.Parallel()
	source := startStandIn(t, whole).open(t)
	snap, err := source.FetchPlaylist(t.Context(), ref(rain), "")
	require.NoError(t, err)
	require.EqualValues(t, 4, snap.Summary.TrackCount)
	require.Equal(t, "https://usercontent.jamendo.com?type=album&id=290001&width=300&trackid=1990001", snap.Summary.CoverURL)
	tin, roof := snap.Songs[0], snap.Songs[1]
	require.Equal(t, []models.ArtistRef{{RemoteID: "390001", Name: "Slow Gutter"}}, tin.Artists)
	require.EqualValues(t, 187_000, tin.DurationMS)
	require.Equal(t, "http://creativecommons.org/licenses/by-nc-sa/3.0/", tin.Keys[keyLicence], "the licence stays with the song")
	require.Zero(t, tin.Track, "the place in the list is none on an album")
	require.Zero(t, roof.DurationMS)
	require.Empty(t, roof.AlbumRemoteID)
	require.NotContains(t, roof.Keys, keyLicence)
	require.Equal(t, "Don't <b> rain", snap.Songs[2].Name)
	require.NotContains(t, string(snap.Summary.Raw), "Slow Gutter", "songs are kept one by one")

	c, ok := source.CandidateOf(roof)
	require.True(t, ok)
	require.True(t, c.Refused)
	require.Equal(t, models.CodeStreamOnly, c.RefusedCode)
	c, _ = source.CandidateOf(tin)
	require.False(t, c.Refused)
	require.Equal(t, models.QualityLossless, c.Offers[0].Quality)
}

func TestListsInAllTheirShapes(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]struct {
		id                string
		songs, unreadable int
		code              models.Code
	}{
		"playlist_empty.json":          {"500990003", 0, 0, ""},
		"playlist_rows.json":           {rain, 1, 3, ""},
		"playlist_missing_tracks.json": {rain, 0, 0, models.CodeUpstreamShape},
		"playlist_other.json":          {rain, 0, 0, models.CodeUpstreamShape},
		"playlist_gone.json":           {rain, 0, 0, models.CodePlaylistGone},
		"album.json":                   {"album_290001", 2, 0, ""},
	} {
		snap, err := answering(t, file).FetchPlaylist(t.Context(), ref(want.id), "")
		require.Equal(t, want.code != "", err != nil, "%s: %v", file, err)
		if err != nil {
			require.Equal(t, want.code, models.CodeOf(err), file)
			continue
		}
		require.Len(t, snap.Songs, want.songs, file)
		require.Equal(t, want.unreadable, snap.Unreadable, file)
		require.Equal(t, want.songs+want.unreadable, snap.ClaimedSongs, file)
	}
	for _, id := range []string{"", "x", "album_", "album_-1", "../1"} {
		_, err := answering(t, "playlist.json").FetchPlaylist(t.Context(), ref(id), "")
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), id)
	}
	_, err := answering(t, "chart.json").FetchPlaylist(t.Context(), ref("toplist_nonsense"), "")
	require.Equal(t, models.CodePlaylistGone, models.CodeOf(err))
}

func TestSongsOfAnAlbumTellWhatTheAlbumTells(t *testing.T) {
	t.Parallel()
	snap, err := answering(t, "album.json").FetchPlaylist(t.Context(), ref("album_290001"), "")
	require.NoError(t, err)
	require.Equal(t, "Gutter songs", snap.Summary.Name)
	require.Equal(t, "Slow Gutter", snap.Summary.Creator)
	drain := snap.Songs[1]
	require.Equal(t, []string{"Slow Gutter"}, drain.ArtistNames())
	require.Equal(t, "Gutter songs", drain.Album)
	require.Equal(t, "290001", drain.AlbumRemoteID)
	require.Equal(t, 2, drain.Track)
	require.Equal(t, 2018, drain.Year)
	require.Equal(t, string(models.CodeStreamOnly), drain.Keys[keyRefused])
}

// Whether offset counts songs is not certain, so each way in which it may behave must give
// the whole list once.
func TestLongPlaylistsArePagedThrough(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		songs, page int // page 0: offset is not minded
		want        int
	}{
		"short":                       {150, pageSize, 150},
		"one full page":               {pageSize, pageSize, pageSize},
		"three pages":                 {2*pageSize + 50, pageSize, 2*pageSize + 50},
		"offset is not minded":        {pageSize, 0, pageSize},
		"limit is not minded, either": {2*pageSize + 50, 0, 2*pageSize + 50},
	} {
		snap, err := paged(t, tc.songs, tc.page).FetchPlaylist(t.Context(), ref(rain), "")
		require.NoError(t, err, name)
		require.Len(t, snap.Songs, tc.want, name)
		again, err := paged(t, tc.songs, tc.page).FetchPlaylist(t.Context(), ref(rain), snap.Version)
		require.NoError(t, err, name)
		require.True(t, again.Unchanged, name)
	}
}

// paged is a source of a platform with that many songs on its playlist, and playlists.
func paged(t *testing.T, songs, page int) *Source {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		end := min(offset+page, songs)
		if page == 0 {
			offset, end = 0, songs
		}
		var rows []map[string]any
		for i := offset; i < end; i++ {
			rows = append(rows, map[string]any{"id": strconv.Itoa(1000 + i), "name": "Song " + strconv.Itoa(i), "duration": "10", "position": strconv.Itoa(i + 1)})
		}
		results := []any{map[string]any{"id": rain, "name": "Rain", "tracks": rows}}
		if strings.Contains(r.URL.Path, endpointPlaylistTracks) && offset >= songs {
			results = []any{}
		}
		if !strings.Contains(r.URL.Path, endpointPlaylistTracks) {
			results = nil
			for i := range pageSize {
				results = append(results, map[string]any{"id": strconv.Itoa(1000 + i), "name": "x"})
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"headers": map[string]any{"status": "success", "code": 0}, "results": results})
	}))
	t.Cleanup(srv.Close)
	return (&standIn{t: t, url: srv.URL}).open(t)
}

func TestSongsThatMayNotBeSaved(t *testing.T) {
	t.Parallel()
	c := sources.Candidate{RemoteID: "1990002"}
	for _, file := range []string{"track_refused.json", "track_half_refused.json"} {
		_, err := answering(t, file).Resolve(t.Context(), c, models.QualityUnknown)
		requireError(t, err, models.ClassUnavailable, models.CodeStreamOnly)
	}
	_, err := answering(t, "track_other.json").Resolve(t.Context(), c, models.QualityUnknown)
	requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
	_, err = answering(t, "track_elsewhere.json").Resolve(t.Context(), sources.Candidate{RemoteID: "1990001"}, models.QualityUnknown)
	requireError(t, err, models.ClassPermanent, models.CodeForbiddenAddress)
}

func TestTheCeilingPicksTheFormat(t *testing.T) {
	t.Parallel()
	for ceiling, want := range map[models.Quality]string{
		models.QualityUnknown: "flac", models.QualityHiRes: "flac", models.QualityLossless: "flac", models.Quality320: "mp32",
		models.Quality192: "mp32", models.Quality128: "ogg", models.QualityLow: "mp31",
	} {
		require.Equal(t, want, formatsBelow(ceiling)[0].name, ceiling)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	words, err := answering(t, "track_lyrics.json").FetchLyrics(t.Context(), sources.Candidate{RemoteID: "1990001"})
	require.NoError(t, err)
	require.Equal(t, sources.Lyrics{Original: "first & last\nsecond"}, words)
	for _, file := range []string{"track.json", "search_none.json"} {
		words, err = answering(t, file).FetchLyrics(t.Context(), sources.Candidate{RemoteID: "1990001"})
		require.NoError(t, err)
		require.Empty(t, words)
	}
	_, err = answering(t, "track_lyrics_wrong.json").FetchLyrics(t.Context(), sources.Candidate{RemoteID: "1990001"})
	requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
	_, err = answering(t, "search_unreadable.json").Search(t.Context(), "x", 5)
	requireError(t, err, models.ClassPermanent, models.CodeUpstreamShape)
}
