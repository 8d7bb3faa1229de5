package jamendo

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
)

// Search finds songs by title, artist and album, in the platform's order of relevance.
func (s *Source) Search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	query = strings.TrimSpace(query)
	if query == "" || limit <= 0 {
		return nil, nil
	}
	limit = min(limit, pageSize)
	results, err := s.ask(ctx, endpointTracks, url.Values{
		"search": {query}, "limit": {strconv.Itoa(limit)}, "type": {bothTypes}, "imagesize": {imageSize},
	})
	if err != nil {
		return nil, err
	}
	found, err := readSearch(results)
	return found[:min(limit, len(found))], err
}

func readSearch(results []gjson.Result) ([]sources.Candidate, error) {
	var found []sources.Candidate
	for _, row := range results {
		if t, err := readTrack(row.Raw); err == nil {
			found = append(found, candidateOf(t.snapshot()))
		}
	}
	if len(found) == 0 && len(results) > 0 {
		return nil, shapeError(endpointTracks, results[0].Raw, "no song can be read")
	}
	return found, nil
}
