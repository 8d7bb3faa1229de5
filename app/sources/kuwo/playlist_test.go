package kuwo

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

var (
	list1   = models.PlaylistRef{Platform: Name, RemoteID: "3400011122", Kind: models.KindPlaylist}
	chart93 = models.PlaylistRef{Platform: Name, RemoteID: "toplist_93", Kind: models.KindToplist}
)

func TestPlaylistKeepsEveryEntryInOrder(t *testing.T) {
	t.Parallel()
	requests := 0
	s := newSource(t, func(r *http.Request) reply {
		requests++
		require.Equal(t, "nplserver.kuwo.cn", r.URL.Host)
		require.Equal(t, "0", r.URL.Query().Get("pn"))
		require.NotEmpty(t, r.URL.Query().Get("vipver"), "without it paid songs are left out")
		return reply{file: "playlist.json"}
	})
	snap, err := s.FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	require.Equal(t, 1, requests)
	require.Equal(t, "雨后的 街灯", snap.Summary.Name)
	require.Equal(t, "第一行<b>", snap.Summary.Description)
	require.EqualValues(t, 480213, snap.Summary.PlayCount)
	require.EqualValues(t, 5, snap.Summary.TrackCount)
	require.NotContains(t, string(snap.Summary.Raw), "musiclist")
	require.Equal(t, 5, snap.ClaimedSongs)
	require.Equal(t, 1, snap.Unreadable, "the row without an id")
	require.Equal(t, []string{"900100201", "900100202", "900100201", "900100204"}, ids(snap))

	again, err := s.FetchPlaylist(t.Context(), list1, snap.Version)
	require.NoError(t, err)
	require.True(t, again.Unchanged)
	require.Empty(t, again.Songs)
	require.Equal(t, 2, requests)
}

func TestSongFieldsOfThePCShape(t *testing.T) {
	t.Parallel()
	snap, err := answering(t, "playlist.json").FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	first := snap.Songs[0]
	require.Contains(t, string(first.Raw), `"Paper&nbsp;Boat"`, "the platform's own object is kept")
	first.Raw = nil
	require.Equal(t, models.SongSnapshot{
		Platform: "kuwo", RemoteID: "900100201", Name: "Paper Boat",
		Artists: []models.ArtistRef{{RemoteID: "70011", Name: "林阿七"}, {Name: "The Gulls"}},
		Album:   "Harbour", AlbumRemoteID: "4400", DurationMS: 214_000,
		Ext: "flac", FileSizeBytes: 25270681, Quality: models.QualityLossless,
		Keys: map[string]string{"rid": "900100201", "size_128": "3428843"},
	}, first)
	require.Equal(t, "withdrawn", snap.Songs[1].Keys[keyRefused])
	require.Empty(t, snap.Songs[1].Artists[0].RemoteID)
	odd := snap.Songs[3]
	require.Equal(t, []string{"Rock&Roll", "Café's"}, odd.ArtistNames(), "an entity's ampersand joins nobody")
	require.Equal(t, models.QualityHiRes, odd.Quality)
	require.EqualValues(t, 61_000, odd.DurationMS)
}

func TestLongPlaylistIsPaged(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(r *http.Request) reply { return reply{file: "playlist_page" + r.URL.Query().Get("pn") + ".json"} })
	snap, err := s.FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	require.Equal(t, []string{"900100201", "900100202", "900100203"}, ids(snap))

	short, err := answering(t, "playlist_page0.json").FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	require.Len(t, short.Songs, 2, "a page that comes again is not counted twice")
	require.Equal(t, 3, short.ClaimedSongs)
}

func TestEmptyPlaylistIsNoError(t *testing.T) {
	t.Parallel()
	snap, err := answering(t, "playlist_empty.json").FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	require.Empty(t, snap.Songs)
	require.Zero(t, snap.ClaimedSongs)
}

func TestWebEndpointHelpsOut(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]reply{
		"the first is gone":               {status: http.StatusNotFound},
		"the first says no":               {file: "playlist_noresult.json"},
		"the first is about another list": {file: "playlist_other.json"},
		"the first changed its shape":     {file: "playlist_wrong.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSource(t, func(r *http.Request) reply {
				if r.URL.Host == "nplserver.kuwo.cn" {
					return first
				}
				require.Equal(t, "1", r.URL.Query().Get("pn"), "the web counts pages from 1")
				return reply{file: "web_playlist.json"}
			})
			snap, err := s.FetchPlaylist(t.Context(), list1, "")
			require.NoError(t, err)
			require.Equal(t, []string{"900100201", "900100202", "900100201"}, ids(snap))
			song := snap.Songs[0]
			require.Equal(t, 2021, song.Year)
			require.Equal(t, 4, song.Track)
			require.Equal(t, models.QualityLossless, song.Quality)
			require.Equal(t, "https://img2.kuwo.cn/star/albumcover/500/s3/1/2.jpg", song.CoverURL)
			require.Equal(t, "withdrawn", snap.Songs[1].Keys[keyRefused])
			require.Zero(t, snap.Songs[1].Year)
		})
	}
}

func TestUnknownPlaylistIsGone(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(r *http.Request) reply {
		if r.URL.Host == "nplserver.kuwo.cn" {
			return reply{file: "playlist_noresult.json"}
		}
		return reply{file: "web_gone.json"}
	})
	_, err := s.FetchPlaylist(t.Context(), list1, "")
	require.Equal(t, models.CodePlaylistGone, models.CodeOf(err))
	_, err = s.FetchPlaylist(t.Context(), models.PlaylistRef{Platform: Name, RemoteID: "../x"}, "")
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
}

func TestRefusedCallerIsNotAskedAround(t *testing.T) {
	t.Parallel()
	requests := 0
	s := newSource(t, func(*http.Request) reply { requests++; return reply{file: "illegal.json"} })
	_, err := s.FetchPlaylist(t.Context(), list1, "")
	require.Equal(t, models.ClassRiskControl, models.ClassOf(err))
	require.Equal(t, 1, requests)
}

func TestChart(t *testing.T) {
	t.Parallel()
	requests := 0
	s := newSource(t, func(r *http.Request) reply {
		requests++
		require.Equal(t, "93", r.URL.Query().Get("id"))
		return reply{file: "bang.json"}
	})
	snap, err := s.FetchPlaylist(t.Context(), chart93, "")
	require.NoError(t, err)
	require.Equal(t, chart93, snap.Summary.Ref)
	require.Equal(t, 3, snap.ClaimedSongs)
	require.Equal(t, 1, snap.Unreadable)
	require.EqualValues(t, 214_000, snap.Songs[0].DurationMS, "song_duration, as charts call it")
	again, err := s.FetchPlaylist(t.Context(), chart93, snap.Version)
	require.NoError(t, err)
	require.True(t, again.Unchanged)
	require.Equal(t, 2, requests)
}

func TestLongChartIsPaged(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(r *http.Request) reply { return reply{file: "bang_page" + r.URL.Query().Get("pn") + ".json"} })
	snap, err := s.FetchPlaylist(t.Context(), chart93, "")
	require.NoError(t, err)
	require.Len(t, snap.Songs, 5)
	again, err := s.FetchPlaylist(t.Context(), chart93, snap.Version)
	require.NoError(t, err)
	require.True(t, again.Unchanged)
}

func TestWebChartHelpsOut(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(r *http.Request) reply {
		if r.URL.Host == "kbangserver.kuwo.cn" {
			return reply{file: "nocode.json"}
		}
		require.Equal(t, "30", r.URL.Query().Get("rn"), "more is answered with -1")
		return reply{file: "web_bang.json"}
	})
	snap, err := s.FetchPlaylist(t.Context(), chart93, "")
	require.NoError(t, err)
	require.Len(t, snap.Songs, 2)
	require.Equal(t, 2, snap.ClaimedSongs)
}

func TestUnknownChartIsGone(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(r *http.Request) reply {
		if r.URL.Host == "kbangserver.kuwo.cn" {
			return reply{file: "bang_unknown.json"}
		}
		return reply{file: "web_gone.json"}
	})
	_, err := s.FetchPlaylist(t.Context(), chart93, "")
	require.Equal(t, models.CodePlaylistGone, models.CodeOf(err))
}

func ids(snap sources.Snapshot) []string {
	var list []string
	for _, s := range snap.Songs {
		list = append(list, s.RemoteID)
	}
	return list
}
