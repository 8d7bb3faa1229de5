package qq

import (
	"net/http"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"catalogsync/app/demo/wire"
)

const defaultCallback = "MusicJsonCallback"

// legacy gives the older .fcg calls. (The path of cdinfo is fcg-bin; fcgi-bin is a 404.)
func (p *Platform) legacy(path string) (wire.Endpoint, bool) {
	switch path {
	case "/splcloud/fcgi-bin/fcg_get_diss_by_tag.fcg":
		return wire.Endpoint{Name: "fcg_get_diss_by_tag", Serve: withReferer(p.legacyList)}, true
	case "/qzone/fcg-bin/fcg_ucc_getcdinfo_byids_cp.fcg", "/qzone-music/fcg-bin/fcg_ucc_getcdinfo_byids_cp.fcg":
		return wire.Endpoint{Name: "fcg_ucc_getcdinfo_byids_cp", Serve: withReferer(p.cdInfo)}, true
	case "/lyric/fcgi-bin/fcg_query_lyric_new.fcg":
		return wire.Endpoint{Name: "fcg_query_lyric_new", Serve: p.lyric}, true
	case "/soso/fcgi-bin/client_search_cp":
		return wire.Endpoint{Name: "client_search_cp", Serve: dead}, true
	}
	return wire.Endpoint{}, false
}

// dead is how the former search answers.
func dead(w http.ResponseWriter, _ *wire.Call) { w.WriteHeader(http.StatusInternalServerError) }

func ownReferer(c *wire.Call) bool { return strings.Contains(c.Referer(), "y.qq.com/") }

// withReferer refuses callers that do not come from the platform's own pages.
func withReferer(answer func(*wire.Call) any) func(http.ResponseWriter, *wire.Call) {
	return func(w http.ResponseWriter, c *wire.Call) {
		if !ownReferer(c) {
			wire.HTML(w, http.StatusForbidden, "403 Forbidden")
			return
		}
		answerLegacy(w, c, answer(c))
	}
}

// answerLegacy writes v as the older calls do: JSONP without format=json, GBK without
// outCharset=utf-8.
func answerLegacy(w http.ResponseWriter, c *wire.Call, v any) {
	body, contentType := wire.Encode(v), "application/json; charset=utf-8"
	if c.Param("format") != "json" {
		callback := c.Param("jsonpCallback")
		if callback == "" {
			callback = defaultCallback
		}
		body = append(append([]byte(callback+"("), body...), ')')
		contentType = "application/x-javascript; charset=utf-8"
	}
	if !strings.EqualFold(c.Param("outCharset"), "utf-8") {
		if gbk, err := simplifiedchinese.GB18030.NewEncoder().Bytes(body); err == nil {
			body, contentType = gbk, "application/x-javascript; charset=gb2312"
		}
	}
	wire.Bytes(w, http.StatusOK, contentType, body)
}
