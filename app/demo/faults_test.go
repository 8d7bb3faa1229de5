package demo_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"catalogsync/app/demo"
	"catalogsync/app/demo/catalog"
)

const (
	neteaseSquare = neteaseAPI + "playlist/list?limit=5&offset=5"
	kuwoMenu      = "wapi.kuwo.cn/api/pc/bang/list"
)

func always(kind demo.FaultKind) demo.Faults {
	return demo.Faults{Rates: map[demo.FaultKind]float64{kind: 1}}
}

func TestParseFaults(t *testing.T) {
	t.Parallel()
	f, err := demo.ParseFaults(" status_429=0.1, stalled=0.05,latency=50ms,jitter=10ms,stall=2s,retry_after=3s ")
	require.NoError(t, err)
	require.Equal(t, demo.Faults{
		Rates:   map[demo.FaultKind]float64{demo.FaultStatus429: 0.1, demo.FaultStalled: 0.05, demo.FaultLatency: 1},
		Latency: 50 * time.Millisecond, LatencyJitter: 10 * time.Millisecond, StallFor: 2 * time.Second, RetryAfter: 3 * time.Second,
	}, f)

	f, err = demo.ParseFaults("all=0.1,html=0")
	require.NoError(t, err)
	for _, kind := range demo.FaultKinds {
		want := 0.1
		if kind == demo.FaultHTML {
			want = 0
		}
		require.InDelta(t, want, f.Rates[kind], 0, kind)
	}
	f, err = demo.ParseFaults("")
	require.NoError(t, err)
	require.True(t, f.None())

	for text, complaint := range map[string]string{
		"status_429":      `"status_429" is not key=value`,
		"status_430=0.1":  `unknown key "status_430"; known are all, latency,`,
		"html=1.5":        "html=1.5: want a rate from 0 to 1",
		"html=NaN":        "html=NaN: want a rate from 0 to 1",
		"latency=fast":    "latency=fast: want a duration",
		"stall=-1s":       "stall=-1s: want a duration",
		"all=0.1,,html=x": "html=x: want a rate",
	} {
		_, err := demo.ParseFaults(text)
		require.ErrorContains(t, err, complaint, text)
	}
}

func TestSetFaultsRefusesNonsense(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	require.ErrorContains(t, s.SetFaults("napster", demo.Faults{}), `unknown platform "napster"`)
	require.ErrorContains(t, s.SetFaults("", always("nonsense")), `unknown fault "nonsense"`)
	require.Error(t, s.SetFaults("", demo.Faults{Rates: map[demo.FaultKind]float64{demo.FaultHTML: 2}}))
	_, err := demo.New(demo.Config{Faults: always("nonsense")})
	require.Error(t, err)
}

func TestFaultsHitOnePlatformAndCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	require.NoError(t, s.SetFaults("netease", demo.Faults{Rates: map[demo.FaultKind]float64{demo.FaultStatus429: 1}, RetryAfter: 1500 * time.Millisecond}))
	r := caller(t, s).get(neteaseSquare)
	require.Equal(t, http.StatusTooManyRequests, r.StatusCode)
	require.Equal(t, "2", r.Header.Get("Retry-After"), "whole seconds, rounded up")
	require.Equal(t, http.StatusOK, caller(t, s).get(kuwoMenu).StatusCode)
	require.Equal(t, 1, s.Stats().Faults["netease"][demo.FaultStatus429])

	require.NoError(t, s.SetFaults("", demo.Faults{}))
	require.Equal(t, http.StatusOK, caller(t, s).get(neteaseSquare).StatusCode)
}

func TestAnswersThatReplaceTheRightOne(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	c := caller(t, s)
	song := songURL(t, s)
	require.NoError(t, s.SetFaults("", always(demo.FaultStatus5xx)))
	statuses := map[int]bool{}
	for range 50 {
		statuses[c.get(neteaseSquare).StatusCode] = true
	}
	require.Equal(t, map[int]bool{500: true, 502: true, 503: true}, statuses)

	require.NoError(t, s.SetFaults("", always(demo.FaultHTML)))
	for _, address := range []string{neteaseSquare, kuwoMenu, song} {
		page := c.get(address)
		require.Equal(t, http.StatusOK, page.StatusCode)
		require.Contains(t, string(page.body), "<!DOCTYPE html>")
	}
}

func TestRiskControlInEachPlatformsWords(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	song := songURL(t, s)
	require.NoError(t, s.SetFaults("", always(demo.FaultRiskControl)))
	c := qqCaller(t, s)
	codes := map[int64]bool{}
	var illegal, page, restricted bool
	for range 100 {
		codes[c.json(neteaseSquare).Get("code").Int()] = true
		search := c.musicu("music.search.SearchCgiService", "DoSearchForQQMusicMobile", map[string]any{"query": "x"})
		codes[search.Get("code").Int()] = true
		restricted = restricted || search.Get("data.meta.is_filter").Int() < 0
		codes[c.json("c.y.qq.com/lyric/fcgi-bin/fcg_query_lyric_new.fcg?format=json").Get("code").Int()] = true
		body := c.text(kuwoMenu)
		if gjson.Valid(body) {
			illegal = illegal || gjson.Get(body, "message").String() == "The request is illegal!"
		} else {
			page = true
		}
	}
	require.Equal(t, map[int64]bool{-460: true, -462: true, 405: true, 0: true, 2001: true, 104604: true}, codes)
	require.True(t, illegal && page && restricted)
	require.Equal(t, http.StatusForbidden, c.get(song).StatusCode)
}

func TestDuplicatePageRepeatsTheOneBefore(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Playlists: 100})
	c := qqCaller(t, s)
	ids := func() []string {
		return []string{
			c.json(neteaseAPI + "playlist/list?limit=5&offset=0").Get("playlists.#.id").Raw,
			c.json(neteaseAPI + "playlist/list?limit=5&offset=5").Get("playlists.#.id").Raw,
			c.json("wapi.kuwo.cn/api/pc/classify/playlist/getRcmPlayList?pn=1&rn=5").Get("data.data.#.id").Raw,
			c.json("wapi.kuwo.cn/api/pc/classify/playlist/getRcmPlayList?pn=2&rn=5").Get("data.data.#.id").Raw,
			c.musicu("playlist.PlayListPlazaServer", "get_playlist_by_tag", map[string]any{"sin": 0, "size": 5}).Get("data.v_playlist.#.tid").Raw,
			c.musicu("playlist.PlayListPlazaServer", "get_playlist_by_tag", map[string]any{"sin": 5, "size": 5}).Get("data.v_playlist.#.tid").Raw,
		}
	}
	right := ids()
	require.NoError(t, s.SetFaults("", always(demo.FaultDuplicatePage)))
	repeated := ids()
	for i := 0; i < len(right); i += 2 {
		require.Equal(t, right[i], repeated[i], "the first page has none before it")
		require.NotEqual(t, right[i], right[i+1])
		require.Equal(t, right[i], repeated[i+1])
	}
}

// songURL is the address of some song of NetEase.
func songURL(t *testing.T, s *demo.Server) string {
	t.Helper()
	for song := range s.Catalog().Shelf(catalog.NetEase) {
		if song.Serving == catalog.Served {
			return caller(t, s).json(neteaseAPI + "song/enhance/player/url?br=128000&ids=[" + itoa(song.ID) + "]").Get("data.0.url").String()
		}
	}
	t.Fatal("nothing is served")
	return ""
}

func TestDamagedSongs(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{})
	c := caller(t, s)
	address := songURL(t, s)
	good := c.get(address).body

	require.NoError(t, s.SetFaults("", always(demo.FaultWrongLength)))
	short := c.get(address)
	body := short.body
	require.Equal(t, itoa(int64(len(body))), short.Header.Get("Content-Length"), "it looks whole")
	require.Equal(t, good[:len(good)/2], body)
	require.Equal(t, http.StatusOK, c.get(neteaseSquare).StatusCode, "lists are not files")

	require.NoError(t, s.SetFaults("", always(demo.FaultBadChecksum)))
	body = c.get(address).body
	require.Len(t, body, len(good))
	differing := 0
	for i := range body {
		if body[i] != good[i] {
			differing++
		}
	}
	require.InDelta(t, 4096, differing, 64)
}

// TestCutBodies needs a real connection: what is cut shows there.
func TestCutBodies(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Faults: always(demo.FaultTruncated)})
	base, err := s.Start(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	for _, address := range []string{"/" + neteaseSquare, "/" + kuwoMenu} {
		r := fetch(t, t.Context(), base+address)
		body, err := io.ReadAll(r.Body)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.NoError(t, r.Body.Close())
		require.EqualValues(t, r.ContentLength/2, len(body))
	}
}

func TestStalledBodyHangsUntilTheCallerLeaves(t *testing.T) {
	t.Parallel()
	s := newServer(t, demo.Config{Faults: always(demo.FaultStalled)})
	base, err := s.Start(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	ctx, leave := context.WithCancel(t.Context())
	r := fetch(t, ctx, base+"/"+neteaseSquare)
	_, err = io.ReadFull(r.Body, make([]byte, r.ContentLength/2))
	require.NoError(t, err, "the first half comes")
	leave()
	_, err = io.ReadAll(r.Body)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, r.Body.Close())
}

func TestStallAndLatencyTakeTheirTime(t *testing.T) {
	t.Parallel()
	for kind, want := range map[demo.FaultKind]time.Duration{demo.FaultStalled: 7 * time.Second, demo.FaultLatency: 3 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			f := always(kind)
			f.StallFor, f.Latency = 7*time.Second, 3*time.Second
			s := newServer(t, demo.Config{Faults: f})
			begin := time.Now()
			caller(t, s).get(neteaseSquare)
			require.Equal(t, want, time.Since(begin))
		})
	}
}

func TestFaultsComeAtTheirRateAndBySeed(t *testing.T) {
	t.Parallel()
	sequence := func(seed int64) (statuses []int) {
		s := newServer(t, demo.Config{Seed: seed, Faults: demo.Faults{Rates: map[demo.FaultKind]float64{demo.FaultStatus429: 0.1}}})
		for range 2000 {
			statuses = append(statuses, caller(t, s).get(kuwoMenu).StatusCode)
		}
		require.InDelta(t, 200, s.Stats().Faults["kuwo"][demo.FaultStatus429], 60)
		return statuses
	}
	require.Equal(t, sequence(1), sequence(1))
	require.NotEqual(t, sequence(1), sequence(2))
}
