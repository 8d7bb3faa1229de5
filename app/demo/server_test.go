package demo_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"catalogsync/app/demo"
	"catalogsync/app/demo/catalog"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func fetch(t *testing.T, ctx context.Context, address string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	require.NoError(t, err)
	r.Header.Set("User-Agent", browser)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(r)
	require.NoError(t, err)
	return answer
}

// crawl counts what a caller finds that goes through all pools by the wire formats.
func crawl(t *testing.T, s *demo.Server) (playlists, songs map[string]bool) {
	t.Helper()
	c := qqCaller(t, s)
	playlists, songs = map[string]bool{}, map[string]bool{}
	add := func(platform, list string, ids gjson.Result) {
		playlists[platform+" "+list] = true
		for _, id := range ids.Array() {
			songs[platform+" "+id.String()] = true
		}
	}
	netease := c.json(neteaseAPI + "playlist/list?limit=100").Get("playlists.#.id").Array()
	for _, id := range append(netease, c.json(neteaseAPI+"toplist").Get("list.#.id").Array()...) {
		add("netease", id.String(), c.json(neteaseAPI+"v6/playlist/detail?id="+id.String()).Get("playlist.trackIds.#.id"))
	}
	for _, id := range c.musicu("playlist.PlayListPlazaServer", "get_playlist_by_tag", map[string]any{"sin": 0, "size": 100}).Get("data.v_playlist.#.tid").Array() {
		add("qq", id.String(), c.musicu("music.srfDissInfo.aiDissInfo", "uniform_get_Dissinfo",
			map[string]any{"disstid": id.Int(), "song_num": 1000}).Get("data.songlist.#.id"))
	}
	for _, id := range c.musicu(qqCharts, "GetAll", map[string]any{}).Get("data.group.#.toplist.#.topId|@flatten").Array() {
		rows := c.musicu(qqCharts, "GetDetail", map[string]any{"topId": id.Int(), "num": 100}).Get("data.data.song")
		add("qq", "chart "+id.String(), rows.Get("#(songId>0)#.songId"))
		for _, row := range rows.Get("#(songId==0)#.title").Array() {
			songs["qq "+row.String()] = true
		}
	}
	for _, id := range c.json(fmt.Sprintf(kuwoSquare, 1, 100)).Get(`data.data.#(digest=="8")#.id`).Array() {
		add("kuwo", id.String(), c.json(fmt.Sprintf(kuwoD2, id.Int(), 1, 100)).Get("data.musicList.#.rid"))
	}
	for _, id := range c.json(kuwoMenu).Get("child.#.child.#.sourceid|@flatten").Array() {
		add("kuwo", "chart "+id.String(), c.json(fmt.Sprintf(kuwoB3, id.Int(), 0, 1000)).Get("musiclist.#.id"))
	}
	return playlists, songs
}

func TestCrawlFindsExactlyWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	for _, n := range [][2]int{{1, 1}, {3, 2}, {12, 40}, {7, 29}, {30, 200}, {60, 1500}} {
		for seed := range int64(3) {
			s := newServer(t, demo.Config{Playlists: n[0], Songs: n[1], Seed: seed, Hostile: true})
			playlists, songs := crawl(t, s)
			require.Len(t, playlists, n[0])
			require.Len(t, songs, n[1])
		}
	}
}

func TestSameSeedSameAnswers(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	a, b := newServer(t, demo.Config{Seed: 4, Now: now}), newServer(t, demo.Config{Seed: 4, Now: now})
	for _, address := range []string{neteaseAPI + "playlist/list", neteaseAPI + "v6/playlist/detail?id=17745989905", fmt.Sprintf(kuwoD2, 3400011000, 1, 100), fmt.Sprintf(kuwoB3, 16, 0, 100)} {
		require.Equal(t, caller(t, a).text(address), caller(t, b).text(address))
	}
	require.Equal(t, caller(t, a).text(songURL(t, a)), caller(t, b).text(songURL(t, b)))
}

func TestSongsCanBeResumed(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	c := caller(t, s)
	address := songURL(t, s)
	whole := c.get(address)
	body := whole.body
	head := c.do(http.MethodHead, address, nil)
	require.Equal(t, itoa(int64(len(body))), head.Header.Get("Content-Length"))
	require.Empty(t, head.body)

	rest := c.with("Range", "bytes=1000-").with("If-Range", whole.Header.Get("ETag")).get(address)
	require.Equal(t, http.StatusPartialContent, rest.StatusCode)
	require.Equal(t, fmt.Sprintf("bytes 1000-%d/%d", len(body)-1, len(body)), rest.Header.Get("Content-Range"))
	require.Equal(t, body[1000:], rest.body)

	changed := c.with("Range", "bytes=1000-").with("If-Range", `"another file"`).get(address)
	require.Equal(t, http.StatusOK, changed.StatusCode)
	require.Equal(t, body, changed.body)
	require.Equal(t, http.StatusRequestedRangeNotSatisfiable, c.with("Range", "bytes=99999999-").get(address).StatusCode)
}

func TestFFprobePlaysWhatIsServed(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed")
	}
	s := newServer(t, demo.Config{Playlists: 12, Songs: 60, Hostile: true})
	c := caller(t, s)
	for song := range s.Catalog().Shelf(catalog.NetEase) {
		d := c.json(neteaseAPI + "song/enhance/player/url/v1?level=lossless&ids=[" + itoa(song.ID) + "]").Get("data.0")
		if d.Get("url").Type == gjson.Null {
			continue
		}
		file := filepath.Join(t.TempDir(), "song")
		require.NoError(t, os.WriteFile(file, c.get(d.Get("url").String()).body, 0o600))
		out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", file, "-f", "null", "-").CombinedOutput()
		require.NoError(t, err)
		require.Empty(t, string(out), "%q", song.Title)
	}
}

func TestStatsCountRequestsByEndpoint(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := newServer(t, demo.Config{Now: func() time.Time { return now }})
	c := qqCaller(t, s)
	c.get(neteaseSquare)
	now = now.Add(time.Second)
	c.get(neteaseSquare)
	c.musicu(qqCharts, "GetAll", map[string]any{})
	require.Equal(t, http.StatusNotFound, c.get("example.org/").StatusCode)
	st := s.Stats()
	require.Equal(t, 4, st.Requests)
	square := st.Endpoints[demo.EndpointKey{Platform: "netease", Endpoint: "playlist/list"}]
	require.Equal(t, 2, square.Requests)
	require.Equal(t, time.Second, square.Times[1].Sub(square.Times[0]))
	require.Equal(t, 1, st.Endpoints[demo.EndpointKey{Platform: "qq", Endpoint: "GetAll"}].Requests)
	require.Equal(t, 1, st.MaxInFlight["music.163.com"])
	s.ResetStats()
	require.Zero(t, s.Stats().Requests)
}

func TestManyCallersAtOnce(t *testing.T) {
	t.Parallel()
	f, err := demo.ParseFaults("all=0.05,latency=0,stalled=0")
	require.NoError(t, err)
	s := newServer(t, demo.Config{Hostile: true, Faults: f})
	base, err := s.Start(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	song := demoSong(s)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			c := qqCaller(t, s)
			for n := range 10 {
				c.get(fmt.Sprintf(neteaseAPI+"playlist/list?limit=5&offset=%d", n))
				c.get("search.kuwo.cn/r.s?all=" + itoa(int64(i)) + "&mobi=1")
				c.get(neteaseAPI + "song/enhance/player/url?ids=[" + itoa(song.ID) + "]")
			}
			if i%8 == 0 {
				_ = s.SetFaults("qq", f)
				_ = s.Stats()
			}
			r := fetch(t, t.Context(), base+"/"+kuwoMenu)
			_ = r.Body.Close()
		})
	}
	wg.Wait()
	require.Equal(t, 64*31, s.Stats().Requests)
}

func demoSong(s *demo.Server) *catalog.Song { return s.Catalog().Song(catalog.NetEase, catalog.Ref{}) }

func TestStartListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	_, err := s.Start(t.Context(), "0.0.0.0:0")
	require.ErrorContains(t, err, "not a loopback address")
	base, err := s.Start(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	_, err = s.Start(t.Context(), "127.0.0.1:0")
	require.ErrorContains(t, err, "already running")
	r := fetch(t, t.Context(), base+"/"+neteaseSquare)
	require.Equal(t, http.StatusOK, r.StatusCode)
	require.NoError(t, r.Body.Close())
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "closing twice is no error")
	_, err = s.Start(t.Context(), base[len("http://"):])
	require.NoError(t, err, "it can be started again")
	require.NoError(t, s.Close())
}

func BenchmarkNetEaseDetail(b *testing.B) {
	s, err := demo.New(demo.Config{Playlists: 10_000, Songs: 1_000_000})
	require.NoError(b, err)
	for i := 0; b.Loop(); i++ {
		pl := s.Catalog().PlaylistAt(catalog.NetEase, catalog.Square, i%3000)
		r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, fmt.Sprintf("/"+neteaseAPI+"v6/playlist/detail?id=%d", pl.ID), nil)
		require.NoError(b, err)
		r.Header.Set("User-Agent", browser)
		s.ServeHTTP(&discard{header: http.Header{}}, r)
	}
}

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}
