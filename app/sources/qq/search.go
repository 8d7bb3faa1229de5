package qq

import (
	"context"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

const (
	searchMethod = "DoSearchForQQMusicMobile"
	// maxResults is the largest page that the search serves.
	maxResults = 50
)

// Search finds songs. QQ restricts searches of anonymous callers at times; that is an
// error of ClassRiskControl, never "nothing found".
func (s *Source) Search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	query = strings.TrimSpace(query)
	if query == "" || limit <= 0 {
		return nil, nil
	}
	limit = min(limit, maxResults)
	data, err := s.musicu(ctx, call{
		key: "req", module: "music.search.SearchCgiService", method: searchMethod,
		comm: map[string]any{"ct": 11, "cv": 0},
		param: map[string]any{"search_type": 0, "query": query, "page_num": 1, "num_per_page": limit,
			"highlight": 0, "grp": 1},
		judge: searchAllowed,
	})
	if err != nil {
		return nil, err
	}
	found, err := readSearch(data)
	return found[:min(limit, len(found))], err
}

// searchAllowed tells a restricted search, which looks like one without results but for
// two marks in its meta part.
func searchAllowed(data gjson.Result) error {
	meta := data.Get("meta")
	if !meta.IsObject() {
		return shapeError(searchMethod, data.Raw, "meta is missing")
	}
	if meta.Get("is_filter").Int() >= 0 && meta.Get("safetyType").Int() == 0 {
		return nil
	}
	return codeError(searchMethod, codeVerify, meta)
}

// readSearch reads the candidates of an answer, of the mobile or the desktop shape. Rows
// without a file are no songs that could be served, and left out.
func readSearch(data gjson.Result) ([]sources.Candidate, error) {
	rows := data.Get("body.item_song")
	if !rows.Exists() {
		rows = data.Get("body.song.list")
	}
	if !rows.Exists() || !listOrNull(rows) {
		return nil, shapeError(searchMethod, data.Raw, "the songs are no list")
	}
	var found []sources.Candidate
	unreadable := 0
	for _, row := range rows.Array() {
		s, err := readSong(row.Raw)
		switch {
		case err != nil:
			unreadable++
		case s.playable():
			found = append(found, s.candidate())
		}
	}
	if unreadable > 0 && len(found) == 0 {
		return nil, shapeError(searchMethod, data.Raw, "no row can be read")
	}
	return found, nil
}

// CandidateOf makes the candidate of a song that QQ itself listed.
func (s *Source) CandidateOf(snap models.SongSnapshot) (sources.Candidate, bool) {
	if snap.Platform != Name || snap.NotMusic || snap.Keys[keyMediaMid] == "" || !validMid(snap.RemoteID) {
		return sources.Candidate{}, false
	}
	return candidateOf(snap), true
}
