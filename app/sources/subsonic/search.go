package subsonic

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
)

const (
	methodSearch = "search3"
	// maxResults bounds one search.
	maxResults = 100
	// mostDropped bounds the words that are taken from the end of a query that finds nothing.
	mostDropped = 4
)

// Search finds songs. Some servers look in titles alone, so that title and artist together
// find nothing there; then words are left out from the end, as queries end in the artist.
func (s *Source) Search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	words := strings.Fields(query)
	if len(words) == 0 || limit <= 0 {
		return nil, nil
	}
	limit = min(limit, maxResults)
	for left := len(words); left > 0 && left >= len(words)-mostDropped; left-- {
		found, err := s.search(ctx, strings.Join(words[:left], " "), limit)
		if err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, nil
}

func (s *Source) search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	root, err := s.ask(ctx, methodSearch, url.Values{
		"query": {query}, "songCount": {strconv.Itoa(limit)}, "songOffset": {"0"}, "artistCount": {"0"}, "albumCount": {"0"},
	})
	if err != nil {
		return nil, err
	}
	found, err := s.readSearch(root)
	return found[:min(limit, len(found))], err
}

// readSearch reads the songs of an answer; without any its result is an empty object.
func (s *Source) readSearch(root gjson.Result) ([]sources.Candidate, error) {
	if !root.Get("searchResult3").IsObject() {
		return nil, s.unreadable(methodSearch, root, "the result is missing")
	}
	list, err := rows(root.Get("searchResult3.song"))
	if err != nil {
		return nil, s.unreadable(methodSearch, root, "the songs are no list")
	}
	var found []sources.Candidate
	unread := 0
	for _, row := range list {
		c, err := readChild(row.Raw)
		switch {
		case err != nil:
			unread++
		case !c.IsDir && !c.IsVideo:
			found = append(found, s.candidate(c.snapshot(s.name)))
		}
	}
	if unread > 0 && len(found) == 0 {
		return nil, s.unreadable(methodSearch, root, "no song can be read")
	}
	return found, nil
}
