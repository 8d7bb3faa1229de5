package qq

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

// Mids are 14 characters: a prefix that tells what they name, and a scrambled number in
// base 62. A song's file has a mid of its own.
const (
	songMid   = "001"
	mediaMid  = "002"
	albumMid  = "003"
	singerMid = "004"

	midDigits     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	midLength     = 14
	midFactor     = 0x9E3779B97F4A7C15
	midFactorBack = 0xF1DE83E19937733D // its inverse modulo 2^64
)

// SongMid is the mid of a song's numeric id, by which streams and lyrics know it.
func SongMid(id int64) string { return mid(songMid, id) }

func mid(prefix string, n int64) string {
	x := uint64(n) * midFactor
	out := []byte(prefix + "00000000000")
	for i := len(out) - 1; i >= len(prefix); i-- {
		out[i] = midDigits[x%62]
		x /= 62
	}
	return string(out)
}

// midNumber undoes mid.
func midNumber(prefix, mid string) (int64, bool) {
	digits, ok := strings.CutPrefix(mid, prefix)
	if !ok || len(mid) != midLength {
		return 0, false
	}
	var x uint64
	for _, r := range digits {
		d := strings.IndexRune(midDigits, r)
		if d < 0 {
			return 0, false
		}
		x = x*62 + uint64(d)
	}
	return int64(x * midFactorBack), true
}

// song finds a song by the mid that begins with prefix.
func (p *Platform) song(prefix, mid string) (*catalog.Song, bool) {
	n, ok := midNumber(prefix, mid)
	if !ok {
		return nil, false
	}
	return p.songByID(n)
}

func (p *Platform) songByID(id int64) (*catalog.Song, bool) {
	ref, ok := p.catalog.RefOf(catalog.QQ, id)
	if !ok {
		return nil, false
	}
	return p.catalog.Song(catalog.QQ, ref), true
}

// Short links carry the id in base 36 behind a letter: q redirects to a playlist, t to a
// chart, h answers with a page whose script goes to a playlist.
const (
	linkPlaylist = "q"
	linkScript   = "h"
	linkChart    = "t"
)

// ShortLink is a short address of a playlist or chart; script asks for the form that
// answers with a page instead of a redirect.
func ShortLink(id int64, kind catalog.Kind, script bool) string {
	letter := linkPlaylist
	switch {
	case kind == catalog.Toplist:
		letter = linkChart
	case script:
		letter = linkScript
	}
	return "https://c6.y.qq.com/base/fcgi-bin/u?__=" + letter + strconv.FormatInt(id, 36)
}

func (p *Platform) shortLink(w http.ResponseWriter, c *wire.Call) {
	if c.Method == http.MethodHead {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	code := c.Param("__")
	if code == "" {
		wire.HTML(w, http.StatusNotFound, "404")
		return
	}
	id, err := strconv.ParseInt(code[1:], 36, 64)
	if err != nil {
		wire.HTML(w, http.StatusNotFound, "404")
		return
	}
	target := fmt.Sprintf("https://i.y.qq.com/n2/m/share/details/taoge.html?platform=11&appshare=android&id=%d&ADTAG=demo", id)
	switch code[:1] {
	case linkChart:
		target = fmt.Sprintf("https://i.y.qq.com/n2/m/share/details/toplist.html?id=%d&type=0", id)
	case linkScript:
		wire.Bytes(w, http.StatusOK, "text/html; charset=utf-8",
			[]byte(`<!DOCTYPE html><html><head><script>location.replace("`+target+`");</script></head><body></body></html>`))
		return
	}
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusFound)
}
