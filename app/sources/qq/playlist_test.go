package qq

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

var list1 = models.PlaylistRef{Platform: Name, RemoteID: "7900000001", Kind: models.KindPlaylist}

func TestPlaylistKeepsEveryEntryInOrder(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(q question) reply {
		require.Equal(t, "https://y.qq.com/n/yqq/playlist/7900000001.html", q.Header.Get("Referer"))
		require.Equal(t, "json", q.URL.Query().Get("format"))
		require.Equal(t, "7900000001", q.URL.Query().Get("disstid"))
		return reply{file: "cdinfo.json"}
	})
	snap, err := s.FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	require.Equal(t, list1, snap.Summary.Ref)
	require.Equal(t, "山雨欲来 & 慢歌", snap.Summary.Name)
	require.Equal(t, "阿木", snap.Summary.Creator)
	require.EqualValues(t, 20480, snap.Summary.PlayCount)
	require.NotContains(t, string(snap.Summary.Raw), "songlist")
	require.Equal(t, 7, snap.ClaimedSongs)
	require.Equal(t, 2, snap.Unreadable, "a row that is a text, and a song without its file part")

	var ids []string
	var notMusic []bool
	for _, e := range snap.Songs {
		ids, notMusic = append(ids, e.RemoteID), append(notMusic, e.NotMusic)
	}
	require.Equal(t, []string{"000SongMid0001", "qqid_5000002", "000SongMid0001", ids[3], "000SongMid0007"}, ids)
	require.Regexp(t, `^qqlist_7900000001_[0-9a-f]{16}$`, ids[3])
	require.Equal(t, []bool{false, true, false, true, false}, notMusic)
}

func TestSongFields(t *testing.T) {
	t.Parallel()
	snap, err := answering(t, "cdinfo.json").FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	first := snap.Songs[0]
	require.Contains(t, string(first.Raw), `"size_320mp3": 9752800`, "the platform's own object is kept")
	first.Raw = nil
	require.Equal(t, models.SongSnapshot{
		Platform: "qq", RemoteID: "000SongMid0001", Name: "山路 1 (Live)",
		Artists: []models.ArtistRef{{RemoteID: "002SingerMid01", Name: "山野乐队"}, {RemoteID: "002SingerMid02", Name: "Rock & Reed"}},
		Album:   "河口", AlbumRemoteID: "003AlbumMid001", DurationMS: 241_000, Track: 1, Disc: 1, Year: 2011,
		Ext: "flac", FileSizeBytes: 27100500, Quality: models.QualityLossless,
		CoverURL: "https://y.gtimg.cn/music/photo_new/T002R500x500M000003AlbumMid001.jpg",
		Keys: map[string]string{"id": "5000001", "mid": "000SongMid0001", "media_mid": "000MediaMid001", "type": "0", "pay_play": "0",
			"size_96aac": "3000200", "size_192aac": "5850400", "size_128mp3": "3901200", "size_320mp3": "9752800",
			"size_192ogg": "5900300", "size_flac": "27100500"},
	}, first)

	odd := snap.Songs[4] // numbers as texts, entities, no album
	require.Equal(t, "Don't 💫", odd.Name)
	require.Empty(t, odd.Album)
	require.EqualValues(t, 61_000, odd.DurationMS)
	require.Equal(t, models.QualityHiRes, odd.Quality)
	require.Equal(t, "https://y.gtimg.cn/music/photo_new/T001R500x500M000002SingerMid01.jpg", odd.CoverURL)
	require.Equal(t, 2, odd.Disc)
	require.Zero(t, odd.Year)
}

func TestLongPlaylistIsPaged(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(q question) reply {
		if q.URL.Query().Get("song_begin") == "2" {
			return reply{file: "cdinfo_page2.json"}
		}
		return reply{file: "cdinfo_page1.json"}
	})
	snap, err := s.FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	require.Len(t, snap.Songs, 3)
	require.Equal(t, "000SongMid0003", snap.Songs[2].RemoteID)
	again, err := s.FetchPlaylist(t.Context(), list1, snap.Version)
	require.NoError(t, err)
	require.True(t, again.Unchanged)
	require.Empty(t, again.Songs)
}

func TestUnchangedPlaylistCostsOneRequest(t *testing.T) {
	t.Parallel()
	requests := 0
	s := newSource(t, func(question) reply { requests++; return reply{file: "cdinfo_empty.json"} })
	first, err := s.FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	require.Zero(t, first.ClaimedSongs)
	require.Empty(t, first.Songs)
	require.False(t, first.Unchanged)
	requests = 0
	again, err := s.FetchPlaylist(t.Context(), list1, first.Version)
	require.NoError(t, err)
	require.True(t, again.Unchanged)
	require.Equal(t, 1, requests)
}

func TestSecondEndpointHelpsOut(t *testing.T) {
	t.Parallel()
	for name, first := range map[string][2]reply{
		"the first is gone":                  {{status: http.StatusNotFound, file: "shortlink.html"}},
		"the first changed its shape":        {{file: "cdinfo_wrong.json"}},
		"the first is about another list":    {{file: "cdinfo_other.json"}},
		"the first repeats its first page":   {{file: "cdinfo_page1.json"}, {file: "cdinfo_page1.json"}},
		"the first ends before it is whole":  {{file: "cdinfo_page1.json"}, {file: "cdinfo_page_none.json"}},
		"the first tells no code of success": {{file: "cdinfo_nocode.json"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSource(t, func(q question) reply {
				switch {
				case q.URL.Host == "c.y.qq.com" && q.URL.Query().Get("song_begin") == "0":
					return first[0]
				case q.URL.Host == "c.y.qq.com":
					return first[1]
				}
				require.EqualValues(t, 7900000001, q.body.Get("req.param.disstid").Value(), "a text would be refused")
				return reply{file: "dissinfo.json"}
			})
			snap, err := s.FetchPlaylist(t.Context(), list1, "")
			require.NoError(t, err)
			require.Len(t, snap.Songs, 3)
			require.Equal(t, "https://y.qq.com/music/photo_new/x.jpg", snap.Summary.CoverURL)
		})
	}
}

func TestShortPlaylistStaysShort(t *testing.T) {
	t.Parallel()
	second := reply{status: http.StatusNotFound}
	s := newSource(t, func(q question) reply {
		switch {
		case q.URL.Host == "u.y.qq.com":
			return second
		case q.URL.Query().Get("song_begin") == "0":
			return reply{file: "cdinfo_page1.json"}
		}
		return reply{file: "cdinfo_page_none.json"}
	})
	snap, err := s.FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err, "the second endpoint is no help")
	require.Len(t, snap.Songs, 2)
	require.Equal(t, 3, snap.ClaimedSongs, "so that nobody takes it for whole")

	second = reply{file: "search_verify.json"}
	_, err = s.FetchPlaylist(t.Context(), list1, "")
	require.Equal(t, models.ClassRiskControl, models.ClassOf(err))
}

func TestPlaylistRefusals(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]struct {
		class models.ErrorClass
		code  models.Code
	}{
		"cdinfo_private.json": {models.ClassUnavailable, models.CodePlaylistPrivate},
		"cdinfo_gone.json":    {models.ClassNotFound, models.CodePlaylistGone},
		"cdinfo_blank.json":   {models.ClassNotFound, models.CodePlaylistGone},
	} {
		requests := 0
		s := newSource(t, func(question) reply { requests++; return reply{file: file} })
		_, err := s.FetchPlaylist(t.Context(), list1, "")
		require.Equal(t, want.code, models.CodeOf(err), file)
		require.Equal(t, want.class, models.ClassOf(err), file)
		require.Equal(t, 1, requests, "a refusal is not asked around")
	}
	_, err := answering(t, "cdinfo.json").FetchPlaylist(t.Context(), models.PlaylistRef{Platform: Name, RemoteID: "../x"}, "")
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
}
