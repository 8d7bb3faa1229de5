package qq

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"time"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const (
	everyCategory = 10000000
	maxListSize   = 200
)

// escape writes text as the platform does: with HTML entities.
func escape(s string) string { return html.EscapeString(s) }

// escapeText is escape for texts of several lines.
func escapeText(s string) string { return strings.ReplaceAll(escape(s), "\n", "<br>") }

func coverOf(id int64, size int) string {
	return fmt.Sprintf("http://qpic.y.qq.com/music_cover/%d/%d?n=1", id, size)
}

type plazaRow struct {
	TID            int64          `json:"tid"`
	Title          string         `json:"title"`
	CoverURLBig    string         `json:"cover_url_big"`
	CoverURLMedium string         `json:"cover_url_medium"`
	CoverURLSmall  string         `json:"cover_url_small"`
	AccessNum      int64          `json:"access_num"`
	CreatorInfo    map[string]any `json:"creator_info"`
	SongIDs        []int64        `json:"song_ids"`
	ModifyTime     int64          `json:"modify_time"`
	Desc           string         `json:"desc"`
}

// playlistsByTag is the square, 1a.
func (p *Platform) playlistsByTag(c *wire.Call, param json.RawMessage) envelope {
	var q struct {
		ID   int64 `json:"id"`
		Sin  int   `json:"sin"`
		Size int   `json:"size"`
	}
	if e, ok := decode(param, &q); !ok {
		return e
	}
	total := p.catalog.Count(catalog.QQ, catalog.Square)
	size := min(max(q.Size, 0), maxListSize)
	start := c.PageStart(max(q.Sin, 0), size)
	rows := []plazaRow{}
	for i := start; i < min(start+size, total); i++ {
		pl := p.catalog.PlaylistAt(catalog.QQ, catalog.Square, i)
		row := plazaRow{TID: pl.ID, Title: escape(pl.Name), CoverURLBig: coverOf(pl.ID, 600), CoverURLMedium: coverOf(pl.ID, 300),
			AccessNum: pl.Plays, CreatorInfo: map[string]any{"nick": escape(pl.Creator), "uin": 0},
			ModifyTime: pl.UpdatedMS / 1000, Desc: escapeText(pl.Description)}
		if i%9 != 8 { // now and then the ids are missing
			for _, e := range pl.Entries(0, pl.Len()) {
				row.SongIDs = append(row.SongIDs, catalog.SongID(catalog.QQ, e.Ref))
			}
		}
		rows = append(rows, row)
	}
	return envelope{Data: map[string]any{"total": total, "v_playlist": rows}}
}

// categoryContent is the square by category, 1b: pages are counted from 0.
func (p *Platform) categoryContent(c *wire.Call, param json.RawMessage) envelope {
	var q struct{ Size, Page int }
	if e, ok := decode(param, &q); !ok {
		return e
	}
	total := p.catalog.Count(catalog.QQ, catalog.Square)
	size := min(max(q.Size, 0), maxListSize)
	start := c.PageStart(max(q.Page, 0)*size, size)
	rows := []map[string]any{}
	for i := start; i < min(start+size, total); i++ {
		pl := p.catalog.PlaylistAt(catalog.QQ, catalog.Square, i)
		rows = append(rows, map[string]any{"basic": map[string]any{"tid": pl.ID, "title": escape(pl.Name), "play_cnt": pl.Plays,
			"song_cnt": pl.Len(), "desc": escapeText(pl.Description), "creator": map[string]any{"nick": escape(pl.Creator)},
			"cover": map[string]any{"default_url": coverOf(pl.ID, 600), "medium_url": coverOf(pl.ID, 300)}}})
	}
	return envelope{Data: map[string]any{"content": map[string]any{"total_cnt": total, "v_item": rows}}}
}

func allCategories(*wire.Call, json.RawMessage) envelope {
	return envelope{Data: map[string]any{"v_group": []map[string]any{{"group_id": 0, "group_name": "热门",
		"v_item": []map[string]any{{"id": everyCategory, "name": "全部"}, {"id": 165, "name": "国语"}}}}}}
}

type legacyListRow struct {
	DissID       string         `json:"dissid"`
	CreateTime   string         `json:"createtime"`
	CommitTime   string         `json:"commit_time"`
	DissName     string         `json:"dissname"`
	ImgURL       string         `json:"imgurl"`
	Introduction string         `json:"introduction"`
	ListenNum    int64          `json:"listennum"`
	Score        int            `json:"score"`
	Version      int            `json:"version"`
	Creator      map[string]any `json:"creator"`
}

// legacyList is the square in its older form, 1c: ein is the last row, not the end.
func (p *Platform) legacyList(c *wire.Call) any {
	total := p.catalog.Count(catalog.QQ, catalog.Square)
	sin := c.Int("sin", 0, 0, 1<<30)
	size := min(max(c.Int("ein", 29, 0, 1<<30)-sin+1, 0), maxListSize)
	start := c.PageStart(sin, size)
	rows := []legacyListRow{}
	for i := start; i < min(start+size, total); i++ {
		pl := p.catalog.PlaylistAt(catalog.QQ, catalog.Square, i)
		day := time.UnixMilli(pl.CreatedMS).UTC().Format(time.DateOnly)
		rows = append(rows, legacyListRow{DissID: fmt.Sprint(pl.ID), CreateTime: day, CommitTime: day, DissName: escape(pl.Name),
			ImgURL: fmt.Sprintf("http://p.qpic.cn/music_cover/%d/600?n=1", pl.ID), Introduction: escapeText(pl.Description), ListenNum: pl.Plays,
			Creator: map[string]any{"type": 0, "qq": 0, "encrypt_uin": "oi-demo**", "name": escape(pl.Creator), "isVip": 0, "avatarUrl": "", "followflag": 0}})
	}
	return map[string]any{"code": 0, "subcode": 0, "message": "", "default": 0, "data": map[string]any{"uin": 0,
		"categoryId": everyCategory, "sortId": 5, "sum": total, "sin": sin, "ein": sin + size - 1, "list": rows}}
}
