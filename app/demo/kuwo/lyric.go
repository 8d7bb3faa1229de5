package kuwo

import (
	"fmt"
	"net/http"
	"time"

	"catalogsync/app/demo/wire"
)

const statusNoAnswer = 301

type lyricLine struct {
	Text string `json:"lineLyric"`
	Time string `json:"time"`
}

// lyric is L1 and L2. A translation is a second line with the same time.
func (p *Platform) lyric(w http.ResponseWriter, c *wire.Call) {
	s, ok := p.song(c.Param("musicId"))
	if !ok {
		wire.JSON(w, map[string]any{"data": nil, "msg": "查询失败", "msgs": nil, "profileid": "site", "reqid": "0c", "status": statusNoAnswer})
		return
	}
	var lines []lyricLine // null when there are none
	for i, l := range p.catalog.Lyrics(s) {
		at := floatText(l.At, i)
		lines = append(lines, lyricLine{Text: escape(l.Text), Time: at})
		if l.Translation != "" {
			lines = append(lines, lyricLine{Text: escape(l.Translation), Time: at})
		}
	}
	rid := fmt.Sprint(s.ID)
	if s.Ref.Work%2 == 0 {
		rid = "MUSIC_" + rid
	}
	web := describeWeb(s)
	info := map[string]any{"id": fmt.Sprint(s.ID), "musicrId": rid, "songName": web.Name, "artist": web.Artist, "album": web.Album,
		"albumId": fmt.Sprint(s.AlbumID), "duration": fmt.Sprint(web.Duration), "pic": web.Pic, "contentType": "0"}
	wire.JSON(w, map[string]any{"data": map[string]any{"lrclist": lines, "songinfo": info, "simpl": map[string]any{"musiclist": nil, "playlist": nil}},
		"msg": "成功", "msgs": nil, "profileid": "site", "reqid": "0c", "status": 200})
}

// floatText writes seconds with the noise of a short float.
func floatText(at time.Duration, i int) string {
	if i%3 == 2 {
		return fmt.Sprintf("%.6f", at.Seconds()+0.000002)
	}
	return fmt.Sprintf("%.1f", at.Seconds())
}
