package qianqian

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// maxResults bounds one page of the search.
const maxResults = 50

// Search finds songs. A text that the platform dislikes is searched once more without its
// punctuation.
func (s *Source) Search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	query = strings.TrimSpace(query)
	if query == "" || limit <= 0 {
		return nil, nil
	}
	limit = min(limit, maxResults)
	found, err := s.search(ctx, query, limit)
	if plain := withoutPunctuation(query); models.CodeOf(err) == models.CodeBadRequest && plain != "" && plain != query {
		found, err = s.search(ctx, plain, limit)
	}
	return found[:min(limit, len(found))], err
}

func (s *Source) search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	data, err := s.ask(ctx, endpointSearch, url.Values{
		"word": {query}, "type": {"1"}, "pageNo": {"1"}, "pageSize": {strconv.Itoa(limit)},
	})
	if err != nil {
		return nil, err
	}
	return readSearch(data)
}

// withoutPunctuation is s with a single space in place of whatever is no letter or digit.
func withoutPunctuation(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}), " ")
}
