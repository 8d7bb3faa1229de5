package archive

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/tidwall/gjson"
)

const (
	// sortByDownloads and ties by name make pages that do not overlap.
	sortByDownloads = "downloads desc"
	sortByName      = "identifier asc"
	// mostReachable is how far a sorted search can be paged.
	mostReachable = 10_000
	// longestQuery is below the length from which the search refuses a query.
	longestQuery = 1_800
	// rowFields are what a row of a search tells. Descriptions are left out: some are whole
	// web pages, and the item itself tells them.
	rowFields = "identifier,title,creator,downloads,collection,date,mediatype"
)

// openAudio narrows a query to what anybody may listen to.
const openAudio = "(mediatype:audio OR mediatype:etree) AND NOT access-restricted-item:true"

// inCollections asks for the items of the operator's collections.
func (s *Source) inCollections() string {
	return "collection:(" + strings.Join(s.collections, " OR ") + ") AND " + openAudio
}

// withWords asks for items that hold all words of a person's text, "" when it has none.
// Nothing but letters and digits passes, so nothing in it can be an operator of the
// query language; AND, OR and NOT are none in small letters.
func withWords(text string) string {
	var terms []string
	length := len(openAudio) + len("() AND ")
	for _, word := range words(text) {
		if length += len(word) + len(" AND "); length > longestQuery {
			break
		}
		terms = append(terms, word)
	}
	if len(terms) == 0 {
		return ""
	}
	return "(" + strings.Join(terms, " AND ") + ") AND " + openAudio
}

// words splits a text into words of letters and digits, in small letters, each once.
func words(text string) []string {
	var list []string
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}) {
		if !seen[word] {
			seen[word] = true
			list = append(list, word)
		}
	}
	return list
}

// found is one page of either search.
type found struct {
	rows  []gjson.Result // each with an identifier
	total int
	bad   int    // rows without one
	next  string // the cursor of the next page, "" = the end
}

// search asks for page number of size rows; pages count from 1. sort "" = by relevance.
func (s *Source) search(ctx context.Context, q, sort string, size, number int) (found, error) {
	query := url.Values{
		"q": {q}, "fl[]": strings.Split(rowFields, ","),
		"rows": {strconv.Itoa(size)}, "page": {strconv.Itoa(number)}, "output": {"json"},
	}
	if sort != "" {
		query["sort[]"] = []string{sort, sortByName}
	}
	root, err := s.object(ctx, endpointSearch, "/advancedsearch.php", query)
	if err != nil {
		return found{}, err
	}
	page, err := readSearch(root)
	if end := size * number; err == nil && len(page.rows)+page.bad > 0 && end < page.total && end+size <= mostReachable {
		page.next = strconv.Itoa(number + 1)
	}
	return page, err
}

// readSearch reads an answer of advancedsearch.
func readSearch(root gjson.Result) (found, error) {
	response := root.Get("response")
	total := response.Get("numFound")
	if total.Type != gjson.Number {
		return found{}, shapeError(endpointSearch, root.Raw, "the number of hits is missing")
	}
	return readRows(endpointSearch, root, response.Get("docs"), int(count(total)))
}

// scrape walks over everything that q finds. The number of rows is left to the Archive:
// when it is asked for, the cursor does not always move on.
func (s *Source) scrape(ctx context.Context, q, cursor string) (found, error) {
	query := url.Values{"q": {q}, "fields": {rowFields}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	root, err := s.object(ctx, endpointScrape, "/services/search/v1/scrape", query)
	if err != nil {
		return found{}, err
	}
	page, err := readScrape(root)
	if page.next == cursor {
		page.next = "" // it would give the same page for ever
	}
	return page, err
}

// readScrape reads an answer of scrape; no cursor means that it was the last page.
func readScrape(root gjson.Result) (found, error) {
	page, err := readRows(endpointScrape, root, root.Get("items"), int(count(root.Get("total"))))
	if err == nil && len(page.rows) > 0 {
		page.next = root.Get("cursor").String()
	}
	return page, err
}

// readRows reads the rows of a page; one without an identifier is counted, and all of
// them are another format.
func readRows(endpoint string, root, list gjson.Result, total int) (found, error) {
	if !list.IsArray() {
		return found{}, shapeError(endpoint, root.Raw, "the rows are no list")
	}
	page := found{total: total}
	for _, row := range list.Array() {
		if identifier.MatchString(row.Get("identifier").String()) {
			page.rows = append(page.rows, row)
		} else {
			page.bad++
		}
	}
	if len(page.rows) == 0 && page.bad > 0 {
		return found{}, shapeError(endpoint, root.Raw, "no row can be read")
	}
	return page, nil
}
