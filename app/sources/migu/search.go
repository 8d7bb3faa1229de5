package migu

import (
	"context"
	"encoding/json"
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
	var rows []json.RawMessage
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: endpointSearch, URL: searchURL, Classify: refusedCall,
		Query: url.Values{"text": {query}, "pageNo": {"1"}, "pageSize": {strconv.Itoa(limit)}},
	}, &rows)
	if err != nil {
		return nil, err
	}
	found, err := readSearch(rows)
	return found[:min(limit, len(found))], err
}
