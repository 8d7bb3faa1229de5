package demo_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"catalogsync/app/demo"
	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/netease"
)

const neteaseAPI = "music.163.com/api/"

func TestNetEaseSquarePagesToItsEnd(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 200})
	c := caller(t, s)
	ids := pages(t, func(n int) gjson.Result {
		return c.json(fmt.Sprintf(neteaseAPI+"playlist/list?cat=%s&order=hot&limit=35&offset=%d&total=true", url.QueryEscape("全部"), n*35))
	}, "playlists.#.id", func(r gjson.Result) bool {
		require.EqualValues(t, 200, r.Get("code").Int())
		require.EqualValues(t, s.Catalog().Count(catalog.NetEase, catalog.Square), r.Get("total").Int())
		for _, pl := range r.Get("playlists").Array() {
			require.Equal(t, gjson.Null, pl.Get("tracks").Type)
			require.True(t, pl.Get("tracks").Exists())
			require.True(t, pl.Get("tags").IsArray())
			require.Greater(t, pl.Get("coverImgId").Int(), int64(1)<<53)
			require.Equal(t, gjson.String, pl.Get("coverImgId_str").Type)
			require.Positive(t, pl.Get("trackCount").Int())
			require.Greater(t, pl.Get("updateTime").Int(), int64(1e12), "milliseconds")
		}
		return !r.Get("more").Bool()
	})
	require.Len(t, ids, s.Catalog().Count(catalog.NetEase, catalog.Square))
	require.Equal(t, len(ids), distinct(ids))
	require.Contains(t, ids, "17745989905")
}

func TestNetEaseToplists(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	r := caller(t, s).json(neteaseAPI + "toplist")
	require.Len(t, r.Get("list").Array(), s.Catalog().Count(catalog.NetEase, catalog.Toplist))
	first := r.Get("list.0")
	require.EqualValues(t, 19723756, first.Get("id").Int())
	require.EqualValues(t, 10, first.Get("specialType").Int())
	require.Equal(t, gjson.Null, first.Get("creator").Type)
	require.NotEmpty(t, first.Get("updateFrequency").String())
	require.True(t, r.Get("artistToplist.upateFrequency").Exists())
	require.NotEmpty(t, caller(t, s).json(neteaseAPI+"toplist/detail").Get("list.0.tracks.0.first").String())
}

func TestNetEaseDetailCutsTracksAndKeepsTrackIDs(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 6, Songs: 600})
	c := caller(t, s)
	r := c.json(neteaseAPI + "v6/playlist/detail?id=17745989905&n=100000&s=0")
	ids := r.Get("playlist.trackIds.#.id").Array()
	require.EqualValues(t, len(ids), r.Get("playlist.trackCount").Int())
	require.Greater(t, len(ids), 50)
	require.Len(t, r.Get("playlist.tracks").Array(), 10)
	require.Equal(t, r.Get("playlist.tracks.#.id").String(), r.Get("privileges.#.id").String())
	require.Len(t, c.with("Cookie", "MUSIC_U=demo").json(neteaseAPI+"v6/playlist/detail?id=17745989905&n=100000").Get("playlist.tracks").Array(), len(ids))

	for id, code := range map[string]int{"1": 404, strconv.Itoa(netease.PrivatePlaylistID): 401} {
		refused := c.json(neteaseAPI + "v6/playlist/detail?id=" + id)
		require.EqualValues(t, code, refused.Get("code").Int())
		require.False(t, refused.Get("playlist").Exists())
	}
}

func TestNetEaseSongDetailLeavesOutUnknownIDsAndOrders(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 6, Songs: 600})
	c := caller(t, s)
	ids := c.json(neteaseAPI + "v6/playlist/detail?id=17745989905").Get("playlist.trackIds.#.id").Array()
	var asked []string
	for _, id := range ids {
		asked = append(asked, `{"id":`+id.String()+`}`)
	}
	r := c.post(neteaseAPI+"v3/song/detail", url.Values{"c": {"[" + strings.Join(asked, ",") + `,{"id":7}]`}})
	songs := r.Get("songs").Array()
	require.Len(t, songs, len(ids))
	require.NotEqual(t, ids[0].Int(), songs[0].Get("id").Int(), "not the asked order")
	withdrawn := 0
	for i, song := range songs {
		require.Positive(t, song.Get("dt").Int())
		require.Positive(t, song.Get("l.size").Int())
		require.True(t, song.Get("h").Exists() && song.Get("hr").Exists())
		require.NotEmpty(t, song.Get("ar.0.name").String())
		if r.Get(fmt.Sprintf("privileges.%d.st", i)).Int() < 0 {
			withdrawn++
			require.Negative(t, song.Get("st").Int())
		}
	}
	require.Positive(t, withdrawn)
	require.EqualValues(t, 400, c.json(neteaseAPI+"v3/song/detail?c=nonsense").Get("code").Int())
}

func TestNetEaseSearch(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	c := caller(t, s)
	want := s.Catalog().Song(catalog.NetEase, catalog.Ref{Work: 0})
	r := c.post(neteaseAPI+"cloudsearch/pc", url.Values{"s": {want.Title + " " + want.ArtistNames(" ")}, "type": {"1"}, "limit": {"30"}})
	require.Contains(t, r.Get("result.songs.#.id").String(), strconv.FormatInt(want.ID, 10))
	require.True(t, r.Get("result.songs.0.privilege.pl").Exists())

	none := c.post(neteaseAPI+"cloudsearch/pc", url.Values{"s": {"zzz"}, "type": {"1"}})
	require.Equal(t, `{"songCount":0}`, none.Get("result").Raw, "no empty list, no list")
	require.Equal(t, `{}`, c.post(neteaseAPI+"cloudsearch/pc", url.Values{"s": {want.Title}, "type": {"1"}, "limit": {"101"}}).Get("result").Raw)
}

// TestNetEaseGrantsAreTrue fetches every song of the platform and compares what was
// announced with what came.
func TestNetEaseGrantsAreTrue(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 12, Songs: 180, Hostile: true})
	c := caller(t, s)
	var ids []string
	songs := map[int64]*catalog.Song{}
	for song := range s.Catalog().Shelf(catalog.NetEase) {
		ids = append(ids, strconv.FormatInt(song.ID, 10))
		songs[song.ID] = song
	}
	seen := map[catalog.Serving]int{}
	for _, address := range []string{"song/enhance/player/url?br=320000&ids=", "song/enhance/player/url/v1?level=lossless&encodeType=flac&ids="} {
		r := c.json(neteaseAPI + address + url.QueryEscape("["+strings.Join(ids, ",")+"]"))
		require.EqualValues(t, 200, r.Get("code").Int())
		require.Len(t, r.Get("data").Array(), len(ids))
		require.NotEqual(t, ids[0], r.Get("data.0.id").String(), "not the asked order")
		for _, d := range r.Get("data").Array() {
			song := songs[d.Get("id").Int()]
			seen[song.Serving]++
			checkNetEaseGrant(t, c, song, d)
		}
	}
	for _, serving := range []catalog.Serving{catalog.Served, catalog.Paid, catalog.Preview, catalog.Withdrawn} {
		require.Positive(t, seen[serving], serving.String())
	}
}

func checkNetEaseGrant(t *testing.T, c call, song *catalog.Song, d gjson.Result) {
	t.Helper()
	clip := d.Get("freeTrialInfo").Type != gjson.Null
	require.Equal(t, song.Serving == catalog.Preview, clip)
	if song.Serving == catalog.Paid || song.Serving == catalog.Withdrawn {
		require.Equal(t, gjson.Null, d.Get("url").Type)
		require.Contains(t, []int64{200, -110, 404}, d.Get("code").Int())
		require.Zero(t, d.Get("size").Int())
		return
	}
	body := c.get(d.Get("url").String()).body
	sum := md5.Sum(body)
	require.EqualValues(t, len(body), d.Get("size").Int())
	require.Equal(t, hex.EncodeToString(sum[:]), d.Get("md5").String())
	require.Contains(t, []string{"mp3", "flac"}, strings.ToLower(d.Get("type").String()))
	length := float64(song.Duration().Milliseconds())
	if clip {
		length *= 0.3
	}
	require.InDelta(t, length, d.Get("time").Float(), 210)
}

func TestNetEaseRedirects(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Hostile: true})
	c := caller(t, s)
	outcome := map[bool]int{}
	for song := range s.Catalog().Shelf(catalog.NetEase) {
		r := c.get(fmt.Sprintf("music.163.com/song/media/outer/url?id=%d.mp3", song.ID))
		require.Equal(t, http.StatusFound, r.StatusCode)
		granted := strings.Contains(r.Header.Get("Location"), "music.126.net")
		require.Equal(t, song.Serving == catalog.Served, granted)
		outcome[granted]++
		if granted {
			require.Equal(t, http.StatusOK, c.get(r.Header.Get("Location")).StatusCode)
		}
	}
	require.Len(t, outcome, 2)
	require.Contains(t, c.text("music.163.com/404"), "<!DOCTYPE")
	link := c.get(netease.ShortLink(17745989905))
	require.Equal(t, http.StatusFound, link.StatusCode)
	require.Contains(t, link.Header.Get("Location"), "id=17745989905")
	require.Equal(t, http.StatusForbidden, c.get("m8.music.126.net/20260101/0000000000000000/1300000000-exhigh.mp3").StatusCode)
}

func TestNetEaseLyricsAndCovers(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	c := caller(t, s)
	var lyrics, translated, none int
	for song := range s.Catalog().Shelf(catalog.NetEase) {
		r := c.json(fmt.Sprintf(neteaseAPI+"song/lyric?id=%d&lv=-1&kv=-1&tv=-1", song.ID))
		switch {
		case strings.Contains(r.Get("lrc.lyric").String(), "[00:0"):
			lyrics++
		default:
			none++
		}
		if r.Get("tlyric.lyric").String() != "" {
			translated++
		}
	}
	require.Positive(t, lyrics)
	require.Positive(t, translated)
	require.Positive(t, none)
	r := c.get("http://p1.music.126.net/album==/109951100000400001.jpg?param=300y300")
	require.Equal(t, "image/jpeg", r.Header.Get("Content-Type"))
	require.Equal(t, []byte{0xFF, 0xD8}, r.body[:2])
}

func TestNetEaseRefusesWhatIsNoBrowser(t *testing.T) {
	t.Parallel()
	r := caller(t, newServer(t, demo.Config{})).with("User-Agent", "Go-http-client/1.1").json(neteaseAPI + "toplist")
	require.EqualValues(t, -460, r.Get("code").Int())
}
