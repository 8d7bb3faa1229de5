package netease

import (
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

type lyricText struct {
	Version int     `json:"version"`
	Lyric   *string `json:"lyric"`
}

type lyricAnswer struct {
	SGC         bool       `json:"sgc"`
	SFY         bool       `json:"sfy"`
	QFY         bool       `json:"qfy"`
	NoLyric     bool       `json:"nolyric,omitempty"`
	Uncollected bool       `json:"uncollected,omitempty"`
	LRC         *lyricText `json:"lrc,omitempty"`
	KLyric      *lyricText `json:"klyric,omitempty"`
	TLyric      *lyricText `json:"tlyric,omitempty"`
	Code        int        `json:"code"`
}

// lyric is endpoint 6. Songs without words say so in one of several ways.
func (p *Platform) lyric(w http.ResponseWriter, c *wire.Call) {
	out := lyricAnswer{Code: 200}
	s, ok := p.find(c.ID("id"))
	if !ok {
		out.Uncollected = true
		wire.JSON(w, out)
		return
	}
	lines := p.catalog.Lyrics(s)
	if len(lines) == 0 {
		switch s.Ref.Work % 3 {
		case 0:
			out.NoLyric = true
		case 1:
			out.Uncollected = true
		default:
			out.LRC = &lyricText{Version: 1, Lyric: text("[00:00.00]纯音乐，请欣赏\n")}
		}
		wire.JSON(w, out)
		return
	}
	original, translation := lrc(lines)
	out.LRC = &lyricText{Version: 3, Lyric: &original}
	out.KLyric = &lyricText{}
	switch {
	case translation != "":
		out.TLyric = &lyricText{Version: 2, Lyric: &translation}
	case s.Ref.Work%2 == 0:
		out.TLyric = &lyricText{Lyric: text("")}
	}
	wire.JSON(w, out)
}

// lrc writes lines with time tags of two or three decimals, as both are seen.
func lrc(lines []catalog.Line) (original, translation string) {
	var o, t strings.Builder
	o.WriteString("[by:纸飞机]\n")
	for i, l := range lines {
		tag := fmt.Sprintf("[%02d:%05.2f]", int(l.At.Minutes()), l.At.Seconds()-60*float64(int(l.At.Minutes())))
		if i%2 == 1 {
			tag = fmt.Sprintf("[%02d:%06.3f]", int(l.At.Minutes()), l.At.Seconds()-60*float64(int(l.At.Minutes())))
		}
		o.WriteString(tag + l.Text + "\n")
		if l.Translation != "" {
			t.WriteString(tag + l.Translation + "\n")
		}
	}
	return o.String(), t.String()
}

var pictureHost = regexp.MustCompile(`^p[1-9]\.music\.126\.net$`)

func isPictureHost(host string) bool { return pictureHost.MatchString(host) }

func pictureURL(albumID int64) string {
	return fmt.Sprintf("http://p%d.music.126.net/album==/%d.jpg", 1+albumID%5, pictureIDBase+albumID)
}

const defaultPictureSize = 640

// cover serves pictures; ?param=500y500 sets the size.
func cover(w http.ResponseWriter, c *wire.Call) {
	id, err := strconv.ParseInt(strings.TrimSuffix(path.Base(c.Path), ".jpg"), 10, 64)
	if err != nil {
		wire.HTML(w, http.StatusNotFound, "404 Not Found")
		return
	}
	width, _, _ := strings.Cut(c.Param("param"), "y")
	size, err := strconv.Atoi(width)
	if err != nil {
		size = defaultPictureSize
	}
	wire.Cover(w, id, size)
}
