package qq

import (
	"encoding/json"
	"fmt"
	"strings"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const (
	maxPlaylistPage = 1000
	// silentCut is how much of a list comes when no number is asked for.
	silentCut = 100
)

// playlist is 3b. The id must be a number: text is refused.
func (p *Platform) playlist(_ *wire.Call, param json.RawMessage) envelope {
	var q struct {
		DissTID   int64 `json:"disstid"`
		SongBegin int   `json:"song_begin"`
		SongNum   int   `json:"song_num"`
	}
	if e, ok := decode(param, &q); !ok {
		return e
	}
	if q.DissTID == PrivatePlaylistID {
		return envelope{Data: map[string]any{"code": 0, "subcode": subcodePrivate, "msg": "check privacy error"}}
	}
	pl, ok := p.catalog.FindPlaylist(catalog.QQ, catalog.Square, q.DissTID)
	head := map[string]any{"id": q.DissTID, "title": "", "songnum": 0}
	songs, total := []song{}, 0
	begin, end := max(q.SongBegin, 0), max(q.SongBegin, 0)+min(max(q.SongNum, 0), maxPlaylistPage)
	if ok {
		songs, total = p.songsOf(pl, begin, end), pl.Len()
		head = map[string]any{"id": pl.ID, "host_uin": 0, "dirid": 0, "title": escape(pl.Name), "picurl": "", "desc": escapeText(pl.Description),
			"ctime": pl.CreatedMS / 1000, "mtime": pl.UpdatedMS / 1000, "listennum": 0, "ordernum": pl.Subscribers, "host_nick": escape(pl.Creator),
			"songnum": total, "picurl2": coverOf(pl.ID, 600), "tag": []any{}, "status": 0,
			"creator": map[string]any{"musicid": 12345, "type": 0, "nick": escape(pl.Creator), "headurl": "", "encrypt_uin": "oo**", "ext": nil}}
		if pl.Index%2 == 0 {
			head["picurl"], head["listennum"] = coverOf(pl.ID, 600), pl.Plays
		}
	}
	more := 0
	if end < total && len(songs) > 0 {
		more = 1
	}
	data := map[string]any{"code": 0, "subcode": 0, "msg": "", "accessed_byfav": 1, "optype": 0, "dirinfo": head, "songlist": songs,
		"login_uin": 0, "invalid_song": []any{}, "filtered_song": []any{}, "total_song_num": total, "orderlist": []any{},
		"songtag": []any{}, "toplist_song": nil, "hasmore": more}
	if q.DissTID%3 == 0 {
		data["songlist_size"] = len(songs)
	}
	return envelope{Data: data}
}

func (p *Platform) songsOf(pl *catalog.Playlist, begin, end int) []song {
	songs := []song{}
	for _, e := range pl.Entries(begin, end) {
		songs = append(songs, p.describe(p.catalog.Song(catalog.QQ, e.Ref)))
	}
	return songs
}

// cdInfo is 3a.
func (p *Platform) cdInfo(c *wire.Call) any {
	id := c.ID("disstid")
	if id == PrivatePlaylistID {
		return map[string]any{"code": 0, "subcode": subcodePrivate, "msg": "check privacy error"}
	}
	pl, ok := p.catalog.FindPlaylist(catalog.QQ, catalog.Square, id)
	if !ok {
		return map[string]any{"code": 0, "subcode": 0, "cdnum": 0, "cdlist": []any{}, "login": 0, "realcdnum": 0}
	}
	begin := c.Int("song_begin", 0, 0, 1<<30)
	end := begin + c.Int("song_num", silentCut, 0, maxPlaylistPage)
	songs := p.songsOf(pl, begin, end)
	var ids, types []string
	for _, e := range pl.Entries(0, pl.Len()) {
		ids, types = append(ids, fmt.Sprint(catalog.SongID(catalog.QQ, e.Ref))), append(types, "0")
	}
	cd := map[string]any{"disstid": fmt.Sprint(pl.ID), "dissid": int32(pl.ID & 0x7FFFFFFF), "dissname": escape(pl.Name),
		"logo": coverOf(pl.ID, 600), "desc": escapeText(pl.Description), "nick": escape(pl.Creator), "nickname": escape(pl.Creator),
		"headurl": "", "uin": "0", "encrypt_uin": "oi-demo**", "ctime": pl.CreatedMS / 1000, "mtime": pl.UpdatedMS / 1000,
		"tags": tagsOf(pl), "songnum": pl.Len(), "total_song_num": pl.Len(), "song_begin": begin, "cur_song_num": len(songs),
		"visitnum": pl.Plays, "songids": strings.Join(ids, ","), "songtypes": strings.Join(types, ","), "songlist": songs}
	if c.Param("new_format") != "1" {
		old := []legacySong{}
		for i := range songs {
			old = append(old, songs[i].legacy())
		}
		cd["songlist"] = old
	}
	return map[string]any{"code": 0, "subcode": 0, "accessed_plaza_cache": 0, "cdnum": 1, "realcdnum": 1, "login": 0, "cdlist": []any{cd}}
}

func tagsOf(pl *catalog.Playlist) []map[string]any {
	tags := []map[string]any{}
	for i, name := range pl.Tags {
		tags = append(tags, map[string]any{"id": 100 + i, "name": name, "pid": 1})
	}
	return tags
}
