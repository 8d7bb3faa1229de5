package netease

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// slowBoat is what the one playable song holds.
var slowBoat = bytes.Repeat([]byte("slow boat! "), 373)[:4096]

// standIn answers as the platform does, from testdata.
func standIn(t *testing.T) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		switch r.URL.Path {
		case "/music.163.com/api/playlist/list":
			recorded(w, "square_"+r.Form.Get("offset")+".json")
		case "/music.163.com/api/toplist":
			recorded(w, "toplist.json")
		case "/music.163.com/api/v6/playlist/detail":
			recorded(w, "detail_"+r.Form.Get("id")+".json")
		case "/music.163.com/api/v3/song/detail":
			recorded(w, "songs.json")
		case "/music.163.com/api/cloudsearch/pc":
			search(w, r.Form.Get("s"), r.Form.Get("limit"))
		case "/music.163.com/api/song/enhance/player/url/v1":
			recorded(w, "player.json")
		case "/music.163.com/api/song/lyric":
			recorded(w, "lyric.json")
		case "/m8.music.126.net/20260101/demo/slow.mp3":
			w.Header().Set("ETag", `"boat"`)
			http.ServeContent(w, r, "slow.mp3", time.Time{}, bytes.NewReader(slowBoat))
		case "/163cn.tv/AbC12":
			w.Header().Set("Location", "https://y.music.163.com/m/playlist?app_version=9&id=9100000002&userid=1")
			w.WriteHeader(http.StatusFound)
		case "/163cn.tv/away":
			w.Header().Set("Location", "https://music.example/playlist?id=1")
			w.WriteHeader(http.StatusFound)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(srv.Close)
	return srv
}

// recorded answers with a file of testdata; a missing one is what the platform does not have.
func recorded(w http.ResponseWriter, name string) {
	body, err := os.ReadFile(filepath.Join("testdata", name))
	switch {
	case err == nil:
	case name == "detail_9100000401.json":
		body = []byte(`{"code":401,"msg":null,"playlist":null}`)
	case name == "detail_9102000001.json":
		body = []byte(`{"code":20001}`)
	default:
		body = []byte(`{"code":404,"message":"no resource"}`)
	}
	w.Header().Set("Content-Type", "text/plain;charset=utf-8")
	_, _ = w.Write(body)
}

func search(w http.ResponseWriter, query, limit string) {
	switch {
	case query != "慢船":
		_, _ = w.Write([]byte(`{"result":{"songCount":0},"code":200}`))
	case limit == "1":
		body, _ := os.ReadFile("testdata/search.json")
		var a struct {
			Result struct{ Songs []json.RawMessage }
		}
		_ = json.Unmarshal(body, &a)
		_, _ = w.Write([]byte(`{"code":200,"result":{"songCount":3,"songs":[` + string(a.Result.Songs[0]) + `]}}`))
	default:
		recorded(w, "search.json")
	}
}

func list(id string) models.PlaylistRef {
	return models.PlaylistRef{Platform: Name, RemoteID: id, Kind: models.KindPlaylist}
}

func toplist(id string) models.PlaylistRef {
	return models.PlaylistRef{Platform: Name, RemoteID: id, Kind: models.KindToplist}
}

func candidate(id string, durationMS int64) sources.Candidate {
	return sources.Candidate{Source: Name, RemoteID: id, DurationMS: durationMS}
}

func TestContract(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, sourcetest.Fixture{
		BaseURL: standIn(t).URL,
		Config:  ClientConfig(),
		New:     func(c *httpclient.Client) sources.Source { return New(c) },

		Playlist: list("9100000002"),
		Songs:    []string{"8000001", "8000002", "8000003", "8000004", "8000001"},
		Toplist:  toplist("9200001"),
		RefusedPlaylists: map[models.Code]models.PlaylistRef{
			models.CodePlaylistGone:    list("9100000404"),
			models.CodePlaylistPrivate: list("9100000401"),
			models.CodeLoginRequired:   list("9102000001"),
		},
		Query: "慢船", Nothing: "没有这首歌",
		Playable: candidate("8000001", 246913), Content: slowBoat,
		Refused: map[models.Code]sources.Candidate{
			models.CodePaid:          candidate("8000002", 301000),
			models.CodePreviewOnly:   candidate("8000003", 200000),
			models.CodeWithdrawn:     candidate("8000004", 180000),
			models.CodeProtected:     candidate("8000008", 0),
			models.CodeLoginRequired: candidate("8000010", 0),
		},
		URLs:         goodAddresses,
		NotPlaylists: badAddresses,
		Foreign:      []string{"https://163cn.tv/AbC12", "https://music.163.com.example/playlist?id=1", "https://music.126.net/playlist?id=1"},
		ShortLinks:   map[string]models.PlaylistRef{"https://163cn.tv/AbC12": list("9100000002"), "http://163cn.tv/AbC12/": list("9100000002")},
		RiskControl:  `{"code":-460,"message":"Cheating","data":null}`,
	})
}

var goodAddresses = map[string]models.PlaylistRef{
	"https://music.163.com/#/playlist?id=24381616":                                list("24381616"),
	"https://music.163.com/playlist?id=24381616":                                  list("24381616"),
	"http://music.163.com/m/playlist?id=24381616":                                 list("24381616"),
	"https://music.163.com/#/m/playlist?id=24381616":                              list("24381616"),
	"https://music.163.com/#/my/m/music/playlist?id=24381616":                     list("24381616"),
	"https://music.163.com/playlist/24381616/":                                    list("24381616"),
	"https://music.163.com/playlist/24381616/1234/?userid=5":                      list("24381616"),
	"https://MUSIC.163.com/playlist?app_version=8.9&dlt=1&id=24381616&uct2=x":     list("24381616"),
	"https://y.music.163.com/m/playlist?id=24381616&userid=1&creatorId=2":         list("24381616"),
	"https://music.163.com/?from=share#/playlist?id=24381616&userid=1":            list("24381616"),
	"https://music.163.com/#/discover/toplist?id=3778678":                         toplist("3778678"),
	"https://music.163.com/discover/toplist?id=3778678":                           toplist("3778678"),
	"https://music.163.com/m/discover/toplist?id=3778678":                         toplist("3778678"),
	"https://music.163.com/toplist?id=3778678":                                    toplist("3778678"),
	"https://music.163.com/#/discover/toplist":                                    toplist("19723756"),
	"https://y.music.163.com/m/toplist":                                           toplist("19723756"),
	"https://music.163.com/playlist?id=0024381616":                                list("24381616"),
	"https://music.163.com/#/playlist?app_version=9&id=24381616#/playlist?id=777": list("24381616"),
}

var badAddresses = []string{
	"https://music.163.com/", "https://music.163.com/#/discover", "https://music.163.com/#/discover/playlist",
	"https://music.163.com/playlist", "https://music.163.com/playlist?id=", "https://music.163.com/playlist?id=abc",
	"https://music.163.com/playlist?id=-5", "https://music.163.com/playlist?id=%2B5", "https://music.163.com/playlist?id=0",
	"https://music.163.com/playlist?id=99999999999999999999", "https://music.163.com/playlist?id=1.5",
	"https://music.163.com/song?id=1", "https://music.163.com/#/album?id=1", "https://music.163.com/artist?id=1",
	"https://music.163.com/#/djradio?id=1", "https://music.163.com/mv?id=1", "https://music.163.com/#/toplist?id=x",
	"https://music.163.com/playlist/x/1",
}

// open makes the source against h.
func open(t *testing.T, h http.HandlerFunc) *Source {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	cfg := ClientConfig()
	cfg.BaseURL, cfg.RatePerSecond, cfg.Attempts = srv.URL, 0, 1
	c, err := httpclient.New(cfg)
	require.NoError(t, err)
	return New(c)
}

func always(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
}

func TestShortLinksStayWithThePlatform(t *testing.T) {
	t.Parallel()
	srv := standIn(t)
	s := open(t, srv.Config.Handler.ServeHTTP)
	for _, path := range []string{"away", "none", "", "a/b", "a%20b", strings.Repeat("x", 65)} {
		u := parse(t, "https://163cn.tv/"+path)
		_, ok, err := s.ResolveShortLink(t.Context(), u)
		require.True(t, ok, path)
		require.Equal(t, models.CodeBadURL, models.CodeOf(err), path)
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	srv := standIn(t)
	require.NoError(t, open(t, srv.Config.Handler.ServeHTTP).Probe(t.Context()))
	err := open(t, always(`{"code":-462,"data":{"blockText":"verify"}}`)).Probe(t.Context())
	require.Equal(t, models.ClassRiskControl, models.ClassOf(err))
}
