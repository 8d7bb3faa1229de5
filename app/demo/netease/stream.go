package netease

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"catalogsync/app/demo/audio"
	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

// grant is one song's row in an answer about streams.
type grant struct {
	ID                     int64   `json:"id"`
	URL                    *string `json:"url"`
	BR                     int64   `json:"br"`
	Size                   int64   `json:"size"`
	MD5                    *string `json:"md5"`
	Code                   int     `json:"code"`
	Expi                   int     `json:"expi"`
	Type                   *string `json:"type"`
	Gain                   float64 `json:"gain"`
	Peak                   float64 `json:"peak"`
	Fee                    int     `json:"fee"`
	UF                     *string `json:"uf"`
	Paid                   int     `json:"payed"` //nolint:misspell // as the platform writes it
	Flag                   int     `json:"flag"`
	CanExtend              bool    `json:"canExtend"`
	FreeTrialInfo          *clip   `json:"freeTrialInfo"`
	Level                  *string `json:"level"`
	EncodeType             *string `json:"encodeType"`
	FreeTrialPrivilege     trial   `json:"freeTrialPrivilege"`
	FreeTimeTrialPrivilege struct {
		ResConsumable  bool `json:"resConsumable"`
		UserConsumable bool `json:"userConsumable"`
		Type           int  `json:"type"`
		RemainTime     int  `json:"remainTime"`
	} `json:"freeTimeTrialPrivilege"`
	URLSource int   `json:"urlSource"`
	Time      int64 `json:"time,omitempty"`
}

// clip is the part of a song that a preview plays, in seconds.
type clip struct {
	Start int64 `json:"start"`
	End   int64 `json:"end"`
}

// Codes of refusals.
const (
	codePaid     = -110
	codeNoSource = 404
)

// linkExpiry is how long an address is said to hold, in seconds.
const linkExpiry = 1200

// playerURL is endpoint 5: br is an upper wish.
func (p *Platform) playerURL(w http.ResponseWriter, c *wire.Call) {
	wish := audio.MP3128
	for f, rate := range bitRates {
		if int64(c.Int("br", 999000, 0, 1<<30)) >= rate && f > wish {
			wish = f
		}
	}
	p.grants(w, c, wish)
}

// playerURLByLevel is endpoint 5b.
func (p *Platform) playerURLByLevel(w http.ResponseWriter, c *wire.Call) {
	wish := audio.FLAC // levels above lossless are lowered silently
	for f, level := range levels {
		if level == c.Param("level") {
			wish = f
		}
	}
	p.grants(w, c, wish)
}

func (p *Platform) grants(w http.ResponseWriter, c *wire.Call, wish audio.Format) {
	var ids []json.Number
	if err := json.Unmarshal([]byte(c.Param("ids")), &ids); err != nil {
		wire.JSON(w, refusal{Code: 400, Message: text("参数错误")})
		return
	}
	data := []grant{}
	for i := range ids {
		if id, err := ids[len(ids)-1-i].Int64(); err == nil { // not the asked order
			data = append(data, p.grant(id, wish))
		}
	}
	wire.JSON(w, map[string]any{"data": data, "code": 200})
}

func (p *Platform) grant(id int64, wish audio.Format) grant {
	out := grant{ID: id, Code: codeNoSource, Expi: linkExpiry}
	s, ok := p.find(id)
	if !ok || s.Serving == catalog.Withdrawn {
		return out
	}
	out.Fee, out.Code = fee(s), codePaid
	switch s.Serving {
	case catalog.Paid:
		out.Flag = 1028
		if s.Ref.Work%3 == 0 { // some refusals only show by the missing address
			out.Code = http.StatusOK
		}
	case catalog.Preview:
		spec := s.PreviewFile()
		length := int64(audio.Duration(spec.Cells).Seconds())
		out.fill(p, spec, p.link(s.ID, clipName, "mp3"))
		out.FreeTrialInfo = &clip{Start: 2, End: 2 + length}
		out.FreeTrialPrivilege.ResConsumable = true
	default:
		f := min(wish, s.Granted)
		out.fill(p, s.File(f), p.link(s.ID, levels[f], f.Ext()))
	}
	return out
}

func (g *grant) fill(p *Platform, spec audio.Spec, link string) {
	kind := spec.Format.Ext()
	if g.ID%7 == 0 {
		kind = strings.ToUpper(kind)
	}
	g.Code, g.URL, g.MD5 = http.StatusOK, &link, text(p.library.MD5(spec))
	g.BR, g.Size = bitRates[spec.Format], p.library.Size(spec)
	g.Type, g.EncodeType, g.Level = &kind, &kind, text(levels[spec.Format])
	g.Gain, g.Peak, g.Flag = -4.2, 1, 129
	g.Time = audio.Duration(spec.Cells).Milliseconds()
}

// clipName stands for a preview where levels stand for whole songs.
const clipName = "clip"

// link is the address of a file: /<date>/<signature>/<song>-<level>.<ext>.
func (p *Platform) link(id int64, level, ext string) string {
	return fmt.Sprintf("http://m8.music.126.net/20260101/%s/%d-%s.%s", p.signature(id, level), id, level, ext)
}

func (p *Platform) signature(id int64, level string) string {
	x := p.catalog.Seed() + uint64(id)*0x9E3779B97F4A7C15 + uint64(level[0])
	return fmt.Sprintf("%016x", (x^x>>29)*0xBF58476D1CE4E5B9)
}

// stream serves the files that link names; an address with another signature was never
// granted.
func (p *Platform) stream(w http.ResponseWriter, c *wire.Call) {
	parts := strings.Split(strings.Trim(c.Path, "/"), "/")
	name, _, _ := strings.Cut(parts[len(parts)-1], ".")
	number, level, _ := strings.Cut(name, "-")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || len(parts) != 3 || level == "" || parts[1] != p.signature(id, level) {
		wire.HTML(w, http.StatusForbidden, "403 Forbidden")
		return
	}
	s, ok := p.find(id)
	if !ok {
		wire.HTML(w, http.StatusNotFound, "404 Not Found")
		return
	}
	if level == clipName {
		p.library.Serve(w, c, s.PreviewFile(), "audio/mpeg")
		return
	}
	for f, l := range levels {
		if l != level {
			continue
		}
		contentType := "audio/mpeg"
		if f == audio.FLAC {
			contentType = "application/octet-stream"
		}
		p.library.Serve(w, c, s.File(f), contentType)
		return
	}
	wire.HTML(w, http.StatusNotFound, "404 Not Found")
}

// outerURL is endpoint 5c: a redirect to the file, or to a page that says 404 with
// status 200.
func (p *Platform) outerURL(w http.ResponseWriter, c *wire.Call) {
	target := "https://music.163.com/404"
	id, err := strconv.ParseInt(strings.TrimSuffix(c.Param("id"), ".mp3"), 10, 64)
	if s, ok := p.find(id); ok && err == nil && s.Serving == catalog.Served {
		target = p.link(s.ID, levels[audio.MP3128], audio.MP3128.Ext())
	}
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusFound)
}
