package qq

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"catalogsync/app/demo/wire"
)

// Codes of the interface.
const (
	codeRisk          = 2001
	codeRate          = 104604
	codeWrongType     = 10004
	codeWrongValue    = 10000
	codeUnknownModule = 500003
	codeUnknownMethod = 40000
	codeNoRight       = 104003
	codeRejected      = 104009
	subcodePrivate    = 4000
)

// request is one key of a musicu call.
type request struct {
	Module string          `json:"module"`
	Method string          `json:"method"`
	Param  json.RawMessage `json:"param"`
}

// envelope is one key of a musicu answer.
type envelope struct {
	Code int `json:"code"`
	Data any `json:"data,omitempty"`
}

// method answers one request.
type method func(c *wire.Call, param json.RawMessage) envelope

const (
	searchMethod  = "DoSearchForQQMusicMobile"
	desktopSearch = "DoSearchForQQMusicDesktop"
)

func (p *Platform) table() map[string]method {
	return map[string]method{
		"playlist.PlayListPlazaServer.get_playlist_by_tag":        p.playlistsByTag,
		"playlist.PlayListCategoryServer.get_category_content":    p.categoryContent,
		"playlist.PlaylistAllCategoriesServer.get_all_categories": allCategories,
		"music.musicToplist.Toplist.GetAll":                       p.allCharts,
		"musicToplist.ToplistInfoServer.GetAll":                   p.allCharts,
		"music.musicToplist.Toplist.GetDetail":                    p.chart,
		"musicToplist.ToplistInfoServer.GetDetail":                p.chart,
		"music.srfDissInfo.aiDissInfo.uniform_get_Dissinfo":       p.playlist,
		"music.srfDissInfo.DissInfo.CgiGetDiss":                   p.playlist,
		"music.search.SearchCgiService." + searchMethod:           p.search,
		"music.search.SearchCgiService." + desktopSearch:          refuseDesktopSearch,
		"music.vkey.GetVkey.UrlGetVkey":                           p.vkey,
		"vkey.GetVkeyServer.CgiGetVkey":                           p.vkey,
		"music.musichallSong.PlayLyricInfo.GetPlayLyricInfo":      p.lyricInfo,
	}
}

// modules are those whose methods table lists.
func (p *Platform) knowsModule(module string) bool {
	for name := range p.methods {
		if len(name) > len(module) && name[:len(module)] == module && name[len(module)] == '.' {
			return true
		}
	}
	return false
}

// readRequests reads the keys of a call from its body, or from the query parameter data.
func readRequests(c *wire.Call) (map[string]request, error) {
	body := []byte(c.URL.Query().Get("data"))
	if c.Method == http.MethodPost {
		var err error
		if body, err = io.ReadAll(c.Body); err != nil {
			return nil, fmt.Errorf("read musicu call: %w", err)
		}
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil {
		return nil, fmt.Errorf("read musicu call: %w", err)
	}
	requests := map[string]request{}
	for key, raw := range keys {
		var r request
		if key == "comm" {
			continue
		}
		if err := json.Unmarshal(raw, &r); err != nil {
			return nil, fmt.Errorf("read musicu key %s: %w", key, err)
		}
		requests[key] = r
	}
	if len(requests) == 0 {
		return nil, errors.New("read musicu call: it asks for nothing")
	}
	return requests, nil
}

// musicu answers each key of a call on its own.
func (p *Platform) musicu(w http.ResponseWriter, c *wire.Call) {
	requests, err := readRequests(c)
	if err != nil {
		wire.JSON(w, map[string]any{"code": 500001, "ts": c.Now.UnixMilli()})
		return
	}
	keys := map[string]any{}
	for key, r := range requests {
		name := r.Module + "." + r.Method
		answer, ok := p.methods[name]
		switch {
		case ok:
			c.Count(r.Method)
			keys[key] = answer(c, r.Param)
		case p.knowsModule(r.Module):
			keys[key] = envelope{Code: codeUnknownMethod}
		default:
			keys[key] = envelope{Code: codeUnknownModule}
		}
	}
	answerMusicu(w, c, keys)
}

func answerMusicu(w http.ResponseWriter, c *wire.Call, keys map[string]any) {
	keys["code"], keys["traceid"] = 0, "00demo"
	keys["ts"], keys["start_ts"] = c.Now.UnixMilli(), c.Now.UnixMilli()
	wire.JSON(w, keys)
}

// decode reads a param; wrong types are the caller's mistake.
func decode(param json.RawMessage, into any) (envelope, bool) {
	if err := json.Unmarshal(param, into); err != nil {
		return envelope{Code: codeWrongType}, false
	}
	return envelope{}, true
}
