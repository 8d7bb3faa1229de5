package demo_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"
	"golang.org/x/text/encoding/simplifiedchinese"

	"catalogsync/app/demo"
	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/qq"
)

const (
	qqCharts = "music.musicToplist.Toplist"
	qqCommon = "&format=json&inCharset=utf8&outCharset=utf-8&notice=0&platform=yqq&needNewCode=0"
	cdInfo   = "c.y.qq.com/qzone/fcg-bin/fcg_ucc_getcdinfo_byids_cp.fcg?type=1&json=1&utf8=1&onlysong=0&new_format=1&disstid=%d&song_begin=%d&song_num=%d"
)

func qqCaller(t *testing.T, s *demo.Server) call {
	t.Helper()
	return caller(t, s).with("Referer", "https://y.qq.com/").with("Origin", "https://y.qq.com")
}

func TestQQSquareInItsThreeForms(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 200})
	c := qqCaller(t, s)
	total := s.Catalog().Count(catalog.QQ, catalog.Square)
	ended := func(path string) func(gjson.Result) bool {
		return func(r gjson.Result) bool { return len(r.Get(path).Array()) == 0 }
	}
	forms := map[string][]string{
		"plaza": pages(t, func(n int) gjson.Result {
			r := c.musicu("playlist.PlayListPlazaServer", "get_playlist_by_tag", map[string]any{"id": 10000000, "sin": n * 36, "size": 36, "order": 5})
			require.EqualValues(t, total, r.Get("data.total").Int())
			return r
		}, "data.v_playlist.#.tid", ended("data.v_playlist")),
		"category": pages(t, func(n int) gjson.Result {
			return c.musicu("playlist.PlayListCategoryServer", "get_category_content", map[string]any{"category_id": 1, "size": 36, "page": n})
		}, "data.content.v_item.#.basic.tid", ended("data.content.v_item")),
		"legacy, ein inclusive": pages(t, func(n int) gjson.Result {
			r := c.json(fmt.Sprintf("c.y.qq.com/splcloud/fcgi-bin/fcg_get_diss_by_tag.fcg?categoryId=10000000&sortId=5&sin=%d&ein=%d"+qqCommon, n*30, n*30+29))
			require.EqualValues(t, total, r.Get("data.sum").Int())
			for _, row := range r.Get("data.list").Array() {
				require.Equal(t, gjson.String, row.Get("dissid").Type)
			}
			return r
		}, "data.list.#.dissid", ended("data.list")),
	}
	for form, ids := range forms {
		require.Len(t, ids, total, form)
		require.Equal(t, total, distinct(ids), form)
		require.Contains(t, ids, "7707261125")
	}
}

func TestQQChartsAndRowsThatAreNoMusic(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 30, Songs: 400})
	c := qqCaller(t, s)
	charts := map[int64]gjson.Result{}
	for _, group := range c.musicu(qqCharts, "GetAll", map[string]any{}).Get("data.group").Array() {
		for _, chart := range group.Get("toplist").Array() {
			charts[chart.Get("topId").Int()] = chart
			require.LessOrEqual(t, len(chart.Get("song").Array()), 3)
		}
	}
	require.Len(t, charts, s.Catalog().Count(catalog.QQ, catalog.Toplist))
	require.Contains(t, charts, int64(26))

	r := c.musicu(qqCharts, "GetDetail", map[string]any{"topId": 75, "offset": 0, "num": 100, "withTags": true})
	rows := r.Get("data.data.song").Array()
	require.EqualValues(t, len(rows), r.Get("data.data.totalNum").Int())
	infos := map[int64]gjson.Result{}
	for _, info := range r.Get("data.songInfoList").Array() {
		infos[info.Get("id").Int()] = info
	}
	notMusic, forms := map[string]bool{}, map[string]bool{}
	for i, row := range rows {
		require.EqualValues(t, i+1, row.Get("rank").Int())
		require.Equal(t, gjson.String, row.Get("rankValue").Type)
		info, known := infos[row.Get("songId").Int()]
		switch {
		case row.Get("songId").Int() == 0:
			forms["no number"] = true
		case !known:
			forms["no song"] = true
		case info.Get("mid").String() == "":
			forms["no mid"] = true
			require.Empty(t, info.Get("file.media_mid").String())
		default:
			require.Len(t, info.Get("mid").String(), 14)
			continue
		}
		notMusic[row.Get("title").String()] = true
	}
	require.Len(t, notMusic, s.Catalog().NotMusic(catalog.QQ))
	require.Len(t, forms, 3)

	stale := c.musicu(qqCharts, "GetDetail", map[string]any{"topId": 26, "offset": 0, "num": 100, "period": "2020-01-01"})
	require.NotEmpty(t, stale.Get("data.data.song").Array())
	require.Empty(t, stale.Get("data.songInfoList").Array())
	right := stale.Get("data.data.period").String()
	require.NotEmpty(t, c.musicu(qqCharts, "GetDetail", map[string]any{"topId": 26, "num": 100, "period": right}).Get("data.songInfoList").Array())
}

func TestQQPlaylistInBothForms(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 6, Songs: 900})
	c := qqCaller(t, s)
	pl, ok := s.Catalog().FindPlaylist(catalog.QQ, catalog.Square, 7707261125)
	require.True(t, ok)
	require.Greater(t, pl.Len(), 100)

	paged := pages(t, func(n int) gjson.Result {
		return c.musicu("music.srfDissInfo.aiDissInfo", "uniform_get_Dissinfo", map[string]any{"disstid": pl.ID, "song_begin": n * 30, "song_num": 30})
	}, "data.songlist.#.mid", func(r gjson.Result) bool {
		require.EqualValues(t, pl.Len(), r.Get("data.total_song_num").Int())
		return r.Get("data.hasmore").Int() == 0
	})
	whole := c.json(fmt.Sprintf(cdInfo+qqCommon, pl.ID, 0, 1000)).Get("cdlist.0")
	require.Equal(t, gjson.String, whole.Get("disstid").Type)
	require.NotEqual(t, pl.ID, whole.Get("dissid").Int(), "dissid is cut")
	var mids []string
	for _, m := range whole.Get("songlist.#.mid").Array() {
		mids = append(mids, m.String())
	}
	require.Equal(t, mids, paged)
	require.Len(t, mids, pl.Len())
	require.Less(t, whole.Get("songlist.0.interval").Int(), int64(100), "seconds")
	require.Len(t, strings.Split(whole.Get("songids").String(), ","), pl.Len())

	asText := c.musicu("music.srfDissInfo.aiDissInfo", "uniform_get_Dissinfo", map[string]any{"disstid": fmt.Sprint(pl.ID), "song_num": 30})
	require.EqualValues(t, 10004, asText.Get("code").Int())
	private := c.json(fmt.Sprintf(cdInfo+qqCommon, qq.PrivatePlaylistID, 0, 30))
	require.EqualValues(t, 4000, private.Get("subcode").Int())
	require.False(t, private.Get("cdlist").Exists())
	require.Empty(t, c.json(fmt.Sprintf(cdInfo+qqCommon, 1, 0, 30)).Get("cdlist").Array())
}

func TestQQLegacyCallsHaveTheirQuirks(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	c := qqCaller(t, s)
	address := fmt.Sprintf(cdInfo, 7707261125, 0, 5)
	require.Equal(t, http.StatusForbidden, c.without("Referer").get(address+qqCommon).StatusCode)

	jsonp := c.text(address + "&outCharset=utf-8&jsonpCallback=back")
	require.True(t, strings.HasPrefix(jsonp, "back({") && strings.HasSuffix(jsonp, "})"))
	gbk := c.get(address + "&format=json").body
	require.False(t, gjson.ValidBytes(gbk) && strings.Contains(string(gbk), "乐队"))
	utf8, err := simplifiedchinese.GB18030.NewDecoder().Bytes(gbk)
	require.NoError(t, err)
	require.JSONEq(t, c.text(address+qqCommon), string(utf8))

	require.Equal(t, http.StatusInternalServerError, c.get("c.y.qq.com/soso/fcgi-bin/client_search_cp?w=x").StatusCode)
	require.Equal(t, http.StatusNotFound, c.get("c.y.qq.com/qzone/fcgi-bin/fcg_ucc_getcdinfo_byids_cp.fcg?disstid=1").StatusCode)
	old := c.json(strings.Replace(address, "&new_format=1", "", 1) + qqCommon).Get("cdlist.0.songlist.0")
	require.NotEmpty(t, old.Get("songmid").String())
	require.NotEmpty(t, old.Get("strMediaMid").String())
}

func TestQQMusicuAnswersEachKey(t *testing.T) {
	t.Parallel()
	c := qqCaller(t, newServer(t, demo.Config{}))
	data := url.QueryEscape(`{"comm":{"ct":24},
		"a":{"module":"music.musicToplist.Toplist","method":"GetAll","param":{}},
		"b":{"module":"no.such.Module","method":"X","param":{}},
		"c":{"module":"music.musicToplist.Toplist","method":"X","param":{}},
		"d":{"module":"music.search.SearchCgiService","method":"DoSearchForQQMusicDesktop","param":{}}}`)
	r := c.json("u.y.qq.com/cgi-bin/musicu.fcg?format=json&data=" + data)
	require.Zero(t, r.Get("code").Int())
	require.NotEmpty(t, r.Get("a.data.group").Array())
	require.EqualValues(t, 500003, r.Get("b.code").Int())
	require.EqualValues(t, 40000, r.Get("c.code").Int())
	require.EqualValues(t, 2001, r.Get("d.code").Int())
	require.NotEmpty(t, r.Get("d.data.feedbackURL").String())
}

func TestQQSearch(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	c := qqCaller(t, s)
	search := func(query string) gjson.Result {
		return c.musicu("music.search.SearchCgiService", "DoSearchForQQMusicMobile",
			map[string]any{"search_type": 0, "query": query, "page_num": 1, "num_per_page": 20})
	}
	found := false
	for song := range s.Catalog().Shelf(catalog.QQ) {
		r := search(song.Title)
		rows := r.Get("data.body.item_song").Array()
		require.NotEmpty(t, rows)
		require.Empty(t, rows[len(rows)-1].Get("file.media_mid").String(), "a row without a file is among them")
		require.EqualValues(t, -1, r.Get("data.meta.nextpage").Int())
		for _, row := range rows {
			found = found || row.Get("id").Int() == song.ID
		}
	}
	require.True(t, found)
	none := search("zzz")
	require.Empty(t, none.Get("data.body.item_song").Array())
	require.Zero(t, none.Get("data.meta.is_filter").Int())
}

func TestQQVkeysAndStreams(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 12, Songs: 800})
	c := qqCaller(t, s)
	infos := map[string]gjson.Result{}
	for i := range s.Catalog().Count(catalog.QQ, catalog.Square) {
		pl := s.Catalog().PlaylistAt(catalog.QQ, catalog.Square, i)
		for _, song := range c.json(fmt.Sprintf(cdInfo+qqCommon, pl.ID, 0, 1000)).Get("cdlist.0.songlist").Array() {
			infos[song.Get("mid").String()] = song
		}
	}
	outcome := map[string]int{}
	for song := range s.Catalog().Shelf(catalog.QQ) {
		info, ok := infos[qq.SongMid(song.ID)]
		if !ok {
			continue // stands on charts only
		}
		for prefix, size := range map[string]string{"M500%s.mp3": "size_128mp3", "M800%s.mp3": "size_320mp3", "F000%s.flac": "size_flac"} {
			name := fmt.Sprintf(prefix, info.Get("file.media_mid").String())
			outcome[checkVkey(t, c, song, info, name, info.Get("file."+size).Int())]++
		}
	}
	for _, want := range []string{"served", "refused", "clip", "downgraded", "not on the server"} {
		require.Positive(t, outcome[want], "%s: %v", want, outcome)
	}
}

// checkVkey asks for one file, fetches it, and says what became of it.
func checkVkey(t *testing.T, c call, song *catalog.Song, info gjson.Result, name string, size int64) string {
	t.Helper()
	r := c.musicu("music.vkey.GetVkey", "UrlGetVkey", map[string]any{"guid": "1234567890", "songmid": []string{info.Get("mid").String()},
		"songtype": []int{0}, "filename": []string{name}, "uin": "0", "loginflag": 1, "platform": "20"})
	grant := r.Get("data.midurlinfo.0")
	require.Equal(t, name, grant.Get("filename").String())
	purl := grant.Get("purl").String()
	if purl == "" {
		require.EqualValues(t, 104003, grant.Get("result").Int())
		return "refused"
	}
	require.False(t, strings.HasPrefix(purl, "http"))
	file := c.get(r.Get("data.sip.0").String() + purl)
	body := file.body
	switch {
	case strings.HasPrefix(purl, "RS02"):
		require.Equal(t, catalog.Preview, song.Serving)
		require.Less(t, int64(len(body)), info.Get("file.size_128mp3").Int()/2)
		return "clip"
	case file.StatusCode == http.StatusNotFound:
		return "not on the server"
	case !strings.HasPrefix(purl, name):
		require.True(t, strings.HasPrefix(purl, "C400"))
		require.EqualValues(t, info.Get("file.size_96aac").Int(), len(body))
		return "downgraded"
	}
	require.Zero(t, grant.Get("result").Int())
	require.EqualValues(t, size, len(body))
	require.Equal(t, catalog.Served, song.Serving)
	return "served"
}

func TestQQVkeyEdges(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	c := qqCaller(t, s)
	mid := qq.SongMid(s.Catalog().Song(catalog.QQ, catalog.Ref{}).ID)
	ask := func(param map[string]any) gjson.Result { return c.musicu("vkey.GetVkeyServer", "CgiGetVkey", param) }

	picked := ask(map[string]any{"guid": "1", "songmid": []string{mid}})
	require.True(t, strings.HasPrefix(picked.Get("data.midurlinfo.0.filename").String(), "C400"), "the server picks AAC")
	require.NotEmpty(t, picked.Get("data.testfile2g").String())
	require.Equal(t, http.StatusOK, c.get(picked.Get("data.sip.0").String()+picked.Get("data.testfile2g").String()).StatusCode)

	many := make([]string, 101)
	rejected := ask(map[string]any{"guid": "1", "songmid": many})
	require.EqualValues(t, 104009, rejected.Get("code").Int())
	require.Empty(t, rejected.Get("data.sip").Array())
	require.EqualValues(t, 104003, ask(map[string]any{"guid": "1", "songmid": []string{"nonsense"}}).Get("data.midurlinfo.0.result").Int())
	require.Equal(t, http.StatusForbidden, c.get("ws.stream.qqmusic.qq.com/M500002.mp3?vkey=EXPIRED").StatusCode)
}

func TestQQLyrics(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	c := qqCaller(t, s)
	kinds := map[string]int{}
	for song := range s.Catalog().Shelf(catalog.QQ) {
		address := "c.y.qq.com/lyric/fcgi-bin/fcg_query_lyric_new.fcg?g_tk=5381&songmid=" + qq.SongMid(song.ID) + qqCommon
		require.EqualValues(t, -1310, c.without("Referer").json(address).Get("retcode").Int())
		plain, coded := c.json(address+"&nobase64=1"), c.json(address)
		kinds[plain.Get("retcode").Type.String()]++
		if plain.Get("retcode").Int() == -1901 {
			kinds["none"]++
			continue
		}
		text, err := base64.StdEncoding.DecodeString(coded.Get("lyric").String())
		require.NoError(t, err)
		require.Contains(t, string(text), "[00:00.50]")
		if plain.Get("trans").String() != "" {
			kinds["translated"]++
			require.Contains(t, plain.Get("trans").String(), "]//\n")
			require.Contains(t, plain.Get("lyric").String(), "&amp;")
		}
	}
	for _, kind := range []string{"none", "translated", gjson.String.String(), gjson.Number.String()} {
		require.Positive(t, kinds[kind], "%s: %v", kind, kinds)
	}
}

func TestQQShortLinks(t *testing.T) {
	t.Parallel()
	c := qqCaller(t, newServer(t, demo.Config{}))
	link := qq.ShortLink(7707261125, catalog.Square, false)
	require.Contains(t, c.get(link).Header.Get("Location"), "id=7707261125")
	require.Equal(t, http.StatusInternalServerError, c.do(http.MethodHead, link, nil).StatusCode)
	require.Contains(t, c.get(qq.ShortLink(26, catalog.Toplist, false)).Header.Get("Location"), "toplist.html?id=26")
	require.Contains(t, c.text(qq.ShortLink(7707261125, catalog.Square, true)), "id="+strconv.Itoa(7707261125))
}
