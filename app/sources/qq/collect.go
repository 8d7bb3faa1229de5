package qq

import (
	"context"
	"strconv"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

const (
	// squareSize is the page size of the square; 24 to 60 are in use.
	squareSize = 60
	// allCategories is the tag of the whole square; hottest is its order by plays.
	allCategories, hottest = 10000000, 5
	// mvChart is the chart of videos.
	mvChart = 201
	// toplistPrefix keeps chart ids, which are small numbers, apart from playlist ids.
	toplistPrefix = "toplist_"
)

// Pools lists the playlist square, or the categories of it that were asked for, and the
// charts.
func (s *Source) Pools() []sources.Pool {
	return append(sources.SquarePools("歌单广场", s.categories), sources.Pool{Kind: models.PoolToplist, Name: "排行榜"})
}

// FetchPage gets one page of the square; cursors are offsets. The charts are one page.
func (s *Source) FetchPage(ctx context.Context, pool sources.Pool, cursor string) (sources.Page, error) {
	switch pool.Kind {
	case models.PoolPlaylistSquare:
		offset, err := strconv.Atoi(cursor)
		if cursor != "" && (err != nil || offset < 0) {
			return sources.Page{}, models.Invalid("cursor", models.CodeBadValue, "cursor %q is no offset of the QQ square", cursor)
		}
		if pool.Category != "" {
			return s.categoryPage(ctx, pool.Category, offset/squareSize)
		}
		return s.squarePage(ctx, offset, squareSize)
	case models.PoolToplist:
		return s.toplistPage(ctx)
	}
	return sources.Page{}, models.Invalid("pool", models.CodeBadValue, "qq has no pool %q", pool.Kind)
}

func (s *Source) squarePage(ctx context.Context, offset, size int) (sources.Page, error) {
	data, err := s.musicu(ctx, call{
		key: "playlist", module: "playlist.PlayListPlazaServer", method: "get_playlist_by_tag",
		comm:  map[string]any{"cv": 1602, "ct": 20},
		param: map[string]any{"id": allCategories, "sin": offset, "size": size, "order": hottest, "cur_page": offset/size + 1},
	})
	if err != nil {
		return sources.Page{}, err
	}
	return readSquare(data, offset)
}

// readSquare reads a page of the square. The end is told by an empty list or by total.
func readSquare(data gjson.Result, offset int) (sources.Page, error) {
	const endpoint = "get_playlist_by_tag"
	rows := data.Get("v_playlist")
	if !rows.IsArray() && rows.Type != gjson.Null {
		return sources.Page{}, shapeError(endpoint, data.Raw, "v_playlist is no list")
	}
	total, ok := integer(data.Get("total"))
	if !ok {
		return sources.Page{}, shapeError(endpoint, data.Raw, "total is missing")
	}
	page := sources.Page{Total: int(max(total, 0))}
	list := rows.Array()
	if len(list) == 0 && offset < page.Total {
		return sources.Page{}, shapeError(endpoint, data.Raw, "no rows before the end of the square")
	}
	for _, row := range list {
		if summary, ok := squareRow(row); ok {
			page.Playlists = append(page.Playlists, summary)
		} else {
			page.Skipped++
		}
	}
	if len(list) > 0 && len(page.Playlists) == 0 {
		return sources.Page{}, shapeError(endpoint, data.Raw, "no row can be read")
	}
	if next := offset + len(list); len(list) > 0 && (page.Total == 0 || next < page.Total) {
		page.Next = strconv.Itoa(next)
	}
	return page, nil
}

func squareRow(row gjson.Result) (sources.PlaylistSummary, bool) {
	id, ok := integer(row.Get("tid"))
	if !ok || id <= 0 {
		return sources.PlaylistSummary{}, false
	}
	remoteID := strconv.FormatInt(id, 10)
	return sources.PlaylistSummary{
		Ref:         models.PlaylistRef{Platform: Name, RemoteID: remoteID, Kind: models.KindPlaylist},
		Name:        cleanLine(row.Get("title").String()),
		Description: cleanText(row.Get("desc").String()),
		CoverURL: webAddress(upstreamtext.First(row.Get("cover_url_big").String(), row.Get("cover_url_medium").String(),
			row.Get("cover_url_small").String())),
		Creator:     cleanLine(row.Get("creator_info.nick").String()),
		WebURL:      playlistPage + remoteID,
		PlayCount:   max(row.Get("access_num").Int(), 0),
		TrackCount:  row.Get("song_ids.#").Int(),
		UpdatedAtMS: max(row.Get("modify_time").Int(), 0) * 1000,
		Raw:         models.RawJSON(row.Raw),
	}, true
}

func (s *Source) toplistPage(ctx context.Context) (sources.Page, error) {
	data, err := s.musicu(ctx, call{
		key: "toplist", module: toplistModule, method: "GetAll",
		comm: webComm(), param: map[string]any{},
	})
	if err != nil {
		return sources.Page{}, err
	}
	return readToplists(data)
}

// readToplists reads the chart list: groups of charts.
func readToplists(data gjson.Result) (sources.Page, error) {
	groups := data.Get("group")
	if !groups.IsArray() {
		return sources.Page{}, shapeError("GetAll", data.Raw, "group is no list")
	}
	var page sources.Page
	seen, readable := map[string]bool{}, false
	for _, group := range groups.Array() {
		list := group.Get("toplist")
		readable = readable || list.IsArray()
		for _, chart := range list.Array() {
			id, ok := integer(chart.Get("topId"))
			if !ok || id <= 0 || id == mvChart {
				page.Skipped++
				continue
			}
			if summary := chartSummary(chart, id); !seen[summary.Ref.RemoteID] {
				seen[summary.Ref.RemoteID] = true
				page.Playlists = append(page.Playlists, summary)
			}
		}
	}
	// Groups that are plainly empty are an answer; groups of which nothing can be read are not.
	if len(page.Playlists) == 0 && (!readable || page.Skipped > 0) {
		return sources.Page{}, shapeError("GetAll", data.Raw, "no chart can be read")
	}
	page.Total = len(page.Playlists)
	return page, nil
}

// chartSummary is a chart as a playlist; chart lists and chart details share the shape.
func chartSummary(chart gjson.Result, id int64) sources.PlaylistSummary {
	topID := strconv.FormatInt(id, 10)
	return sources.PlaylistSummary{
		Ref:         models.PlaylistRef{Platform: Name, RemoteID: toplistPrefix + topID, Kind: models.KindToplist},
		Name:        cleanLine(chart.Get("title").String()),
		Description: cleanText(chart.Get("intro").String()),
		CoverURL: webAddress(upstreamtext.First(chart.Get("frontPicUrl").String(), chart.Get("headPicUrl").String(),
			chart.Get("mbFrontPicUrl").String(), chart.Get("mbHeadPicUrl").String())),
		Creator:     "QQ音乐",
		WebURL:      toplistPage + topID,
		PlayCount:   max(chart.Get("listenNum").Int(), 0),
		TrackCount:  max(chart.Get("totalNum").Int(), 0),
		UpdatedAtMS: chartDate(chart.Get("updateTime").String()),
		Raw:         withoutKeys(chart, "song"),
	}
}
