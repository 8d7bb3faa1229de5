package kuwo

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

// hit is a search result: capital keys, and numbers as text.
type hit struct {
	MusicRID    string            `json:"MUSICRID"`
	TargetID    string            `json:"DC_TARGETID"`
	SongName    string            `json:"SONGNAME"`
	Name        string            `json:"NAME"`
	Subtitle    string            `json:"SUBTITLE"`
	Alias       string            `json:"ALIAS"`
	Artist      string            `json:"ARTIST"`
	ArtistID    string            `json:"ARTISTID"`
	AllArtistID string            `json:"allartistid"`
	Album       string            `json:"ALBUM"`
	AlbumID     string            `json:"ALBUMID"`
	Duration    string            `json:"DURATION"`
	Formats     string            `json:"FORMATS"`
	MINFO       string            `json:"MINFO"`
	NMINFO      string            `json:"N_MINFO"`
	Pay         string            `json:"PAY"`
	Online      string            `json:"ONLINE"`
	MVFlag      string            `json:"MVFLAG"`
	Tag         string            `json:"TAG"`
	BitSwitch   int               `json:"bitSwitch"`
	AlbumPic    string            `json:"web_albumpic_short"`
	SubList     []any             `json:"SUBLIST"`
	PayInfo     map[string]any    `json:"payInfo"`
	MVPayInfo   map[string]string `json:"mvpayinfo"`
}

func (p *Platform) hit(s *catalog.Song) hit {
	l := p.listSong(s)
	ids := make([]string, len(s.Artists))
	for i, a := range s.Artists {
		ids[i] = fmt.Sprint(a.ID)
	}
	out := hit{MusicRID: "MUSIC_" + l.ID, TargetID: l.ID, SongName: l.Name, Name: l.Name, Artist: l.Artist, ArtistID: ids[0],
		AllArtistID: strings.Join(ids, "&"), Album: l.Album, AlbumID: l.AlbumID, Duration: l.Duration, Formats: l.Formats, MINFO: l.MINFO,
		NMINFO: l.NMINFO, Pay: l.Pay, Online: l.Online, MVFlag: "0", BitSwitch: 1, SubList: []any{},
		PayInfo: map[string]any{"cannotDownload": "0", "cannotOnlinePlay": "0", "paytype": 0}, MVPayInfo: map[string]string{"play": "0"}}
	if s.Serving != catalog.Served {
		out.BitSwitch = 0
	}
	if s.AlbumID != 0 {
		out.AlbumPic = fmt.Sprintf("120/demo/%d.jpg", s.AlbumID)
	}
	return out
}

// search is S1 and S2: JSON with mobi=1 or pcjson=1, else an object literal in single
// quotes. Pages are counted from 0.
func (p *Platform) search(w http.ResponseWriter, c *wire.Call) {
	var found []*catalog.Song
	if c.Param("ft") == "music" || c.Param("ft") == "" {
		found = p.catalog.Search(catalog.Kuwo, c.Param("all"))
	}
	page, size := c.Int("pn", 0, 0, 1<<20), c.Int("rn", 20, 0, maxWebPage)
	from := min(page*size, len(found))
	hits := []hit{}
	for _, s := range found[from:min(from+size, len(found))] {
		hits = append(hits, p.hit(s))
	}
	total := strconv.Itoa(len(found))
	if c.Param("mobi") == "1" || c.Param("pcjson") == "1" {
		wire.JSON(w, map[string]any{"ARTISTPIC": "", "HIT": total, "PN": strconv.Itoa(page), "RN": strconv.Itoa(size),
			"SHOW": "1", "TOTAL": total, "abslist": hits})
		return
	}
	rows := make([]string, len(hits))
	for i := range hits {
		rows[i] = hits[i].literal()
	}
	wire.Text(w, fmt.Sprintf("{'HIT':%s,'PN':%s,'RN':%s,'SHOW':'1','TOTAL':%s,'abslist':[%s]}",
		quote(total), quote(strconv.Itoa(page)), quote(strconv.Itoa(size)), quote(total), strings.Join(rows, ",")))
}

// literal writes a hit in single quotes.
func (h *hit) literal() string {
	fields := [...][2]string{{"MUSICRID", h.MusicRID}, {"SONGNAME", h.SongName}, {"NAME", h.Name}, {"ARTIST", h.Artist}, {"ARTISTID", h.ArtistID},
		{"ALBUM", h.Album}, {"ALBUMID", h.AlbumID}, {"DURATION", h.Duration}, {"FORMATS", h.Formats}, {"MINFO", h.MINFO},
		{"PAY", h.Pay}, {"ONLINE", h.Online}}
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = quote(f[0]) + ":" + quote(f[1])
	}
	return "{" + strings.Join(parts, ",") + "}"
}

var singleQuoted = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

func quote(s string) string { return "'" + singleQuoted.Replace(s) + "'" }

// webSearch is S3: pages are counted from 1.
func (p *Platform) webSearch(w http.ResponseWriter, c *wire.Call) {
	found := p.catalog.Search(catalog.Kuwo, c.Param("key"))
	if len(found) == 0 {
		refuse(w, c, codeNothing, "没有找到相关结果")
		return
	}
	page, size := c.Int("pn", 1, 1, 1<<20), c.Int("rn", 30, 0, maxWebPage)
	from := min((page-1)*size, len(found))
	list := []webSong{}
	for _, s := range found[from:min(from+size, len(found))] {
		list = append(list, describeWeb(s))
	}
	grant(w, c, map[string]any{"total": strconv.Itoa(len(found)), "list": list})
}
