package kuwo

import (
	"fmt"
	"net/http"
	"strconv"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

// What a row of the square is.
const (
	digestNode     = "5"
	digestPlaylist = "8"
	digestAlbum    = "13"
)

type squareRow struct {
	ID           string  `json:"id"`
	Name         string  `json:"name"`
	UName        string  `json:"uname"`
	UID          string  `json:"uid"`
	Img          string  `json:"img"`
	ListenCnt    any     `json:"listencnt"`
	Total        any     `json:"total"`
	FavorCnt     any     `json:"favorcnt"`
	CommentCnt   any     `json:"commentcnt"`
	Digest       string  `json:"digest"`
	Desc         *string `json:"desc"`
	Info         string  `json:"info"`
	IsNew        string  `json:"isnew"`
	Extend       string  `json:"extend"`
	Attribute    string  `json:"attribute"`
	ImgScript    string  `json:"imgscript"`
	LosslessMark string  `json:"lossless_mark"`
	RadioID      string  `json:"radio_id"`
}

// Rows of the square come in blocks: six playlists, an album behind the first, a node
// behind the third.
const (
	blockRows      = 8
	blockPlaylists = 6
	albumAt        = 1
	nodeAt         = 4
	nodeIDBase     = 80_112
	maxListRows    = 100
)

// squareRows is the number of rows for n playlists; the last row is one.
func squareRows(n int) int {
	return n/blockPlaylists*blockRows + [...]int{0, 1, 3, 4, 6, 7}[n%blockPlaylists]
}

// square is P1 and P2: pages are counted from 1, and 0 is the first as well.
func (p *Platform) square(w http.ResponseWriter, c *wire.Call) {
	n := p.catalog.Count(catalog.Kuwo, catalog.Square)
	total := squareRows(n)
	page, size := max(c.Int("pn", 1, 0, 1<<30), 1), c.Int("rn", 20, 0, maxListRows)
	start := c.PageStart((page-1)*size, size)
	rows := []squareRow{}
	for r := start; r < min(start+size, total); r++ {
		rows = append(rows, p.squareRow(r, n))
	}
	data := map[string]any{"total": strconv.Itoa(total), "pn": page, "rn": size, "data": rows}
	if page%2 == 0 { // numbers and texts for the same thing
		data["total"], data["pn"] = total, strconv.Itoa(page)
	}
	wire.JSON(w, map[string]any{"code": 200, "msg": "success", "data": data})
}

func (p *Platform) squareRow(r, playlists int) squareRow {
	block, at := r/blockRows, r%blockRows
	switch at {
	case albumAt:
		return squareRow{ID: fmt.Sprint(500_000 + block), Name: fmt.Sprintf("专辑 %d", block+1), UID: "0", Img: pictureURL(500_000+int64(block), 150),
			ListenCnt: "0", Total: "10", FavorCnt: "0", CommentCnt: "0", Digest: digestAlbum, Desc: new(string)}
	case nodeAt:
		// A node leads to a playlist that has a row of its own too.
		return squareRow{ID: fmt.Sprint(nodeIDBase + block), Name: fmt.Sprintf("专区 %d", block+1), UID: "0", Img: pictureURL(nodeIDBase+int64(block), 150),
			ListenCnt: 0, Total: 0, Digest: digestNode}
	}
	before := at
	if at > albumAt {
		before--
	}
	if at > nodeAt {
		before--
	}
	pl := p.catalog.PlaylistAt(catalog.Kuwo, catalog.Square, min(block*blockPlaylists+before, playlists-1))
	row := squareRow{ID: fmt.Sprint(pl.ID), Name: escape(pl.Name), UName: escape(pl.Creator), UID: "55012001", Img: pictureURL(pl.ID, 150),
		ListenCnt: fmt.Sprint(pl.Plays), Total: fmt.Sprint(pl.Len()), FavorCnt: fmt.Sprint(pl.Subscribers), CommentCnt: "0",
		Digest: digestPlaylist, Desc: text(escape(pl.Description)), IsNew: "0", Attribute: "0", LosslessMark: "0", RadioID: "0"}
	if at == albumAt+1 {
		row.ListenCnt, row.Total = pl.Plays, pl.Len()
	}
	return row
}

func text(s string) *string { return &s }

// nodePlaylist is the playlist that a node leads to.
func (p *Platform) nodePlaylist(node int64) (*catalog.Playlist, bool) {
	block := int(node - nodeIDBase)
	if i := block * blockPlaylists; block >= 0 && i < p.catalog.Count(catalog.Kuwo, catalog.Square) {
		return p.catalog.PlaylistAt(catalog.Kuwo, catalog.Square, i), true
	}
	return nil, false
}

// tagTree is P3.
func tagTree(w http.ResponseWriter, _ *wire.Call) {
	leaf := func(id, name, digest, extend string) map[string]string {
		return map[string]string{"id": id, "name": name, "digest": digest, "extend": extend, "isnew": "0", "img": ""}
	}
	wire.JSON(w, map[string]any{"code": 200, "msg": "success", "data": []map[string]any{{"id": "1848", "name": "主题", "mdigest": "5",
		"type": "s", "img": "", "img1": "", "data": []map[string]string{leaf("621", "雨天", "10000", ""), leaf("146", "编辑区", "43", "|HOT")}}}})
}

// query is the old tree service: B2 for the charts, and what a node leads to.
func (p *Platform) query(w http.ResponseWriter, c *wire.Call) {
	children := []map[string]any{}
	switch {
	case c.Param("cont") == "tree" && c.Param("node") == "2":
		for i := range p.catalog.Count(catalog.Kuwo, catalog.Toplist) {
			children = append(children, chartEntry(p.catalog.PlaylistAt(catalog.Kuwo, catalog.Toplist, i)))
		}
		children = append(children, map[string]any{"id": "9", "sourceid": "0", "name": "更多", "source": "4"})
	case c.Param("cont") == "ninfo":
		if pl, ok := p.nodePlaylist(c.ID("node")); ok {
			children = append(children, map[string]any{"id": c.Param("node"), "sourceid": fmt.Sprint(pl.ID), "name": escape(pl.Name), "source": digestPlaylist})
		}
	}
	wire.JSON(w, map[string]any{"child": children, "total": fmt.Sprint(len(children))})
}
