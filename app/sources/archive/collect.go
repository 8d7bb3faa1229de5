package archive

import (
	"context"
	"strconv"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// toplistSize is the page size of the items by downloads.
const toplistSize = 100

// Pools lists the items of the configured collections: all of them in the Archive's own
// order, and those that are downloaded most.
func (s *Source) Pools() []sources.Pool {
	return []sources.Pool{
		{Kind: models.PoolPlaylistSquare, Name: "collections"},
		{Kind: models.PoolToplist, Name: "most downloaded"},
	}
}

// FetchPage gets one page of a pool. Cursors are the Archive's own, or page numbers from
// 1 on.
func (s *Source) FetchPage(ctx context.Context, pool sources.Pool, cursor string) (sources.Page, error) {
	var rows found
	var err error
	switch pool.Kind {
	case models.PoolPlaylistSquare:
		rows, err = s.scrape(ctx, s.inCollections(), cursor)
	case models.PoolToplist:
		number := 1
		if cursor != "" {
			if number, err = strconv.Atoi(cursor); err != nil || number < 1 || number > mostReachable/toplistSize {
				return sources.Page{}, models.Invalid("cursor", models.CodeBadValue, "cursor %q is no page of the Archive's search", cursor)
			}
		}
		rows, err = s.search(ctx, s.inCollections(), sortByDownloads, toplistSize, number)
	default:
		return sources.Page{}, models.Invalid("pool", models.CodeBadValue, "archive has no pool %q", pool.Kind)
	}
	if err != nil {
		return sources.Page{}, err
	}
	return rows.page(), nil
}

func (f found) page() sources.Page {
	page := sources.Page{Total: f.total, Next: f.next, Skipped: f.bad}
	for _, row := range f.rows {
		if row.Get("mediatype").String() == mediaCollection {
			page.Skipped++ // collections stand in collections
			continue
		}
		page.Playlists = append(page.Playlists, rowSummary(row))
	}
	return page
}

// rowSummary is an item as a search tells it.
func rowSummary(row gjson.Result) sources.PlaylistSummary {
	s := summaryOf(row.Get("identifier").String(), row)
	s.PlayCount = count(row.Get("downloads"))
	s.Raw = models.RawJSON(row.Raw)
	return s
}

// summaryOf is an item by its fields, which a row and its own metadata name alike.
func summaryOf(id string, fields gjson.Result) sources.PlaylistSummary {
	return sources.PlaylistSummary{
		Ref:         refOf(id),
		Name:        upstreamtext.First(lineOf(fields.Get("title")), id),
		Description: descriptionOf(fields.Get("description")),
		Creator:     joined(linesOf(fields.Get("creator"))),
		CoverURL:    site + "/services/img/" + id,
		WebURL:      site + "/details/" + id,
	}
}

func refOf(id string) models.PlaylistRef {
	return models.PlaylistRef{Platform: Name, RemoteID: id, Kind: models.KindPlaylist}
}
