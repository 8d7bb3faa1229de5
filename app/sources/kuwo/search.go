package kuwo

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

const (
	searchName = "r.s"
	// maxResults bounds one page of the search.
	maxResults = 50
)

// Search finds songs.
func (s *Source) Search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	query = strings.TrimSpace(query)
	if query == "" || limit <= 0 {
		return nil, nil
	}
	limit = min(limit, maxResults)
	body, err := s.http.Bytes(ctx, httpclient.Request{
		Endpoint: searchName,
		URL:      "https://search.kuwo.cn/r.s",
		// mobi=1 asks for JSON; without it, and at times with it, a literal comes. Pages count from 0.
		Query: url.Values{
			"client": {"kt"}, "all": {query}, "pn": {"0"}, "rn": {strconv.Itoa(limit)}, "ft": {"music"},
			"encoding": {"utf8"}, "rformat": {"json"}, "mobi": {"1"}, "vipver": {"1"}, "show_copyright_off": {"1"},
			"newver": {"1"}, "cluster": {"0"}, "strategy": {"2012"}, "issubtitle": {"1"}, "vermerge": {"1"},
		},
		Classify: searchGlitch,
	})
	if err != nil {
		return nil, err
	}
	found, err := readSearch(body)
	return found[:min(limit, len(found))], err
}

// searchGlitch raises what the client asks again for: the platform's glitch of telling
// hits and showing none, and cut answers; and the refusal of the caller.
func searchGlitch(status int, h http.Header, body []byte) error {
	if err := illegal(searchName)(status, h, body); err != nil {
		return err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil // the client tells
	}
	root, err := searchRoot(body)
	switch {
	case err == nil:
	case bytes.HasSuffix(bytes.TrimSpace(body), []byte("}")):
		return err
	default:
		e := models.NewError(models.ClassTransient, models.CodeUpstreamShape, "the answer is cut short")
		return e.WithCause(err)
	}
	total, _ := integer(root.Get("TOTAL"))
	if root.Get("SHOW").String() == "0" && total > 0 && len(root.Get("abslist").Array()) == 0 {
		e := models.NewError(models.ClassTransient, models.CodeUpstreamEmpty, "the search tells hits and shows none")
		e.Source, e.Endpoint = Name, searchName
		return e
	}
	return nil
}

// searchRoot reads a search answer of either syntax.
func searchRoot(body []byte) (gjson.Result, error) {
	converted, err := httpclient.PseudoJSON(body)
	if err != nil {
		return gjson.Result{}, shapeError(searchName, string(body), err.Error())
	}
	return checkedRoot(searchName, converted)
}

// readSearch reads the candidates of an answer.
func readSearch(body []byte) ([]sources.Candidate, error) {
	root, err := searchRoot(body)
	if err != nil {
		return nil, err
	}
	rows := root.Get("abslist")
	if !rows.IsArray() {
		return nil, shapeError(searchName, root.Raw, "the songs are no list")
	}
	var found []sources.Candidate
	unreadable := 0
	for _, row := range rows.Array() {
		s, err := readSearchSong(row.Raw)
		if err != nil {
			unreadable++
			continue
		}
		found = append(found, s.candidate())
	}
	if unreadable > 0 && len(found) == 0 {
		return nil, shapeError(searchName, root.Raw, "no row can be read")
	}
	return found, nil
}

// CandidateOf makes the candidate of a song that Kuwo itself listed.
func (s *Source) CandidateOf(snap models.SongSnapshot) (sources.Candidate, bool) {
	if snap.Platform != Name || snap.NotMusic || !isID(snap.RemoteID) {
		return sources.Candidate{}, false
	}
	return candidateOf(snap), true
}
