package netease

import (
	"net/http"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const (
	searchSongs     = "1"
	searchPlaylists = "1000"
	maxSearchLimit  = 100
)

// search is endpoint 4. Where nothing is found, the list is absent, not empty.
func (p *Platform) search(w http.ResponseWriter, c *wire.Call) {
	limit, offset := c.Int("limit", 30, 0, 1<<20), c.Int("offset", 0, 0, 1<<20)
	kind := c.Param("type")
	if kind == "" {
		kind = searchSongs
	}
	switch {
	case c.Param("s") == "":
		wire.JSON(w, refusal{Code: 400, Message: text("参数错误")})
	case kind != searchSongs && kind != searchPlaylists || limit > maxSearchLimit:
		wire.JSON(w, map[string]any{"result": map[string]any{}, "code": 200})
	case kind == searchPlaylists:
		wire.JSON(w, map[string]any{"result": map[string]any{"playlistCount": 0}, "code": 200})
	default:
		p.searchSongs(w, p.catalog.Search(catalog.NetEase, c.Param("s")), offset, limit)
	}
}

func (p *Platform) searchSongs(w http.ResponseWriter, hits []*catalog.Song, offset, limit int) {
	result := map[string]any{"songCount": len(hits)}
	if offset < len(hits) {
		rows := []song{}
		for _, s := range hits[offset:min(offset+limit, len(hits))] {
			row := p.song(s)
			right := p.privilege(s)
			row.Privilege = &right
			rows = append(rows, row)
		}
		result["songs"], result["searchQcReminder"] = rows, nil
	}
	wire.JSON(w, map[string]any{"result": result, "code": 200})
}
