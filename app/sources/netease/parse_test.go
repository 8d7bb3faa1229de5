package netease

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u
}

func load(t testing.TB, name string, out any) {
	t.Helper()
	body, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(body, out))
}

func TestSquareRows(t *testing.T) {
	t.Parallel()
	var a squareAnswer
	load(t, "square_0.json", &a)
	page, err := a.page(0)
	require.NoError(t, err)
	require.Equal(t, "2", page.Next)
	require.Equal(t, 3, page.Total)
	first := page.Playlists[0]
	require.JSONEq(t, string(a.Playlists[0]), string(first.Raw))
	first.Raw = nil
	require.Equal(t, sources.PlaylistSummary{
		Ref: list("9100000001"), Name: "雨夜慢跑", Description: "第一行\n第二行", Creator: "纸飞机",
		CoverURL: "https://p2.music.126.net/AAAA==/1099511000000001.jpg", WebURL: "https://music.163.com/#/playlist?id=9100000001",
		PlayCount: 5123456789, TrackCount: 96, UpdatedAtMS: 1760100000456,
	}, first)
	load(t, "square_2.json", &a)
	page, err = a.page(2)
	require.NoError(t, err)
	require.Empty(t, page.Next)
	require.Empty(t, page.Playlists[0].CoverURL, "only web addresses are covers")
}

func TestSquareEnds(t *testing.T) {
	t.Parallel()
	row := `{"id":1,"name":"a"}`
	for body, next := range map[string]string{
		`{"playlists":[` + row + `],"more":true,"total":9}`:         "11",
		`{"playlists":[` + row + `],"more":true}`:                   "11",
		`{"playlists":[` + row + `]}`:                               "11",
		`{"playlists":[` + row + `],"more":false,"total":99}`:       "",
		`{"playlists":[],"more":true,"total":99}`:                   "",
		`{"playlists":[` + row + `],"more":true,"total":11}`:        "",
		`{"playlists":[` + row + `,{"id":"x"}],"more":true}`:        "12",
		`{"playlists":[` + row + `,7,null],"more":true,"total":50}`: "13",
	} {
		var a squareAnswer
		require.NoError(t, json.Unmarshal([]byte(body), &a))
		page, err := a.page(10)
		require.NoError(t, err, body)
		want := next
		if strings.Contains(body, `"total":9}`) {
			want = "" // the claim is already passed
		}
		require.Equal(t, want, page.Next, body)
		require.LessOrEqual(t, len(page.Playlists), 1)
	}
}

func TestSongRows(t *testing.T) {
	t.Parallel()
	var a songsAnswer
	load(t, "songs.json", &a)
	got := map[string]models.SongSnapshot{}
	for _, raw := range a.Songs {
		s, ok := readSong(raw)
		require.True(t, ok)
		snap := s.snapshot(nil)
		got[snap.RemoteID] = snap
	}
	require.Equal(t, models.SongSnapshot{
		Platform: Name, RemoteID: "8000003", Name: "旧式", Subtitle: "伴奏", Artists: []models.ArtistRef{{RemoteID: "60002", Name: "老唱片"}},
		Album: "十年", AlbumRemoteID: "70002", DurationMS: 200000, Track: 3,
	}, got["8000003"], "the old shape")
	require.Equal(t, models.SongSnapshot{
		Platform: Name, RemoteID: "8000004", Name: "自己录的", Artists: []models.ArtistRef{{Name: "我"}}, Album: "家", DurationMS: 180000,
		Ext: "mp3", Quality: models.Quality128, FileSizeBytes: 2880000,
	}, got["8000004"], "a cloud song")
	require.Equal(t, models.SongSnapshot{
		Platform: Name, RemoteID: "8000002", Name: "远山", Artists: []models.ArtistRef{{RemoteID: "60001", Name: "山野乐队"}},
		Album: "河口", AlbumRemoteID: "70001", DurationMS: 301000, Track: 2, Year: 1999,
		Ext: "flac", Quality: models.QualityHiRes, FileSizeBytes: 90000000, CoverURL: "https://p3.music.126.net/G==/6.jpg",
	}, got["8000002"], "released at a midnight in Beijing")

	var d detailAnswer
	load(t, "detail_9100000002.json", &d)
	read, err := d.read(list("9100000002"))
	require.NoError(t, err)
	song := read.songs[8000001]
	require.Equal(t, []models.ArtistRef{{RemoteID: "60001", Name: "山野乐队"}, {Name: "阿木"}}, song.Artists)
	require.Equal(t, "现场版", song.Subtitle)
	require.Equal(t, []int{1, 1, 2018}, []int{song.Disc, song.Track, song.Year})
	require.Equal(t, models.QualityLossless, song.Quality)
	require.Contains(t, string(song.Raw), `"mark":8192`)
	require.NotContains(t, string(read.snapshot.Summary.Raw), "trackIds")
	require.Contains(t, string(read.snapshot.Summary.Raw), `"commentCount":2`)

	nameless, ok := readSong(json.RawMessage(`{"id":5,"name":null,"ar":null,"al":null}`))
	require.True(t, ok)
	require.Equal(t, "song 5", nameless.snapshot(nil).Name)
}

func TestBigPlaylistIsFetchedInBatches(t *testing.T) {
	t.Parallel()
	const size, missing = 1203, 7
	var asked []int
	s := open(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		if strings.HasSuffix(r.URL.Path, "/playlist/detail") {
			var ids []string
			for i := range size {
				ids = append(ids, fmt.Sprintf(`{"id":%d}`, i+1))
			}
			fmt.Fprintf(w, `{"code":200,"playlist":{"id":77,"name":"big","trackCount":%d,"tracks":[{"id":1,"name":"one"}],"trackIds":[%s]}}`,
				size+2, strings.Join(ids, ","))
			return
		}
		var c []struct{ ID int }
		_ = json.Unmarshal([]byte(r.Form.Get("c")), &c)
		asked = append(asked, len(c))
		var songs []string
		for i := len(c) - 1; i >= 0; i-- { // in no useful order
			if c[i].ID != missing {
				songs = append(songs, fmt.Sprintf(`{"id":%d,"name":"song %d"}`, c[i].ID, c[i].ID))
			}
		}
		fmt.Fprintf(w, `{"code":200,"songs":[%s]}`, strings.Join(songs, ","))
	})
	snap, err := s.FetchPlaylist(t.Context(), list("77"), "")
	require.NoError(t, err)
	require.Equal(t, []int{500, 500, 202}, asked)
	require.Equal(t, size, snap.ClaimedSongs)
	require.Zero(t, snap.Unreadable)
	require.Len(t, snap.Songs, size)
	for i, song := range snap.Songs {
		require.Equal(t, strconv.Itoa(i+1), song.RemoteID)
		require.Equal(t, i+1 == missing, song.Undescribed)
	}
}

func TestPlaylistsThatAreNotBelieved(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"null":          `{"code":200,"playlist":null}`,
		"missing":       `{"code":200}`,
		"another":       `{"code":200,"playlist":{"id":78,"trackIds":[]}}`,
		"ids as text":   `{"code":200,"playlist":{"id":77,"trackIds":"x"}}`,
		"playlist list": `{"code":200,"playlist":[]}`,
		"no code":       `{"playlist":{"id":77}}`,
	} {
		_, err := open(t, always(body)).FetchPlaylist(t.Context(), list("77"), "")
		require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err), name)
		require.ErrorContains(t, err, "playlist", "with an excerpt: "+name)
	}
	empty, err := open(t, always(`{"code":200,"playlist":{"id":77,"trackCount":0,"trackIds":[],"tracks":[]}}`)).FetchPlaylist(t.Context(), list("77"), "")
	require.NoError(t, err)
	require.Zero(t, empty.ClaimedSongs)
	require.Zero(t, empty.Unreadable)
	lost, err := open(t, always(`{"code":200,"playlist":{"id":77,"trackCount":40,"trackIds":[],"tracks":[]}}`)).FetchPlaylist(t.Context(), list("77"), "")
	require.NoError(t, err)
	require.Equal(t, 40, lost.ClaimedSongs, "a lost list is told from an empty one")
	for _, id := range []string{"", "0", "-1", "x", "1&id=2", "007"} {
		_, err := open(t, always(`{}`)).FetchPlaylist(t.Context(), list(id), "")
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), id)
	}
}

func TestClaimedSongs(t *testing.T) {
	t.Parallel()
	for _, tc := range [][3]int{{100, 100, 100}, {102, 100, 100}, {98, 100, 100}, {100, 1, 100}, {5, 0, 5}, {0, 0, 0}, {1040, 1000, 1000}, {1060, 1000, 1060}} {
		require.Equal(t, tc[2], claimed(tc[0], tc[1]), tc)
	}
}

func TestVersionFollowsTheTrackList(t *testing.T) {
	t.Parallel()
	row := playlistRow{TrackUpdateTime: 1, TrackNumberUpdateTime: 2}
	base := version(&row, []number{1, 23})
	require.Equal(t, base, version(&playlistRow{TrackUpdateTime: 1, TrackNumberUpdateTime: 2, PlayCount: 9}, []number{1, 23}))
	for _, other := range []string{version(&row, []number{23, 1}), version(&row, []number{12, 3}), version(&row, []number{1}), version(&playlistRow{}, []number{1, 23})} {
		require.NotEqual(t, base, other)
	}
}

func TestSearchTellsWhatMayBePlayed(t *testing.T) {
	t.Parallel()
	var a searchAnswer
	load(t, "search.json", &a)
	found, err := a.candidates(10)
	require.NoError(t, err)
	require.Equal(t, sources.Candidate{
		Source: Name, RemoteID: "8000001", Title: "慢船", Subtitle: "现场版", Artists: []string{"山野乐队"}, Album: "河口", DurationMS: 246913,
		CoverURL: "https://p4.music.126.net/G==/6.jpg",
		Offers:   []sources.Offer{{Quality: models.Quality320, Ext: "mp3", SizeBytes: 9876543}, {Quality: models.Quality128, Ext: "mp3", SizeBytes: 3950617}},
	}, found[0])
	require.Equal(t, models.CodePaid, found[1].RefusedCode)
	require.Empty(t, found[1].Offers)
	require.Equal(t, models.CodeWithdrawn, found[2].RefusedCode)
	for _, nothing := range []string{`{"result":{"songCount":0},"code":200}`, `{"result":{},"code":200}`, `{"result":{"songs":[]},"code":200}`} {
		found, err := open(t, always(nothing)).Search(t.Context(), "x", 10)
		require.NoError(t, err)
		require.Empty(t, found)
	}
	for body, class := range map[string]models.ErrorClass{
		`{"code":200}`:                                models.ClassPermanent,
		`{"result":null,"code":200}`:                  models.ClassPermanent,
		`{"result":{"songCount":3},"code":200}`:       models.ClassPermanent,
		`{"result":{"songs":[1,2]},"code":200}`:       models.ClassPermanent,
		`{"code":406,"msg":"操作频繁，请稍候再试"}`:             models.ClassRateLimited,
		`{"code":"405","message":null}`:               models.ClassRateLimited,
		`{"code":-460,"message":"网络太拥挤"}`:             models.ClassRiskControl,
		`{"code":-447}`:                               models.ClassRateLimited,
		`{"code":503}`:                                models.ClassTransient,
		`{"code":400}`:                                models.ClassPermanent,
		`{"msg":null,"code":301}`:                     models.ClassUnavailable,
		`{"code":-462,"data":{"verifyUrl":"https:"}}`: models.ClassRiskControl,
	} {
		_, err := open(t, always(body)).Search(t.Context(), "x", 10)
		require.Equal(t, class, models.ClassOf(err), body)
	}
}

func TestStreams(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var a streamAnswer
	load(t, "player.json", &a)
	row, found := a.of("8000001")
	require.True(t, found)
	require.NoError(t, row.refusal(246913))
	require.Equal(t, sources.Stream{
		URL: "http://m8.music.126.net/20260101/demo/slow.mp3", Quality: models.Quality320, Ext: "mp3", SizeBytes: 4096,
		MD5: "00112233445566778899aabbccddeeff", DurationMS: 246913, ExpiresAt: now.Add(20 * time.Minute),
	}, row.stream(now))
	for id, code := range map[string]models.Code{
		"8000002": models.CodePaid, "8000003": models.CodePreviewOnly, "8000004": models.CodeWithdrawn,
		"8000007": models.CodeWithdrawn, "8000008": models.CodeProtected, "8000010": models.CodeLoginRequired,
	} {
		row, _ := a.of(id)
		require.Equal(t, code, models.CodeOf(row.refusal(0)), id)
	}
	short, _ := a.of("8000009")
	require.NoError(t, short.refusal(31000), "about its own length")
	require.NoError(t, short.refusal(0), "nothing to compare with")
	require.Equal(t, models.CodePreviewOnly, models.CodeOf(short.refusal(240000)), "a clip shows by its length too")
	_, found = a.of("9")
	require.False(t, found)
}

func TestStreamQuality(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		g       granted
		ext     string
		quality models.Quality
	}{
		{granted{Type: "flac", Level: "lossless", Br: 912345}, "flac", models.QualityLossless},
		{granted{Type: "FLAC", Level: "hires", Br: 2800000}, "flac", models.QualityHiRes},
		{granted{Type: "mp3", Level: "hires", Br: 320001}, "mp3", models.Quality320},
		{granted{Type: "m4a", Br: 96000}, "m4a", models.QualityLow},
		{granted{URL: "http://x/a.flac?k=1", Br: 900000}, "flac", models.QualityLossless},
		{granted{URL: "http://x/a", Br: 900000}, "flac", models.QualityLossless},
		{granted{URL: "http://x/a", Br: 128001}, "mp3", models.Quality128},
	} {
		require.Equal(t, tc.ext, tc.g.ext())
		require.Equal(t, tc.quality, tc.g.quality())
	}
}

func TestLyrics(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]sources.Lyrics{
		`{"code":200,"lrc":{"lyric":"[00:01.00]a\r\n"},"tlyric":{"lyric":"[00:01.00]b"}}`: {Original: "[00:01.00]a", Translation: "[00:01.00]b"},
		`{"code":200,"lrc":{"lyric":"[00:01.00]a"},"tlyric":{"version":0}}`:               {Original: "[00:01.00]a"},
		`{"code":200,"nolyric":true}`:                                            {},
		`{"code":200,"uncollected":true,"lrc":null}`:                             {},
		`{"code":200,"lrc":{"lyric":null},"tlyric":null}`:                        {},
		`{"code":200,"lrc":{"lyric":"[00:00.00]纯音乐，请欣赏"},"tlyric":{"lyric":""}}`: {},
	} {
		got, err := open(t, always(body)).FetchLyrics(t.Context(), candidate("1", 0))
		require.NoError(t, err)
		require.Equal(t, want, got, body)
	}
	_, err := open(t, always(`{"code":200,"lrc":[]}`)).FetchLyrics(t.Context(), candidate("1", 0))
	require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err))
}

func TestNumbersAndTexts(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]number{
		`5`: 5, `"5"`: 5, `""`: 0, `null`: 0, `5e9`: 5_000_000_000, `"01"`: 1, `-460`: -460, `"-460"`: -460, `12.9`: 12,
		`109951100000000031`: 109951100000000031,
	} {
		var n number
		require.NoError(t, json.Unmarshal([]byte(in), &n), in)
		require.Equal(t, want, n, in)
	}
	for _, in := range []string{`"x"`, `true`, `{}`, `[]`, `1e99`, `"NaN"`} {
		var n number
		require.Error(t, json.Unmarshal([]byte(in), &n), in)
	}
	var texts []text
	require.NoError(t, json.Unmarshal([]byte(`["a\u0000 b\n c",null,7,"&amp;"]`), &texts))
	require.Equal(t, "a b c; 7; &amp;", lines(texts, "; "))
	require.Error(t, json.Unmarshal([]byte(`[{}]`), &texts))
}
