package netease

import (
	"fmt"
	"net/http"
	"strings"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const (
	allCategories = "全部"
	maxListLimit  = 100
	pictureIDBase = 109951100000000000 // beyond what a float holds exactly
)

// categories are the names that a square can be asked for.
var categories = []string{"华语", "欧美", "民谣", "电子"}

type creator struct {
	UserID     int64    `json:"userId"`
	Nickname   string   `json:"nickname"`
	AvatarURL  string   `json:"avatarUrl"`
	VIPType    int      `json:"vipType"`
	ExpertTags []string `json:"expertTags"`
}

// playlist is a row of the square, a chart, or the head of a detail answer.
type playlist struct {
	ID                    int64     `json:"id"`
	Name                  string    `json:"name"`
	TrackNumberUpdateTime int64     `json:"trackNumberUpdateTime"`
	Status                int       `json:"status"`
	UserID                int64     `json:"userId"`
	CreateTime            int64     `json:"createTime"`
	UpdateTime            int64     `json:"updateTime"`
	SubscribedCount       int64     `json:"subscribedCount"`
	TrackCount            int       `json:"trackCount"`
	CloudTrackCount       int       `json:"cloudTrackCount"`
	CoverImgURL           string    `json:"coverImgUrl"`
	CoverImgID            int64     `json:"coverImgId"`
	CoverImgIDStr         string    `json:"coverImgId_str"`
	Description           *string   `json:"description"`
	Tags                  []string  `json:"tags"`
	PlayCount             any       `json:"playCount"`
	TrackUpdateTime       int64     `json:"trackUpdateTime"`
	SpecialType           int       `json:"specialType"`
	TotalDuration         int       `json:"totalDuration"`
	Creator               *creator  `json:"creator"`
	Tracks                any       `json:"tracks"`
	Subscribers           []string  `json:"subscribers"`
	Subscribed            *bool     `json:"subscribed"`
	HighQuality           bool      `json:"highQuality"`
	Privacy               int       `json:"privacy"`
	Anonimous             bool      `json:"anonimous"`
	RecommendInfo         *string   `json:"recommendInfo"`
	ShareCount            int64     `json:"shareCount"`
	CommentCount          int64     `json:"commentCount"`
	UpdateFrequency       *string   `json:"updateFrequency"`
	ToplistType           string    `json:"ToplistType,omitempty"`
	Ordered               bool      `json:"ordered,omitempty"`
	TrackIDs              []trackID `json:"trackIds,omitempty"`
}

// describe makes the part of a playlist that all answers share.
func describe(pl *catalog.Playlist) playlist {
	picture := pictureIDBase + pl.ID%1_000_000
	out := playlist{ID: pl.ID, Name: pl.Name, UserID: 710_000 + pl.ID%1000, CreateTime: pl.CreatedMS,
		UpdateTime: pl.UpdatedMS, TrackNumberUpdateTime: pl.UpdatedMS, TrackUpdateTime: pl.UpdatedMS + 333,
		SubscribedCount: pl.Subscribers, TrackCount: pl.Len(), PlayCount: pl.Plays, Tags: pl.Tags,
		CoverImgURL: fmt.Sprintf("http://p2.music.126.net/list==/%d.jpg", picture), CoverImgID: picture,
		CoverImgIDStr: fmt.Sprint(picture + 1), Subscribers: []string{}, ShareCount: pl.Subscribers / 9, CommentCount: pl.Subscribers / 11}
	if out.Tags == nil {
		out.Tags = []string{}
	}
	if pl.Description != "" {
		out.Description = &pl.Description
	}
	if pl.Kind == catalog.Toplist {
		out.SpecialType, out.Ordered, out.UserID = 10, true, 1
		out.UpdateFrequency = text("每天更新")
		if pl.Index < 4 {
			out.ToplistType = "SNOH"[pl.Index : pl.Index+1]
		}
		return out
	}
	if pl.ID%13 != 0 { // some lists have lost their creator
		out.Creator = &creator{UserID: out.UserID, Nickname: pl.Creator, AvatarURL: "http://p1.music.126.net/a==/1.jpg"}
	}
	return out
}

// list is the square: endpoint 1.
func (p *Platform) list(w http.ResponseWriter, c *wire.Call) {
	limit := c.Int("limit", 35, 0, maxListLimit)
	offset := c.Int("offset", 0, 0, 1<<30)
	cat := c.Param("cat")
	if cat == "" {
		cat = allCategories
	}
	first, step := categoryStride(cat)
	total := (p.catalog.Count(catalog.NetEase, catalog.Square) - first + step - 1) / step
	start := c.PageStart(offset, limit)
	rows := []playlist{}
	for i := start; i < min(start+limit, total); i++ {
		row := describe(p.catalog.PlaylistAt(catalog.NetEase, catalog.Square, first+i*step))
		row.Subscribed = new(bool)
		rows = append(rows, row)
	}
	wire.JSON(w, map[string]any{"playlists": rows, "total": total, "code": 200, "more": offset+limit < total, "cat": cat})
}

// categoryStride deals the lists to the categories in turn.
func categoryStride(cat string) (first, step int) {
	for i, name := range categories {
		if name == cat {
			return i, len(categories)
		}
	}
	return 0, 1
}

// highQuality is the curated square, endpoint 1b: pages by the last row's update time.
func (p *Platform) highQuality(w http.ResponseWriter, c *wire.Call) {
	limit := c.Int("limit", 35, 1, maxListLimit)
	before := c.ID("lasttime")
	total := p.catalog.Count(catalog.NetEase, catalog.Square)
	rows, passed := []playlist{}, before == 0
	more := false
	var last int64
	for i := range total {
		row := describe(p.catalog.PlaylistAt(catalog.NetEase, catalog.Square, i))
		if passed && len(rows) == limit {
			more = true
			break
		}
		if passed {
			row.HighQuality = true
			rows = append(rows, row)
			last = row.UpdateTime
		}
		passed = passed || row.UpdateTime == before
	}
	wire.JSON(w, map[string]any{"playlists": rows, "code": 200, "more": more, "lasttime": last, "total": total})
}

func (p *Platform) catalogue(w http.ResponseWriter, _ *wire.Call) {
	n := p.catalog.Count(catalog.NetEase, catalog.Square)
	sub := []map[string]any{}
	for i, name := range categories {
		sub = append(sub, map[string]any{"name": name, "category": i / 2, "resourceCount": n / len(categories), "hot": i == 0})
	}
	wire.JSON(w, map[string]any{"all": map[string]any{"name": allCategories, "resourceCount": n, "hot": false},
		"categories": map[string]string{"0": "语种", "1": "风格"}, "sub": sub, "code": 200})
}

func (p *Platform) hotTags(w http.ResponseWriter, _ *wire.Call) {
	tags := []map[string]any{}
	for i, name := range categories {
		tags = append(tags, map[string]any{"id": i + 1, "name": name, "playlistTag": map[string]any{"id": i + 1, "name": name}})
	}
	wire.JSON(w, map[string]any{"tags": tags, "code": 200})
}

// toplists is endpoint 2; the form with details adds up to three preview lines.
func (p *Platform) toplists(w http.ResponseWriter, c *wire.Call) {
	rows := []playlist{}
	for i := range p.catalog.Count(catalog.NetEase, catalog.Toplist) {
		pl := p.catalog.PlaylistAt(catalog.NetEase, catalog.Toplist, i)
		row := describe(pl)
		if strings.HasSuffix(c.Path, "/detail") {
			row.Tracks = p.previewLines(pl)
		}
		rows = append(rows, row)
	}
	wire.JSON(w, map[string]any{"code": 200, "list": rows, "artistToplist": map[string]any{
		"coverUrl": "http://p1.music.126.net/D==/3.jpg", "name": "示例歌手榜", "upateFrequency": "每天更新",
		"position": 5, "updateFrequency": "每天更新"}})
}

func (p *Platform) previewLines(pl *catalog.Playlist) []map[string]string {
	lines := []map[string]string{}
	if pl.Index%2 == 1 {
		return lines
	}
	for _, e := range pl.Entries(0, 3) {
		s := p.catalog.Song(catalog.NetEase, e.Ref)
		lines = append(lines, map[string]string{"first": s.FullTitle(), "second": s.ArtistNames("/")})
	}
	return lines
}
