package qq

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const (
	retcodeNoLyric = -1901
	retcodeRefused = -1310
)

type lyricAnswer struct {
	RetCode any    `json:"retcode"` // a number, or now and then the number as text
	Code    int    `json:"code"`
	SubCode int    `json:"subcode"`
	Lyric   string `json:"lyric"`
	Trans   string `json:"trans"`
}

// lyric is 6: base64 unless nobase64=1, and refused without the platform's Referer.
func (p *Platform) lyric(w http.ResponseWriter, c *wire.Call) {
	if !ownReferer(c) {
		answerLegacy(w, c, lyricAnswer{RetCode: retcodeRefused, Code: retcodeRefused, SubCode: retcodeRefused})
		return
	}
	s, ok := p.song(songMid, c.Param("songmid"))
	if !ok {
		answerLegacy(w, c, lyricAnswer{RetCode: retcodeNoLyric, Code: retcodeNoLyric, SubCode: retcodeNoLyric})
		return
	}
	original, translation := p.words(s)
	if original == "" {
		answerLegacy(w, c, lyricAnswer{RetCode: retcodeNoLyric, Code: retcodeNoLyric, SubCode: retcodeNoLyric})
		return
	}
	out := lyricAnswer{RetCode: 0, Lyric: entities.Replace(original), Trans: entities.Replace(translation)}
	if s.Ref.Work%4 == 0 {
		out.RetCode = "0"
	}
	if c.Param("nobase64") != "1" {
		out.Lyric, out.Trans = encode(original), encode(translation)
	}
	answerLegacy(w, c, out)
}

// entities are those that lyrics are written with.
var entities = strings.NewReplacer("&", "&amp;", "'", "&apos;")

func encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// lyricInfo is the same by musicu, always in base64.
func (p *Platform) lyricInfo(_ *wire.Call, param json.RawMessage) envelope {
	var q struct {
		SongMid string `json:"songMid"`
		SongID  int64  `json:"songID"`
	}
	if e, ok := decode(param, &q); !ok {
		return e
	}
	s, ok := p.song(songMid, q.SongMid)
	if !ok {
		s, ok = p.songByID(q.SongID)
	}
	if !ok {
		return envelope{Code: codeWrongValue}
	}
	original, translation := p.words(s)
	style := 0
	if original == "" {
		original, style = "[00:00:00]此歌曲为没有填词的纯音乐，请您欣赏", 1
	}
	return envelope{Data: map[string]any{"songID": s.ID, "songName": escape(s.Title), "crypt": 0, "qrc": 0,
		"lyric": encode(original), "trans": encode(translation), "roma": "", "lyric_style": style}}
}

// words writes a song's lyrics in LRC form; lines without a translation are "//".
func (p *Platform) words(s *catalog.Song) (original, translation string) {
	lines := p.catalog.Lyrics(s)
	if len(lines) == 0 {
		return "", ""
	}
	var o, t strings.Builder
	fmt.Fprintf(&o, "[ti:%s]\n[ar:%s]\n", s.Title, s.ArtistNames("/"))
	translated := lines[0].Translation != ""
	for i, l := range lines {
		tag := fmt.Sprintf("[%02d:%02d.%02d]", int(l.At.Minutes()), int(l.At.Seconds())%60, l.At.Milliseconds()/10%100)
		o.WriteString(tag + l.Text + "\n")
		if translated {
			text := l.Translation
			if i == 0 {
				text = "//"
			}
			t.WriteString(tag + text + "\n")
		}
	}
	return o.String(), t.String()
}
