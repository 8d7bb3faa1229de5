package kuwo

import (
	"fmt"
	"net/http"
	"strconv"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const (
	maxServicePage = 1000
	maxWebPage     = 100
	maxChartPage   = 30
	codeNothing    = -1
)

// playlist is D1: pages are counted from 0, rn=0 gives the head alone, and without
// vipver the paid songs are left out.
func (p *Platform) playlist(w http.ResponseWriter, c *wire.Call) {
	pl, ok := p.catalog.FindPlaylist(catalog.Kuwo, catalog.Square, c.ID("pid"))
	if !ok || c.Param("op") != "getlistinfo" {
		wire.JSON(w, map[string]any{"result": "failed", "reason": "playlist not found"})
		return
	}
	page, size := c.Int("pn", 0, 0, 1<<20), c.Int("rn", 100, 0, maxServicePage)
	songs := []listSong{}
	for _, e := range pl.Entries(page*size, page*size+size) {
		s := p.catalog.Song(catalog.Kuwo, e.Ref)
		if s.Serving == catalog.Paid && c.Param("vipver") == "" {
			continue
		}
		songs = append(songs, p.listSong(s))
	}
	head := map[string]any{"result": "ok", "id": pl.ID, "title": escapeWide(pl.Name), "pic": pictureURL(pl.ID, 150), "info": escapeWide(pl.Description),
		"uname": escape(pl.Creator), "tag": "", "total": pl.Len(), "validtotal": pl.Len(), "pn": page, "rn": size,
		"playnum": pl.Plays, "ctime": pl.CreatedMS / 1000, "abstime": pl.UpdatedMS / 1000, "musiclist": songs}
	if pl.Index%3 == 1 { // now and then numbers are text
		head["total"], head["playnum"] = strconv.Itoa(pl.Len()), fmt.Sprint(pl.Plays)
	}
	wire.JSON(w, head)
}

// webPlaylist is D2: pages are counted from 1.
func (p *Platform) webPlaylist(w http.ResponseWriter, c *wire.Call) {
	pl, ok := p.catalog.FindPlaylist(catalog.Kuwo, catalog.Square, c.ID("pid"))
	if !ok {
		refuse(w, c, codeNothing, "歌单不存在")
		return
	}
	page, size := c.Int("pn", 1, 1, 1<<20), c.Int("rn", 30, 0, maxWebPage)
	grant(w, c, map[string]any{"id": pl.ID, "name": escape(pl.Name), "img": pictureURL(pl.ID, 150), "img300": pictureURL(pl.ID, 300),
		"img500": "", "img700": "", "uname": escape(pl.Creator), "userName": escape(pl.Creator), "uPic": "", "total": pl.Len(),
		"listencnt": pl.Plays, "desc": escape(pl.Description), "info": "", "tag": "", "isOfficial": 0,
		"musicList": p.webSongs(pl, (page-1)*size, size, false)})
}

func (p *Platform) webSongs(pl *catalog.Playlist, from, n int, trends bool) []webSong {
	songs := []webSong{}
	for i, e := range pl.Entries(from, from+n) {
		s := describeWeb(p.catalog.Song(catalog.Kuwo, e.Ref))
		if trends {
			s.Trend, s.RankChange = [...]string{"u3", "d1", "e0"}[i%3], strconv.Itoa(i%3)
		}
		songs = append(songs, s)
	}
	return songs
}

// chartEntry is a chart in a menu; its songs are asked for by sourceid, not by id.
func chartEntry(pl *catalog.Playlist) map[string]any {
	return map[string]any{"id": strconv.Itoa(pl.Index + 1), "sourceid": fmt.Sprint(pl.ID), "name": escape(pl.Name), "intro": "",
		"pic": pictureURL(pl.ID, 300), "pic2": "", "pic5": "", "source": "1", "info": "今日更新"}
}

// chartMenu is B1: it has no code.
func (p *Platform) chartMenu(w http.ResponseWriter, _ *wire.Call) {
	groups := [2][]map[string]any{{}, {}}
	for i := range p.catalog.Count(catalog.Kuwo, catalog.Toplist) {
		groups[i%2] = append(groups[i%2], chartEntry(p.catalog.PlaylistAt(catalog.Kuwo, catalog.Toplist, i)))
	}
	group := func(name string, child []map[string]any) map[string]any {
		return map[string]any{"disname": name, "name": name, "child": child}
	}
	wire.JSON(w, map[string]any{"child": []any{group("官方榜", groups[0]), group("特色榜", groups[1]), group("场景榜", []map[string]any{})}})
}

// chart is B3: pages are counted from 0.
func (p *Platform) chart(w http.ResponseWriter, c *wire.Call) {
	pl, ok := p.catalog.FindPlaylist(catalog.Kuwo, catalog.Toplist, c.ID("id"))
	if !ok {
		wire.JSON(w, map[string]any{"name": "", "num": "0", "pic": "", "musiclist": []listSong{}})
		return
	}
	page, size := c.Int("pn", 0, 0, 1<<20), c.Int("rn", 100, 0, maxServicePage)
	songs := []listSong{}
	for _, e := range pl.Entries(page*size, page*size+size) {
		s := p.listSong(p.catalog.Song(catalog.Kuwo, e.Ref))
		if pl.Index%2 == 0 {
			s.Duration, s.SongDuration = "", s.Duration
		}
		s.Param = s.Name + ";" + s.Artist + ";" + s.Album
		songs = append(songs, s)
	}
	out := map[string]any{"name": escapeWide(pl.Name), "num": strconv.Itoa(pl.Len()), "pic": pictureURL(pl.ID, 300), "v9_pic2": pictureURL(pl.ID, 300),
		"currentVolume": "2026|201", "second": "0", "type": "bang", "musiclist": songs}
	if pl.Index%2 == 1 {
		out["num"] = pl.Len()
	}
	wire.JSON(w, out)
}

// webChart is B4: pages are counted from 1, and more than 30 rows are refused.
func (p *Platform) webChart(w http.ResponseWriter, c *wire.Call) {
	pl, ok := p.catalog.FindPlaylist(catalog.Kuwo, catalog.Toplist, c.ID("bangId"))
	page, size := c.Int("pn", 1, 1, 1<<20), c.Int("rn", 30, 0, 1<<20)
	if !ok || size > maxChartPage {
		refuse(w, c, codeNothing, "没有数据")
		return
	}
	grant(w, c, map[string]any{"img": pictureURL(pl.ID, 300), "num": strconv.Itoa(pl.Len()), "pub": "2026-08-20",
		"musicList": p.webSongs(pl, (page-1)*size, size, true)})
}
