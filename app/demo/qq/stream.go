package qq

import (
	"encoding/json"
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
	maxVkeys   = 100
	linkExpiry = 80400 // seconds
	trialName  = "RS02"
	testFile   = "C400000TestFile0.m4a"
	testVkey   = "TEST"
	missingMod = 6 // one lossless file in so many is granted, and yet not on the servers
)

// fileKind is what a file name's prefix stands for.
var fileKinds = map[string]audio.Format{"C400": audio.AAC96, "M500": audio.MP3128, "M800": audio.MP3320, "F000": audio.FLAC}

// kindOf is the prefix of a format.
func kindOf(f audio.Format) string {
	for prefix, format := range fileKinds {
		if format == f {
			return prefix
		}
	}
	return trialName
}

type midURLInfo struct {
	SongMid    string `json:"songmid"`
	Filename   string `json:"filename"`
	PURL       string `json:"purl"`
	VKey       string `json:"vkey"`
	EKey       string `json:"ekey"`
	Result     int    `json:"result"`
	SubCode    int    `json:"subcode"`
	ErrType    string `json:"errtype"`
	Tips       string `json:"tips"`
	UIAlert    int    `json:"uiAlert"`
	PNeedBuy   int    `json:"pneedbuy"`
	IsBuy      int    `json:"isbuy"`
	HisBuy     int    `json:"hisbuy"`
	OneCan     int    `json:"onecan"`
	WifiURL    string `json:"wifiurl"`
	FlowURL    string `json:"flowurl"`
	OPI30SURL  string `json:"opi30surl"`
	OPI48KURL  string `json:"opi48kurl"`
	PRemain    int    `json:"premain"`
	AuthSwitch int    `json:"auth_switch"`
}

// vkey is 5.
func (p *Platform) vkey(c *wire.Call, param json.RawMessage) envelope {
	var q struct {
		GUID     string   `json:"guid"`
		SongMid  []string `json:"songmid"`
		Filename []string `json:"filename"`
	}
	if e, ok := decode(param, &q); !ok {
		return e
	}
	data := map[string]any{"uin": "", "retcode": 0, "verify_type": 0, "login_key": "", "msg": "192.0.2.7;",
		"sip":     []string{"http://ws.stream.qqmusic.qq.com/", "http://isure.stream.qqmusic.qq.com/"},
		"thirdip": []string{"", ""}, "testfile2g": testFile + "?guid=" + q.GUID + "&vkey=" + testVkey + "&uin=&fromtag=3",
		"testfilewifi": "", "servercheck": "00aa", "expiration": linkExpiry, "midurlinfo": []midURLInfo{}}
	parallel := len(q.Filename) == 0 || len(q.Filename) == len(q.SongMid)
	if len(q.SongMid) == 0 || len(q.SongMid) > maxVkeys || q.GUID == "" || !parallel {
		data["sip"], data["msg"] = []string{}, "invalidq"
		return envelope{Code: codeRejected, Data: data}
	}
	infos := []midURLInfo{}
	for i, songMid := range q.SongMid {
		info := midURLInfo{SongMid: songMid, SubCode: 1}
		if len(q.Filename) > 0 {
			info.Filename = q.Filename[i]
		}
		p.grant(&info, q.GUID)
		infos = append(infos, info)
	}
	data["midurlinfo"] = infos
	return envelope{Data: data}
}

// grant decides about one file. Without a file name the platform picks AAC.
func (p *Platform) grant(info *midURLInfo, guid string) {
	info.Result = codeNoRight
	s, ok := p.song(songMid, info.SongMid)
	if !ok {
		return
	}
	if info.Filename == "" {
		info.Filename = fileName(kindOf(audio.AAC96), s)
	}
	prefix := info.Filename[:min(4, len(info.Filename))]
	wish, known := fileKinds[prefix]
	older := prefix + info.SongMid + info.SongMid + "." + wish.Ext()
	if !known || info.Filename != fileName(prefix, s) && info.Filename != older {
		return
	}
	switch {
	case s.Serving == catalog.Preview && wish == audio.MP3128:
		// Either way it is a clip: the verdict stands in result or in the name.
		p.link(info, trialName, s, guid)
		if s.Ref.Work%2 == 0 {
			info.Result = codeNoRight
		}
	case s.Serving != catalog.Served:
	case s.Downgraded:
		p.link(info, kindOf(audio.AAC96), s, guid)
	case wish <= s.Granted:
		p.link(info, prefix, s, guid)
	}
}

func (p *Platform) link(info *midURLInfo, prefix string, s *catalog.Song, guid string) {
	name := fileName(prefix, s)
	info.Result, info.VKey = 0, p.signature(name)
	info.PURL = fmt.Sprintf("%s?guid=%s&vkey=%s&uin=0&fromtag=120042", name, guid, info.VKey)
}

// fileName is prefix + media mid + extension.
func fileName(prefix string, s *catalog.Song) string {
	ext := audio.MP3128.Ext()
	if f, ok := fileKinds[prefix]; ok {
		ext = f.Ext()
	}
	return prefix + mid(mediaMid, s.ID) + "." + ext
}

func (p *Platform) signature(name string) string {
	x := p.catalog.Seed()
	for _, b := range []byte(name) {
		x = (x ^ uint64(b)) * 0x100000001B3
	}
	return fmt.Sprintf("%016X", x)
}

// stream serves files by name; a wrong key is a link that has expired.
func (p *Platform) stream(w http.ResponseWriter, c *wire.Call) {
	name := path.Base(c.Path)
	if name == testFile && c.Param("vkey") == testVkey {
		p.library.Serve(w, c, audio.Spec{Format: audio.AAC96, Cells: 10, Tune: 1, Title: "test"}, "audio/mp4")
		return
	}
	if c.Param("vkey") != p.signature(name) || len(name) < 4 {
		wire.HTML(w, http.StatusForbidden, "403 Forbidden")
		return
	}
	base, _, _ := strings.Cut(name[4:], ".")
	s, ok := p.song(mediaMid, base)
	format, known := fileKinds[name[:4]]
	switch {
	case ok && name[:4] == trialName:
		p.library.Serve(w, c, s.PreviewFile(), "audio/mpeg")
	case !ok || !known || p.missing(s, format):
		wire.HTML(w, http.StatusNotFound, "404 Not Found")
	default:
		p.library.Serve(w, c, s.File(format), contentType(s, format))
	}
}

// missing tells whether a granted file is not on the servers. Other platforms serve
// those songs as well.
func (p *Platform) missing(s *catalog.Song, f audio.Format) bool {
	return f == audio.FLAC && s.Ref.Work%missingMod == 4 &&
		len(p.catalog.ServedBy(s.Ref.Work, catalog.Platforms...)) == len(catalog.Platforms)
}

// contentType is wrong for every other song, as it is on the real servers.
func contentType(s *catalog.Song, f audio.Format) string {
	switch {
	case s.Ref.Work%2 == 1:
		return "audio/x-ogg"
	case f == audio.AAC96:
		return "audio/mp4"
	case f == audio.FLAC:
		return "audio/x-flac"
	default:
		return "audio/mpeg"
	}
}

var coverSize = regexp.MustCompile(`R(\d{2,3})x\d{2,3}M000|/(\d{2,3})$`)

// cover serves pictures; their size is in the address.
func cover(w http.ResponseWriter, c *wire.Call) {
	size := 300
	if m := coverSize.FindStringSubmatch(c.Path); m != nil {
		if n, err := strconv.Atoi(m[1] + m[2]); err == nil {
			size = n
		}
	}
	var n int64
	for _, b := range []byte(path.Base(path.Dir(c.Path)) + strings.TrimLeft(path.Base(c.Path), "TRM0123456789x")) {
		n = n*31 + int64(b)
	}
	wire.Cover(w, n, size)
}
