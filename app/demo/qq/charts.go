package qq

import (
	"encoding/json"
	"fmt"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const maxChartRows = 100

type chartInfo struct {
	TopID         int64          `json:"topId"`
	RecType       int            `json:"recType"`
	TopType       int            `json:"topType"`
	UpdateType    int            `json:"updateType"`
	Title         string         `json:"title"`
	TitleDetail   string         `json:"titleDetail"`
	TitleSub      string         `json:"titleSub"`
	Intro         string         `json:"intro"`
	Period        string         `json:"period"`
	UpdateTime    string         `json:"updateTime"`
	History       map[string]any `json:"history"`
	ListenNum     int64          `json:"listenNum"`
	TotalNum      int            `json:"totalNum"`
	Song          []chartRow     `json:"song"`
	HeadPicURL    string         `json:"headPicUrl"`
	FrontPicURL   string         `json:"frontPicUrl"`
	MBFrontPicURL string         `json:"mbFrontPicUrl"`
	MBHeadPicURL  string         `json:"mbHeadPicUrl"`
}

// chartRow is a simple row: it has no song mid.
type chartRow struct {
	Rank       int    `json:"rank"`
	RankType   int    `json:"rankType"`
	RankValue  string `json:"rankValue"`
	RecType    int    `json:"recType"`
	SongID     int64  `json:"songId"`
	VID        string `json:"vid"`
	AlbumMid   string `json:"albumMid"`
	Title      string `json:"title"`
	SingerName string `json:"singerName"`
	SingerMid  string `json:"singerMid"`
	SongType   int    `json:"songType"`
	UUIDCount  int    `json:"uuidCnt"`
	Cover      string `json:"cover"`
	MVID       int    `json:"mvid"`
}

// period is the current issue: a day, or a week that is not zero-padded.
func period(pl *catalog.Playlist) string {
	if pl.Index%2 == 1 {
		return "2026_9"
	}
	return "2026-03-04"
}

func (p *Platform) chartInfo(pl *catalog.Playlist) chartInfo {
	out := chartInfo{TopID: pl.ID, Title: escape(pl.Name), TitleDetail: escape(pl.Name) + " 第12天", Intro: "示例榜单<br>每日更新",
		Period: period(pl), UpdateTime: "2026-03-04", History: map[string]any{"year": []int{}, "subPeriod": [][]int{}},
		ListenNum: pl.Plays, TotalNum: pl.Len(), FrontPicURL: fmt.Sprintf("http://y.gtimg.cn/music/photo_new/T003R300x300M000%s.jpg", mid(albumMid, pl.ID))}
	if pl.Index%3 != 0 {
		out.HeadPicURL = out.FrontPicURL
	}
	return out
}

// allCharts is 2a: the charts in groups, with up to three preview rows.
func (p *Platform) allCharts(*wire.Call, json.RawMessage) envelope {
	groups := []map[string]any{}
	names := []string{"巅峰榜", "地区榜", "特色榜", "全球榜"}
	charts := make([][]chartInfo, len(names))
	for i := range p.catalog.Count(catalog.QQ, catalog.Toplist) {
		pl := p.catalog.PlaylistAt(catalog.QQ, catalog.Toplist, i)
		info := p.chartInfo(pl)
		info.Song, _ = p.chartRows(pl, 0, 3)
		charts[i%len(names)] = append(charts[i%len(names)], info)
	}
	for i, name := range names {
		if charts[i] == nil {
			charts[i] = []chartInfo{}
		}
		groups = append(groups, map[string]any{"groupId": i, "groupName": name, "toplist": charts[i]})
	}
	return envelope{Data: map[string]any{"group": groups}}
}

// chart is 2b. A period other than the current one gives the rows without their songs.
func (p *Platform) chart(_ *wire.Call, param json.RawMessage) envelope {
	var q struct { // JSON names are matched without case, so topid is accepted too
		TopID  int64  `json:"topId"`
		Offset int    `json:"offset"`
		Num    int    `json:"num"`
		Period string `json:"period"`
	}
	if e, ok := decode(param, &q); !ok {
		return e
	}
	pl, ok := p.catalog.FindPlaylist(catalog.QQ, catalog.Toplist, q.TopID)
	if !ok {
		return envelope{Code: codeWrongValue}
	}
	info := p.chartInfo(pl)
	rows, songs := p.chartRows(pl, q.Offset, min(max(q.Num, 0), maxChartRows))
	info.Song = rows
	if q.Period != "" && q.Period != info.Period {
		songs = []song{}
	}
	return envelope{Data: map[string]any{"data": info, "songInfoList": songs, "songTagInfoList": nil, "extInfoList": []int{}, "indexInfoList": nil}}
}

func (p *Platform) chartRows(pl *catalog.Playlist, offset, n int) ([]chartRow, []song) {
	rows, songs := []chartRow{}, []song{}
	for i, e := range pl.Entries(offset, offset+n) {
		rank := max(offset, 0) + i + 1
		if e.NotMusic {
			row, info := spoken(e.Spoken)
			row.Rank = rank
			rows = append(rows, row)
			if info != nil {
				songs = append(songs, *info)
			}
			continue
		}
		s := p.catalog.Song(catalog.QQ, e.Ref)
		info := p.describe(s)
		row := chartRow{Rank: rank, RankType: 6, RankValue: fmt.Sprintf("%d%%", 100-rank%90), SongID: s.ID, Title: info.Title,
			SingerName: escape(s.ArtistNames("/")), AlbumMid: info.Album.Mid}
		if rank%4 == 0 {
			row.RankType, row.RankValue = 2, "-3"
		}
		if len(info.Singer) > 0 {
			row.SingerMid = info.Singer[0].Mid
		}
		rows, songs = append(rows, row), append(songs, info)
	}
	return rows, songs
}

// spokenIDBase begins the numbers of rows that are no music and yet have one.
const spokenIDBase = 99_000_000

// spoken is a row that is no music, in one of three forms: without a number, with a
// number that no song has, or with a song that has no mid and no file.
func spoken(n int) (chartRow, *song) {
	row := chartRow{RankType: 4, Title: catalog.SpokenTitle(n)}
	switch n % 5 {
	case 1:
		row.SongID = spokenIDBase + int64(n)
	case 3:
		row.SongID = spokenIDBase + int64(n)
		return row, &song{ID: row.SongID, Type: 2, Name: row.Title, Title: row.Title, Interval: 1800, Singer: []singer{},
			MV: map[string]any{}, VS: []string{}, VF: []float64{}}
	}
	return row, nil
}
