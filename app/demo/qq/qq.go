// Package qq answers as QQ Music's anonymous web interface does: musicu.fcg of u.y.qq.com
// with its modules and methods, the older .fcg calls of c.y.qq.com, the stream hosts
// below stream.qqmusic.qq.com, pictures and short links.
package qq

import (
	"net/http"
	"strings"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

// PrivatePlaylistID is a playlist that answers "check privacy error".
const PrivatePlaylistID = 7_999_999_999

// Platform speaks QQ Music. It is safe for concurrent use.
type Platform struct {
	catalog *catalog.Catalog
	library *wire.Library
	methods map[string]method
}

// New makes the platform of a catalogue.
func New(c *catalog.Catalog, l *wire.Library) *Platform {
	p := &Platform{catalog: c, library: l}
	p.methods = p.table()
	return p
}

// Name implements wire.Platform.
func (p *Platform) Name() string { return catalog.QQ.String() }

// Find implements wire.Platform.
func (p *Platform) Find(host, path string) (wire.Endpoint, bool) {
	switch {
	case host == "u.y.qq.com" && path == "/cgi-bin/musicu.fcg":
		return wire.Endpoint{Name: "musicu.fcg", Serve: p.musicu}, true
	case strings.HasSuffix(host, ".stream.qqmusic.qq.com"):
		return wire.Endpoint{Name: "stream", Kind: wire.Media, Serve: p.stream}, true
	case host == "y.gtimg.cn" || host == "qpic.y.qq.com" || host == "p.qpic.cn" || host == "y.qq.com" && strings.HasPrefix(path, "/music/photo_new/"):
		return wire.Endpoint{Name: "cover", Kind: wire.Image, Serve: cover}, true
	case path == "/base/fcgi-bin/u" && (host == "c.y.qq.com" || host == "c6.y.qq.com"):
		return wire.Endpoint{Name: "short link", Kind: wire.Page, Serve: p.shortLink}, true
	case host == "c.y.qq.com" || host == "i.y.qq.com":
		return p.legacy(path)
	}
	return wire.Endpoint{}, false
}

// RiskControl implements wire.Platform.
func (p *Platform) RiskControl(w http.ResponseWriter, c *wire.Call, kind wire.Kind, n uint64) {
	if kind != wire.API {
		wire.HTML(w, http.StatusForbidden, "403 Forbidden")
		return
	}
	if c.Host != "u.y.qq.com" {
		wire.JSON(w, map[string]any{"code": codeRate, "subcode": codeRate, "msg": "操作频繁"})
		return
	}
	requests, err := readRequests(c)
	if err != nil {
		wire.HTML(w, http.StatusForbidden, "403 Forbidden")
		return
	}
	keys := map[string]any{}
	for key, r := range requests {
		switch {
		case n%3 == 0 && r.Method == searchMethod:
			keys[key] = envelope{Data: restrictedSearch()}
		case n%3 == 1:
			keys[key] = envelope{Code: codeRate}
		default:
			keys[key] = envelope{Code: codeRisk, Data: map[string]string{"feedbackURL": "https://y.qq.com/n/verify?demo=1"}}
		}
	}
	answerMusicu(w, c, keys)
}
