package netease

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// squareLimit is the page size of the playlist square. The platform's own maximum is not
// known; up to 60 is in use.
const squareLimit = 50

// everyCategory is the name that stands for the whole square.
const everyCategory = "全部"

// Pools lists the playlist square, or the categories of it that were asked for, and the
// toplists.
func (s *Source) Pools() []sources.Pool {
	return append(sources.SquarePools("歌单广场", s.categories), sources.Pool{Kind: models.PoolToplist, Name: "排行榜"})
}

// FetchPage gets one page of the square, whose cursors are offsets, or all toplists,
// which are one page.
func (s *Source) FetchPage(ctx context.Context, pool sources.Pool, cursor string) (sources.Page, error) {
	switch pool.Kind {
	case models.PoolPlaylistSquare:
		offset := 0
		if cursor != "" {
			var err error
			if offset, err = strconv.Atoi(cursor); err != nil || offset < 0 {
				return sources.Page{}, models.Invalid("cursor", models.CodeBadValue, "cursor %q is no offset of the NetEase square", cursor)
			}
		}
		if pool.Category != "" && offset == 0 {
			if err := s.checkCategory(ctx, pool.Category); err != nil {
				return sources.Page{}, err
			}
		}
		return s.squarePage(ctx, cmp.Or(pool.Category, everyCategory), offset, squareLimit)
	case models.PoolToplist:
		return s.toplistsPage(ctx)
	}
	return sources.Page{}, models.Invalid("pool", models.CodeBadValue, "netease has no pool %q", pool.Kind)
}

func (s *Source) squarePage(ctx context.Context, category string, offset, limit int) (sources.Page, error) {
	var a squareAnswer
	err := s.ask(ctx, call{endpoint: endpointSquare, path: "/api/playlist/list", query: url.Values{
		"cat": {category}, "order": {"hot"}, "total": {"true"},
		"limit": {strconv.Itoa(limit)}, "offset": {strconv.Itoa(offset)},
	}}, &a)
	if err != nil {
		return sources.Page{}, err
	}
	return a.page(offset)
}

// page reads a page of the square. Its end is told by more=false, an empty list, or total.
func (a *squareAnswer) page(offset int) (sources.Page, error) {
	page, err := readRows(a.Playlists, models.KindPlaylist, endpointSquare)
	if err != nil {
		return sources.Page{}, err
	}
	page.Total = int(a.Total.count())
	next := offset + len(a.Playlists)
	ended := len(a.Playlists) == 0 || (a.More != nil && !*a.More) || (page.Total > 0 && next >= page.Total)
	if !ended {
		page.Next = strconv.Itoa(next)
	}
	return page, nil
}

// toplistsPage reads all toplists. The singer chart beside the list has no id and is not
// in it.
func (s *Source) toplistsPage(ctx context.Context) (sources.Page, error) {
	var a toplistsAnswer
	if err := s.ask(ctx, call{endpoint: endpointToplists, path: "/api/toplist"}, &a); err != nil {
		return sources.Page{}, err
	}
	return a.page()
}

func (a *toplistsAnswer) page() (sources.Page, error) {
	page, err := readRows(a.List, models.KindToplist, endpointToplists)
	page.Total = len(a.List)
	return page, err
}

// readRows reads playlists row by row. Rows that cannot be read are skipped and counted,
// unless that is all of them: then the format changed.
func readRows(rows []json.RawMessage, kind models.PlaylistKind, endpoint string) (sources.Page, error) {
	page := sources.Page{Playlists: make([]sources.PlaylistSummary, 0, len(rows))}
	for _, raw := range rows {
		var row playlistRow
		if json.Unmarshal(raw, &row) != nil || row.ID <= 0 {
			page.Skipped++
			continue
		}
		page.Playlists = append(page.Playlists, row.summary(kind, models.RawJSON(raw)))
	}
	if len(page.Playlists) == 0 && page.Skipped > 0 {
		return sources.Page{}, unreadable(endpoint, rows[0])
	}
	return page, nil
}

func (r *playlistRow) summary(kind models.PlaylistKind, raw models.RawJSON) sources.PlaylistSummary {
	id := r.ID.id()
	s := sources.PlaylistSummary{
		Ref:         models.PlaylistRef{Platform: Name, RemoteID: id, Kind: kind},
		Name:        r.Name.line(),
		Description: r.Description.block(),
		CoverURL:    secure(r.CoverImgURL),
		WebURL:      origin + "/#/playlist?id=" + id,
		PlayCount:   r.PlayCount.count(),
		TrackCount:  r.TrackCount.count(),
		UpdatedAtMS: max(r.UpdateTime, r.TrackUpdateTime, r.TrackNumberUpdateTime).count(),
		Raw:         raw,
	}
	if kind == models.KindToplist {
		s.WebURL = origin + "/#/discover/toplist?id=" + id
	}
	if r.Creator != nil {
		s.Creator = r.Creator.Nickname.line()
	}
	return s
}
