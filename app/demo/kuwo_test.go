package demo_test

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"catalogsync/app/demo"
	"catalogsync/app/demo/catalog"
)

const (
	kuwoSquare = "wapi.kuwo.cn/api/pc/classify/playlist/getRcmPlayList?pn=%d&rn=%d&order=hot"
	kuwoD1     = "nplserver.kuwo.cn/pl.svc?op=getlistinfo&pid=%d&pn=%d&rn=%d&encode=utf8&keyset=pl2012&identity=kuwo&pcmp4=1&newver=1"
	kuwoD2     = "wapi.kuwo.cn/api/www/playlist/playListInfo?pid=%d&pn=%d&rn=%d&httpsStatus=1"
	kuwoB3     = "kbangserver.kuwo.cn/ksong.s?from=pc&fmt=json&type=bang&data=content&id=%d&pn=%d&rn=%d&isbang=1"
	kuwoB4     = "wapi.kuwo.cn/api/www/bang/bang/musicList?bangId=%d&pn=%d&rn=%d&httpsStatus=1"
	kuwoU1     = "www.kuwo.cn/api/v1/www/music/playUrl?mid=%d&type=music&httpsStatus=1&reqId=r&plat=web_www&from="
)

func kuwoCaller(t *testing.T, s *demo.Server) call {
	t.Helper()
	return caller(t, s).with("Referer", "https://www.kuwo.cn/")
}

// withKuwoToken fetches the cookie and makes the header as the page's script does for
// the cookie's present name, where factor and start are constants.
func withKuwoToken(c call) call {
	c.t.Helper()
	const factor, offset, start, nonce = 9253, 23, 59910100, 12345678
	cookies := c.get("www.kuwo.cn/").cookies
	require.Len(c.t, cookies, 1)
	require.True(c.t, strings.HasPrefix(cookies[0].Name, "Hm_Iuvt_"))
	x := (factor*start + offset) % math.MaxInt32
	var secret strings.Builder
	for _, b := range []byte(cookies[0].Value) {
		fmt.Fprintf(&secret, "%02x", int(b)^int(float64(x)/math.MaxInt32*255))
		x = (factor*x + offset) % math.MaxInt32
	}
	fmt.Fprintf(&secret, "%08x", nonce)
	return c.with("Cookie", cookies[0].Name+"="+cookies[0].Value).with("Secret", secret.String())
}

func TestKuwoSquareHoldsPlaylistsAlbumsAndNodes(t *testing.T) {
	t.Parallel()
	for _, playlists := range []int{12, 30, 200} {
		s := newServer(t, demo.Config{Playlists: playlists})
		c := kuwoCaller(t, s)
		digests, ids := map[string]int{}, map[string]bool{}
		rows := pages(t, func(n int) gjson.Result { return c.json(fmt.Sprintf(kuwoSquare, n+1, 7)) }, "data.data",
			func(r gjson.Result) bool {
				for _, row := range r.Get("data.data").Array() {
					digest := row.Get("digest").String()
					digests[digest]++
					require.Equal(t, gjson.String, row.Get("id").Type)
					if digest == "8" {
						ids[row.Get("id").String()] = true
					}
				}
				return len(r.Get("data.data").Array()) == 0
			})
		require.NotEmpty(t, rows)
		require.Len(t, ids, s.Catalog().Count(catalog.Kuwo, catalog.Square))
		require.Equal(t, len(ids), digests["8"])
		require.Positive(t, digests["13"])
		if playlists > 12 {
			require.Positive(t, digests["5"])
			node := c.json("qukudata.kuwo.cn/q.k?op=query&cont=ninfo&node=80112&pn=0&rn=1&fmt=json&src=mbox&level=2").Get("child.0.sourceid").String()
			require.Contains(t, ids, node, "a node leads to a playlist that is listed as well")
		}
		require.Equal(t, c.text(fmt.Sprintf(kuwoSquare, 1, 7)), c.text(fmt.Sprintf(kuwoSquare, 0, 7)), "page 0 is page 1")
	}
}

func TestKuwoPlaylistInBothForms(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 6, Songs: 900})
	c := kuwoCaller(t, s)
	pl := s.Catalog().PlaylistAt(catalog.Kuwo, catalog.Square, 0)
	d1 := pages(t, func(n int) gjson.Result { return c.json(fmt.Sprintf(kuwoD1+"&vipver=MUSIC_9.0.5.0_W1", pl.ID, n, 100)) },
		"musiclist.#.id", func(r gjson.Result) bool {
			require.Equal(t, "ok", r.Get("result").String())
			require.EqualValues(t, pl.Len(), r.Get("total").Int())
			return len(r.Get("musiclist").Array()) < 100
		})
	d2 := pages(t, func(n int) gjson.Result { return c.json(fmt.Sprintf(kuwoD2, pl.ID, n+1, 100)) },
		"data.musicList.#.rid", func(r gjson.Result) bool {
			require.EqualValues(t, 200, r.Get("code").Int())
			require.EqualValues(t, pl.ID, r.Get("data.id").Int())
			for _, song := range r.Get("data.musicList").Array() {
				require.Equal(t, "MUSIC_"+song.Get("rid").String(), song.Get("musicrid").String())
				require.Equal(t, gjson.Number, song.Get("duration").Type)
			}
			return len(r.Get("data.musicList").Array()) < 100
		})
	require.Equal(t, d1, d2)
	require.Len(t, d1, pl.Len())

	first := c.json(fmt.Sprintf(kuwoD1+"&vipver=x", pl.ID, 0, 1000)).Get("musiclist")
	require.Equal(t, gjson.String, first.Get("0.duration").Type)
	require.Contains(t, first.Raw, "&nbsp;")
	require.Contains(t, first.Raw, `bitrate:128,format:mp3,size:`)
	require.Less(t, len(c.json(fmt.Sprintf(kuwoD1, pl.ID, 0, 1000)).Get("musiclist").Array()), pl.Len(), "without vipver paid songs are missing")
	require.Empty(t, c.json(fmt.Sprintf(kuwoD1+"&vipver=x", pl.ID, 0, 0)).Get("musiclist").Array())
	gone := c.json(fmt.Sprintf(kuwoD2, 1, 1, 30))
	require.EqualValues(t, -1, gone.Get("code").Int())
	require.False(t, gone.Get("data").Exists())
	require.NotEqual(t, "ok", c.json(fmt.Sprintf(kuwoD1, 1, 0, 100)).Get("result").String())
}

func TestKuwoCharts(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 30, Songs: 900})
	c := kuwoCaller(t, s)
	menu := c.json("wapi.kuwo.cn/api/pc/bang/list")
	require.False(t, menu.Get("code").Exists())
	var sources []string
	for _, group := range menu.Get("child").Array() {
		for _, chart := range group.Get("child").Array() {
			require.NotEqual(t, chart.Get("id").String(), chart.Get("sourceid").String())
			sources = append(sources, chart.Get("sourceid").String())
		}
	}
	require.Len(t, sources, s.Catalog().Count(catalog.Kuwo, catalog.Toplist))
	require.Contains(t, sources, "16")
	require.NotEmpty(t, c.json("qukudata.kuwo.cn/q.k?op=query&cont=tree&node=2&pn=0&rn=1000&fmt=json&level=2").Get(`child.#(source=="1")`).Raw)

	kinds := map[gjson.Type]bool{}
	for _, source := range sources {
		id, err := strconv.Atoi(source)
		require.NoError(t, err)
		b3 := pages(t, func(n int) gjson.Result { return c.json(fmt.Sprintf(kuwoB3, id, n, 10)) }, "musiclist.#.id", func(r gjson.Result) bool {
			kinds[r.Get("num").Type] = true
			require.NotEqual(t, r.Get("musiclist.0.duration").Exists(), r.Get("musiclist.0.song_duration").Exists())
			return len(r.Get("musiclist").Array()) < 10
		})
		b4 := pages(t, func(n int) gjson.Result { return c.json(fmt.Sprintf(kuwoB4, id, n+1, 30)) }, "data.musicList.#.rid", func(r gjson.Result) bool {
			require.Equal(t, gjson.String, r.Get("data.num").Type)
			return len(r.Get("data.musicList").Array()) < 30
		})
		require.Equal(t, b3, b4)
		refused := c.json(fmt.Sprintf(kuwoB4, id, 1, 31))
		require.EqualValues(t, -1, refused.Get("code").Int())
		require.False(t, refused.Get("data").Exists())
	}
	require.Len(t, kinds, 2, "num is text here and a number there")
}

func TestKuwoSearchInItsForms(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Hostile: true})
	c := kuwoCaller(t, s)
	address := func(query, extra string) string {
		return "search.kuwo.cn/r.s?client=kt&pn=0&rn=20&ft=music&encoding=utf8&rformat=json&all=" + url.QueryEscape(query) + extra
	}
	for song := range s.Catalog().Shelf(catalog.Kuwo) {
		r := c.json(address(song.Title+" "+song.ArtistNames(" "), "&mobi=1"))
		require.Equal(t, gjson.String, r.Get("TOTAL").Type)
		hit := r.Get(fmt.Sprintf(`abslist.#(DC_TARGETID=="%d")`, song.ID))
		require.True(t, hit.Exists(), "%q", song.Title)
		require.Equal(t, song.Serving == catalog.Served, hit.Get("bitSwitch").Int() == 1)
	}
	literal := c.text(address("Don't Wake the River", ""))
	require.True(t, strings.HasPrefix(literal, "{'HIT':'"))
	require.False(t, gjson.Valid(literal))

	require.Empty(t, c.json(address("zzz", "&mobi=1")).Get("abslist").Array())
	web := "www.kuwo.cn/api/www/search/searchMusicBykeyWord?pn=1&rn=20&key="
	require.Equal(t, "The request is illegal!", c.json(web+"x").Get("message").String())
	require.EqualValues(t, -1, withKuwoToken(c).json(web+"zzz").Get("code").Int())
	title := s.Catalog().Song(catalog.Kuwo, catalog.Ref{Work: s.Catalog().Works() - 1}).Title
	require.NotEmpty(t, withKuwoToken(c).json(web+url.QueryEscape(title)).Get("data.list").Array())
}

func TestKuwoStreamsWantTheToken(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	s := newServer(t, demo.Config{Playlists: 12, Songs: 400, Now: func() time.Time { return now }})
	c := kuwoCaller(t, s)
	signed := withKuwoToken(c)
	outcome := map[int64]int{}
	for song := range s.Catalog().Shelf(catalog.Kuwo) {
		address := fmt.Sprintf(kuwoU1, song.ID)
		r := signed.json(address)
		code := r.Get("code").Int()
		outcome[code]++
		want := map[catalog.Serving]int64{catalog.Served: 200, catalog.Paid: -1, catalog.Withdrawn: -1001}[song.Serving]
		require.Equal(t, want, code)
		if code == 200 && outcome[code] < 10 {
			file := c.get(r.Get("data.url").String())
			require.Contains(t, r.Get("data.url").String(), "-sycdn.kuwo.cn/")
			require.Equal(t, "audio/mpeg", file.Header.Get("Content-Type"))
			require.InDelta(t, song.Duration().Seconds()*16000, len(file.body), 2000, "128 kbit/s")
			require.Equal(t, http.StatusForbidden, c.without("User-Agent").get(r.Get("data.url").String()).StatusCode)
		}
	}
	require.Len(t, outcome, 3, "%v", outcome)

	address := fmt.Sprintf(kuwoU1, 900100000)
	for name, bad := range map[string]call{
		"no token":    c,
		"old token":   c.with("Cookie", "kw_token=X").with("csrf", "X"),
		"no header":   signed.without("Secret"),
		"no cookie":   signed.without("Cookie"),
		"own cookie":  signed.with("Cookie", strings.Replace(signed.header.Get("Cookie"), "=0", "=1", 1)),
		"bad header":  signed.with("Secret", strings.Repeat("0", 72)),
		"short nonce": signed.with("Secret", "00"),
	} {
		require.Equal(t, "The request is illegal!", bad.json(address).Get("message").String(), name)
	}
	now = now.Add(2 * time.Hour)
	require.Equal(t, "The request is illegal!", signed.json(address).Get("message").String(), "a token ages")
}

func TestKuwoSongsLyricsAndPictures(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	c := kuwoCaller(t, s)
	kinds := map[string]int{}
	for song := range s.Catalog().Shelf(catalog.Kuwo) {
		info := withKuwoToken(c).json(fmt.Sprintf("www.kuwo.cn/api/www/music/musicInfo?mid=%d&httpsStatus=1", song.ID))
		require.EqualValues(t, song.ID, info.Get("data.rid").Int())
		r := c.json(fmt.Sprintf("m.kuwo.cn/newh5/singles/songinfoandlrc?musicId=%d&httpsStatus=1", song.ID))
		require.EqualValues(t, 200, r.Get("status").Int())
		lines := r.Get("data.lrclist")
		switch {
		case lines.Type == gjson.Null:
			kinds["none"]++
		case lines.Get("0.time").String() == lines.Get("1.time").String():
			kinds["translated"]++
		default:
			kinds["plain"]++
		}
		picture := c.text(fmt.Sprintf("artistpicserver.kuwo.cn/pic.web?corp=kuwo&type=rid_pic&pictype=500&size=500&rid=%d", song.ID))
		if !strings.HasPrefix(picture, "http") {
			kinds["no picture"]++
			continue
		}
		if kinds["picture"]++; kinds["picture"] < 3 {
			require.Equal(t, "image/jpeg", c.get(picture).Header.Get("Content-Type"))
		}
	}
	for _, kind := range []string{"none", "translated", "plain", "no picture", "picture"} {
		require.Positive(t, kinds[kind], "%s: %v", kind, kinds)
	}
	require.EqualValues(t, 301, c.json("m.kuwo.cn/newh5/singles/songinfoandlrc?musicId=1").Get("status").Int())
	pay := c.json("musicpay.kuwo.cn/music.pay?newver=3&op=query&action=play&ids=1")
	require.Equal(t, "ok", pay.Get("result").String())
	require.Empty(t, pay.Get("songs").Array())
}

func TestKuwoRefusesCallersWithoutUserAgent(t *testing.T) {
	t.Parallel()
	c := kuwoCaller(t, newServer(t, demo.Config{})).with("User-Agent", "")
	require.Equal(t, http.StatusForbidden, c.get("wapi.kuwo.cn/api/pc/bang/list").StatusCode)
}
