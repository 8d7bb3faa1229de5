package kugou

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// maxResults bounds one page of the search.
const maxResults = 30

// Search finds songs.
func (s *Source) Search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	query = strings.TrimSpace(query)
	if query == "" || limit <= 0 {
		return nil, nil
	}
	limit = min(limit, maxResults)
	var a searchAnswer
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: endpointSearch, URL: searchURL, Classify: judge,
		Query: url.Values{
			"keyword": {query}, "page": {"1"}, "pagesize": {strconv.Itoa(limit)}, "userid": {"0"}, "clientver": {""},
			"platform": {"WebFilter"}, "filter": {"2"}, "iscorrection": {"1"}, "privilege_filter": {"0"}, "area_code": {"1"}, "format": {"json"},
		},
	}, &a)
	if err != nil {
		return nil, err
	}
	found, err := readSearch(&a)
	return found[:min(limit, len(found))], err
}
