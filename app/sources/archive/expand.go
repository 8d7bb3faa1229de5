package archive

import (
	"context"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// mostScraped bounds the pages of one collection that are asked for.
const mostScraped = 20

// Expand gives the releases of those of refs that are collections. One request tells them
// from releases, whatever their number; collections that stand in a collection are not
// named, for their releases count as the outer one's as well.
func (s *Source) Expand(ctx context.Context, refs []models.PlaylistRef, most int) ([]sources.Expansion, error) {
	var list []sources.Expansion
	for _, q := range askingForCollections(refs) {
		rows, err := s.search(ctx, q, sortByName, mostAsked, 1)
		if err != nil {
			return nil, err
		}
		for _, row := range rows.rows {
			of, err := s.releasesOf(ctx, row.Get("identifier").String(), most)
			if err != nil {
				return nil, err
			}
			list = append(list, of)
		}
	}
	return list, nil
}

// mostAsked bounds the names in one query; fewer where they are long.
const mostAsked = 50

// askingForCollections are the queries that find the collections among refs.
func askingForCollections(refs []models.PlaylistRef) []string {
	const begin, end = "identifier:(", ") AND mediatype:" + mediaCollection
	var queries, names []string
	length := 0
	flush := func() {
		if len(names) > 0 {
			queries = append(queries, begin+strings.Join(names, " OR ")+end)
		}
		names, length = nil, len(begin)+len(end)
	}
	flush()
	for _, ref := range refs {
		if !identifier.MatchString(ref.RemoteID) {
			continue
		}
		name := `"` + ref.RemoteID + `"`
		if length+len(name) > longestQuery || len(names) == mostAsked {
			flush()
		}
		names, length = append(names, name), length+len(name)+len(" OR ")
	}
	flush()
	return queries
}

// releasesOf walks over a collection until it ends, comes back to where it was, or gave
// most releases.
func (s *Source) releasesOf(ctx context.Context, collection string, most int) (sources.Expansion, error) {
	of := sources.Expansion{Ref: refOf(collection)}
	seen := map[string]bool{}
	for cursor, pages := "", 0; pages < mostScraped; pages++ {
		rows, err := s.scrape(ctx, `collection:("`+collection+`") AND `+openAudio, cursor)
		if err != nil {
			return of, err
		}
		of.Total = max(of.Total, rows.total) // later pages tell of the rest only
		before := len(seen)
		for _, row := range rows.rows {
			id := row.Get("identifier").String()
			if row.Get("mediatype").String() == mediaCollection || seen[id] {
				continue
			}
			if len(of.Playlists) == most {
				return of, nil
			}
			seen[id] = true
			of.Playlists = append(of.Playlists, refOf(id))
		}
		if cursor = rows.next; cursor == "" || len(seen) == before {
			break
		}
	}
	of.Total = max(of.Total, len(of.Playlists))
	return of, nil
}
