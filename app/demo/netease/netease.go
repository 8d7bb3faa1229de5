// Package netease answers as NetEase Cloud Music's anonymous web interface does: the
// paths below /api of music.163.com, the stream and picture hosts of music.126.net, and
// the short links of 163cn.tv. Refusals come with HTTP status 200 and a code.
package netease

import (
	"net/http"
	"strconv"
	"strings"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

// PrivatePlaylistID is a playlist that answers "no right" (401), as private lists do.
const PrivatePlaylistID = 9_199_999_999

// Platform speaks NetEase. It is safe for concurrent use.
type Platform struct {
	catalog *catalog.Catalog
	library *wire.Library
	api     map[string]wire.Endpoint
}

// New makes the platform of a catalogue.
func New(c *catalog.Catalog, l *wire.Library) *Platform {
	p := &Platform{catalog: c, library: l}
	p.api = map[string]wire.Endpoint{}
	for path, serve := range map[string]func(http.ResponseWriter, *wire.Call){
		"playlist/list":              p.list,
		"playlist/highquality/list":  p.highQuality,
		"playlist/catalogue":         p.catalogue,
		"playlist/hottags":           p.hotTags,
		"toplist":                    p.toplists,
		"toplist/detail":             p.toplists,
		"v6/playlist/detail":         p.detail,
		"v3/playlist/detail":         p.detail,
		"v3/song/detail":             p.songDetail,
		"cloudsearch/pc":             p.search,
		"song/enhance/player/url":    p.playerURL,
		"song/enhance/player/url/v1": p.playerURLByLevel,
		"song/lyric":                 p.lyric,
	} {
		p.api["/api/"+path] = wire.Endpoint{Name: path, Serve: browsersOnly(serve)}
	}
	return p
}

// Name implements wire.Platform.
func (p *Platform) Name() string { return catalog.NetEase.String() }

// Find implements wire.Platform.
func (p *Platform) Find(host, path string) (wire.Endpoint, bool) {
	switch {
	case host == "music.163.com" || host == "interface.music.163.com":
		if e, ok := p.api[path]; ok {
			return e, true
		}
		switch path {
		case "/song/media/outer/url":
			return wire.Endpoint{Name: "outer/url", Kind: wire.Page, Serve: p.outerURL}, true
		case "/", "/404":
			return wire.Endpoint{Name: "page", Kind: wire.Page, Serve: notFoundPage}, true
		}
	case host == "163cn.tv":
		return wire.Endpoint{Name: "short link", Kind: wire.Page, Serve: p.shortLink}, true
	case isPictureHost(host):
		return wire.Endpoint{Name: "cover", Kind: wire.Image, Serve: cover}, true
	case strings.HasSuffix(host, ".music.126.net"):
		return wire.Endpoint{Name: "stream", Kind: wire.Media, Serve: p.stream}, true
	}
	return wire.Endpoint{}, false
}

// browsersOnly answers -460 to callers that do not say that they are a browser.
func browsersOnly(serve func(http.ResponseWriter, *wire.Call)) func(http.ResponseWriter, *wire.Call) {
	return func(w http.ResponseWriter, c *wire.Call) {
		if !c.Browser() {
			wire.JSON(w, refusal{Code: -460, Message: text("Cheating"), Msg: text("Cheating")})
			return
		}
		serve(w, c)
	}
}

// refusal is an answer without data.
type refusal struct {
	Code    int          `json:"code"`
	Message *string      `json:"message"`
	Msg     *string      `json:"msg"`
	Data    *verifyOrder `json:"data,omitempty"`
}

// verifyOrder is what comes with -462.
type verifyOrder struct {
	VerifyType int    `json:"verifyType"`
	VerifyURL  string `json:"verifyUrl"`
	BlockText  string `json:"blockText"`
	ActionCode string `json:"actionCode"`
	Params     string `json:"params"`
	URL        string `json:"url"`
}

func text(s string) *string { return &s }

// RiskControl implements wire.Platform.
func (p *Platform) RiskControl(w http.ResponseWriter, _ *wire.Call, kind wire.Kind, n uint64) {
	if kind == wire.Media || kind == wire.Image {
		wire.HTML(w, http.StatusForbidden, "403 Forbidden")
		return
	}
	switch n % 3 {
	case 0:
		wire.JSON(w, refusal{Code: -460, Message: text("网络太拥挤，请稍候再试！")})
	case 1:
		wire.JSON(w, refusal{Code: -462, Data: &verifyOrder{VerifyType: 4, VerifyURL: "https://st.music.163.com/encrypt-pages",
			BlockText: "您当前的网络环境存在安全风险", ActionCode: "demo"}})
	default:
		wire.JSON(w, refusal{Code: 405, Message: text("操作频繁，请稍候再试")})
	}
}

func notFoundPage(w http.ResponseWriter, _ *wire.Call) {
	wire.HTML(w, http.StatusOK, "网易云音乐 404")
}

// shortLinkPrefix begins the code of a short link; the playlist's id in base 36 follows.
const shortLinkPrefix = "d"

// ShortLink is a short address of a playlist.
func ShortLink(playlistID int64) string {
	return "https://163cn.tv/" + shortLinkPrefix + strconv.FormatInt(playlistID, 36)
}

func (p *Platform) shortLink(w http.ResponseWriter, c *wire.Call) {
	code, ok := strings.CutPrefix(strings.Trim(c.Path, "/"), shortLinkPrefix)
	id, err := strconv.ParseInt(code, 36, 64)
	if !ok || err != nil {
		wire.HTML(w, http.StatusNotFound, "404")
		return
	}
	n := strconv.FormatInt(id, 10)
	target := "https://music.163.com/#/playlist?app_version=9.0.1&id=" + n
	if id%2 == 0 {
		target = "https://y.music.163.com/m/playlist?id=" + n + "&userid=710001&creatorId=710001"
	}
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusFound)
}
