package qq

import (
	"encoding/json"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const maxSearchPage = 50

type searchMeta struct {
	Sum         int    `json:"sum"`
	CurPage     int    `json:"curpage"`
	NextPage    int    `json:"nextpage"` // -1 = end
	EstimateSum int    `json:"estimate_sum"`
	IsFilter    int    `json:"is_filter"`
	Ret         int    `json:"ret"`
	SafetyType  int    `json:"safetyType"`
	SafetyURL   string `json:"safetyUrl"`
}

func searchData(songs []song, meta searchMeta) map[string]any {
	return map[string]any{"code": 0, "ver": 1, "body": map[string]any{"item_song": songs, "item_songlist": []any{}}, "meta": meta}
}

// restrictedSearch is the quiet form of a refusal: nothing found, and a filter in the
// small print.
func restrictedSearch() map[string]any {
	return searchData([]song{}, searchMeta{CurPage: 1, NextPage: -1, IsFilter: -2})
}

func refuseDesktopSearch(*wire.Call, json.RawMessage) envelope {
	return envelope{Code: codeRisk, Data: map[string]string{"feedbackURL": "https://y.qq.com/n/ryqq/login?demo=1"}}
}

// search is 4. The first page ends with a row that has no file, as happens.
func (p *Platform) search(_ *wire.Call, param json.RawMessage) envelope {
	var q struct {
		SearchType int    `json:"search_type"`
		Query      string `json:"query"`
		PageNum    int    `json:"page_num"`
		NumPerPage int    `json:"num_per_page"`
	}
	if e, ok := decode(param, &q); !ok {
		return e
	}
	if q.Query == "" || q.NumPerPage > maxSearchPage {
		return envelope{Code: codeWrongValue}
	}
	var hits []*catalog.Song
	if q.SearchType == 0 {
		hits = p.catalog.Search(catalog.QQ, q.Query)
	}
	page, size := max(q.PageNum, 1), max(q.NumPerPage, 1)
	meta := searchMeta{Sum: len(hits), EstimateSum: len(hits), CurPage: page, NextPage: page + 1}
	from := min((page-1)*size, len(hits))
	to := min(from+size, len(hits))
	if to == len(hits) {
		meta.NextPage = -1
	}
	songs := []song{}
	for _, s := range hits[from:to] {
		songs = append(songs, p.describe(s))
	}
	if page == 1 && len(songs) > 0 {
		songs = append(songs, song{Name: songs[0].Name, Title: songs[0].Title, Singer: songs[0].Singer, MV: map[string]any{}, VS: []string{}, VF: []float64{}})
	}
	return envelope{Data: searchData(songs, meta)}
}
