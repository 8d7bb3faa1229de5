package kuwo

import (
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"

	"catalogsync/app/demo/audio"
	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const (
	codePaid      = -1
	codeWithdrawn = -1001
	streamHost    = "er-sycdn.kuwo.cn"
)

// playURL is U1. Whatever quality is asked for, an anonymous caller gets 128 kbit/s.
func (p *Platform) playURL(w http.ResponseWriter, c *wire.Call) {
	s, ok := p.song(c.Param("mid"))
	switch {
	case !ok || s.Serving == catalog.Withdrawn:
		wire.JSON(w, map[string]any{"code": codeWithdrawn, "msg": "该歌曲已下线", "reqId": c.Param("reqId")})
	case s.Serving != catalog.Served:
		wire.JSON(w, map[string]any{"code": codePaid, "msg": "该歌曲为付费内容，请下载酷我音乐客户端后付费收听", "data": nil})
	default:
		when := fmt.Sprintf("%x", c.Now.Unix())
		link := fmt.Sprintf("https://%s/%s/%s/resource/n1/%d.mp3", streamHost, p.signature(s.ID, when), when, s.ID)
		wire.JSON(w, map[string]any{"code": 200, "msg": "success", "reqId": c.Param("reqId"), "data": map[string]string{"url": link}})
	}
}

func (p *Platform) signature(id int64, when string) string {
	x := p.catalog.Seed() ^ uint64(id)*0x9E3779B97F4A7C15
	for _, b := range []byte(when) {
		x = (x ^ uint64(b)) * 0x100000001B3
	}
	return fmt.Sprintf("%016x", x^x>>29)
}

// stream serves /<signature>/<time>/resource/<dir>/<rid>.mp3.
func (p *Platform) stream(w http.ResponseWriter, c *wire.Call) {
	parts := strings.Split(strings.Trim(c.Path, "/"), "/")
	rid := strings.TrimSuffix(parts[len(parts)-1], ".mp3")
	s, ok := p.song(rid)
	if !ok || len(parts) != 5 || parts[0] != p.signature(s.ID, parts[1]) {
		wire.HTML(w, http.StatusForbidden, "403 Forbidden")
		return
	}
	p.library.Serve(w, c, s.File(audio.MP3128), "audio/mpeg")
}

// musicInfo is M1.
func (p *Platform) musicInfo(w http.ResponseWriter, c *wire.Call) {
	s, ok := p.song(c.Param("mid"))
	if !ok {
		refuse(w, c, codeNothing, "歌曲不存在")
		return
	}
	grant(w, c, describeWeb(s))
}

// musicPay is M2.
func (p *Platform) musicPay(w http.ResponseWriter, c *wire.Call) {
	songs := []map[string]any{}
	for _, rid := range strings.Split(c.Param("ids"), ",") {
		s, ok := p.song(rid)
		if !ok {
			continue
		}
		web := describeWeb(s)
		songs = append(songs, map[string]any{"id": s.ID, "name": web.Name, "artist": web.Artist, "album": web.Album, "albumPic": web.AlbumPic,
			"duration": web.Duration, "MINFO": p.minfo(s), "payInfo": web.PayInfo})
	}
	wire.JSON(w, map[string]any{"errorcode": 0, "errormsg": "MusicPay_OK", "result": "ok", "songs": songs})
}

const pictureDir = "/star/albumcover/"

func pictureURL(id int64, size int) string {
	return fmt.Sprintf("https://img1.kuwo.cn%s%d/demo/%d.jpg", pictureDir, size, id)
}

// pictureAddress is C1: an address as text, or a word when there is none.
func (p *Platform) pictureAddress(w http.ResponseWriter, c *wire.Call) {
	s, ok := p.song(c.Param("rid"))
	if !ok || s.AlbumID == 0 {
		wire.Text(w, "NO_PIC")
		return
	}
	wire.Text(w, pictureURL(s.AlbumID, c.Int("size", 500, 1, 1000)))
}

var pictureSize = regexp.MustCompile(`/albumcover/(\d{2,4})/`)

func cover(w http.ResponseWriter, c *wire.Call) {
	id, err := strconv.ParseInt(strings.TrimSuffix(path.Base(c.Path), ".jpg"), 10, 64)
	if err != nil {
		wire.HTML(w, http.StatusNotFound, "404 Not Found")
		return
	}
	size := 300
	if m := pictureSize.FindStringSubmatch(c.Path); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			size = n
		}
	}
	wire.Cover(w, id, size)
}
