package archive

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// mostItems bounds the items that one search for a song looks into. The Archive finds
// items, not songs, and each costs a request.
const mostItems = 4

// Search finds items that hold all words and picks the songs whose titles have any of
// them, those with most first.
func (s *Source) Search(ctx context.Context, query string, limit int) ([]sources.Candidate, error) {
	q := withWords(query)
	if q == "" || limit <= 0 {
		return nil, nil
	}
	hits, err := s.search(ctx, q, "", mostItems, 1)
	if err != nil {
		return nil, err
	}
	var matches []match
	var lost error
	for _, row := range hits.rows[:min(len(hits.rows), mostItems)] {
		it, err := s.fetchItem(ctx, row.Get("identifier").String())
		switch models.ClassOf(err) {
		case models.ClassNotFound:
			lost = err // the search lags behind what was removed
			continue
		case models.ClassUnavailable:
			continue
		}
		if err != nil {
			return nil, err
		}
		matches = append(matches, it.matches(words(query))...)
		hits.total = 0
	}
	if len(matches) == 0 && hits.total > 0 && lost != nil {
		return nil, lagging(lost)
	}
	slices.SortStableFunc(matches, func(a, b match) int { return cmp.Compare(b.score, a.score) })
	matches = matches[:min(len(matches), limit)]
	found := make([]sources.Candidate, len(matches))
	for i, m := range matches {
		found[i] = m.candidate
	}
	return found, nil
}

// lagging is the error of a search that names nothing but items which are not there: more
// likely the metadata fails than that all of them were removed.
func lagging(cause error) error {
	e := models.NewError(models.ClassTransient, models.CodeUpstreamEmpty, "the search names items that the Internet Archive does not show")
	e.Source, e.Endpoint = Name, endpointMetadata
	return e.WithCause(errors.Unwrap(cause))
}

// match is a song with the number of words that it shares with a query.
type match struct {
	candidate sources.Candidate
	score     int
}

// matches lists the songs with a word of the query in their title.
func (it *item) matches(wanted []string) []match {
	var list []match
	for _, s := range it.songs {
		inTitle := shared(wanted, s.title)
		if inTitle == 0 {
			continue
		}
		list = append(list, match{s.candidate(it), inTitle + shared(wanted, strings.Join(s.artists, " "))})
	}
	return list
}

// shared counts the wanted words that a text holds. Han titles have no spaces, so a word
// counts wherever it stands.
func shared(wanted []string, text string) int {
	text = strings.ToLower(text)
	n := 0
	for _, w := range wanted {
		if strings.Contains(text, w) {
			n++
		}
	}
	return n
}
