// Package kuwo answers as Kuwo's many hosts do: the square and charts of wapi.kuwo.cn,
// the older services nplserver, kbangserver, qukudata, search and musicpay, the calls of
// www.kuwo.cn that want the web token, lyrics, pictures and the stream hosts.
package kuwo

import (
	"net/http"
	"strconv"
	"strings"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

// Platform speaks Kuwo. It is safe for concurrent use.
type Platform struct {
	catalog *catalog.Catalog
	library *wire.Library
	routes  map[string]wire.Endpoint
}

// New makes the platform of a catalogue.
func New(c *catalog.Catalog, l *wire.Library) *Platform {
	p := &Platform{catalog: c, library: l, routes: map[string]wire.Endpoint{}}
	open := map[string]func(http.ResponseWriter, *wire.Call){
		"wapi.kuwo.cn/api/pc/classify/playlist/getRcmPlayList": p.square,
		"wapi.kuwo.cn/api/pc/classify/playlist/getTagPlayList": p.square,
		"wapi.kuwo.cn/api/pc/classify/playlist/getTagList":     tagTree,
		"wapi.kuwo.cn/api/www/playlist/playListInfo":           p.webPlaylist,
		"wapi.kuwo.cn/api/pc/bang/list":                        p.chartMenu,
		"wapi.kuwo.cn/api/www/bang/bang/musicList":             p.webChart,
		"nplserver.kuwo.cn/pl.svc":                             p.playlist,
		"qukudata.kuwo.cn/q.k":                                 p.query,
		"kbangserver.kuwo.cn/ksong.s":                          p.chart,
		"search.kuwo.cn/r.s":                                   p.search,
		"www.kuwo.cn/search/searchMusicBykeyWord":              p.search,
		"musicpay.kuwo.cn/music.pay":                           p.musicPay,
		"m.kuwo.cn/newh5/singles/songinfoandlrc":               p.lyric,
		"www.kuwo.cn/openapi/v1/www/lyric/getlyric":            p.lyric,
		"artistpicserver.kuwo.cn/pic.web":                      p.pictureAddress,
	}
	for address, serve := range open {
		p.add(address, serve)
	}
	tokenised := map[string]func(http.ResponseWriter, *wire.Call){
		"www.kuwo.cn/api/www/playlist/playListInfo":       p.webPlaylist,
		"www.kuwo.cn/api/www/bang/bang/musicList":         p.webChart,
		"www.kuwo.cn/api/www/search/searchMusicBykeyWord": p.webSearch,
		"www.kuwo.cn/api/www/music/musicInfo":             p.musicInfo,
		"www.kuwo.cn/api/v1/www/music/playUrl":            p.playURL,
	}
	for address, serve := range tokenised {
		p.add(address, p.withToken(serve))
	}
	return p
}

func (p *Platform) add(address string, serve func(http.ResponseWriter, *wire.Call)) {
	name := address[strings.LastIndexByte(address, '/')+1:]
	p.routes[address] = wire.Endpoint{Name: name, Serve: withUserAgent(serve)}
}

// Name implements wire.Platform.
func (p *Platform) Name() string { return catalog.Kuwo.String() }

// Find implements wire.Platform.
func (p *Platform) Find(host, path string) (wire.Endpoint, bool) {
	if e, ok := p.routes[host+path]; ok {
		return e, true
	}
	switch {
	case host == "www.kuwo.cn" && path == "/":
		return wire.Endpoint{Name: "home", Kind: wire.Page, Serve: withUserAgent(p.home)}, true
	case strings.HasSuffix(host, "-sycdn.kuwo.cn"):
		return wire.Endpoint{Name: "stream", Kind: wire.Media, Serve: withUserAgent(p.stream)}, true
	case strings.HasPrefix(host, "img") && strings.HasSuffix(host, ".kuwo.cn"):
		return wire.Endpoint{Name: "cover", Kind: wire.Image, Serve: cover}, true
	}
	return wire.Endpoint{}, false
}

// RiskControl implements wire.Platform.
func (p *Platform) RiskControl(w http.ResponseWriter, _ *wire.Call, kind wire.Kind, n uint64) {
	switch {
	case kind != wire.API:
		wire.HTML(w, http.StatusForbidden, "403 Forbidden")
	case n%2 == 0:
		illegal(w)
	default:
		wire.HTML(w, http.StatusOK, "访问验证")
	}
}

// illegal is the answer to a call without a good token.
func illegal(w http.ResponseWriter) {
	wire.JSON(w, map[string]any{"success": false, "message": "The request is illegal!"})
}

// withUserAgent refuses callers that do not say what they are.
func withUserAgent(serve func(http.ResponseWriter, *wire.Call)) func(http.ResponseWriter, *wire.Call) {
	return func(w http.ResponseWriter, c *wire.Call) {
		if c.UserAgent() == "" {
			wire.HTML(w, http.StatusForbidden, "403 Forbidden")
			return
		}
		serve(w, c)
	}
}

// answer is the envelope of the web calls; data is absent when there is none.
type answer struct {
	Code      int    `json:"code"`
	CurTime   int64  `json:"curTime"`
	Msg       string `json:"msg"`
	ProfileID string `json:"profileId"`
	ReqID     string `json:"reqId"`
	TID       string `json:"tId"`
	Data      any    `json:"data,omitempty"`
}

func grant(w http.ResponseWriter, c *wire.Call, data any) {
	wire.JSON(w, answer{Code: 200, CurTime: c.Now.UnixMilli(), Msg: "success", ProfileID: "site", ReqID: "0a", Data: data})
}

func refuse(w http.ResponseWriter, c *wire.Call, code int, msg string) {
	wire.JSON(w, answer{Code: code, CurTime: c.Now.UnixMilli(), Msg: msg, ProfileID: "site", ReqID: "0b"})
}

var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape writes text as the web calls do.
func escape(s string) string { return markup.Replace(s) }

// escapeWide writes text as the older services do: blanks become entities too.
func escapeWide(s string) string { return strings.ReplaceAll(escape(s), " ", "&nbsp;") }

// artists joins names with &, which may stand in a name as an entity.
func artists(s *catalog.Song, write func(string) string) string {
	names := make([]string, len(s.Artists))
	for i, a := range s.Artists {
		names[i] = write(a.Name)
	}
	return strings.Join(names, "&")
}

// song finds a song by its rid; MUSIC_ in front is allowed.
func (p *Platform) song(rid string) (*catalog.Song, bool) {
	id, err := strconv.ParseInt(strings.TrimPrefix(rid, "MUSIC_"), 10, 64)
	if err != nil {
		return nil, false
	}
	ref, ok := p.catalog.RefOf(catalog.Kuwo, id)
	if !ok {
		return nil, false
	}
	return p.catalog.Song(catalog.Kuwo, ref), true
}
