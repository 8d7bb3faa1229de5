package kuwo

import (
	"context"
	"net/url"
	"strconv"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

const (
	wapi   = "https://wapi.kuwo.cn"
	quku   = "http://qukudata.kuwo.cn/q.k"
	square = "getRcmPlayList"

	// squareSize is the page size of the square; 20 to 36 are usual, 100 is accepted.
	squareSize = 36
	// toplistPrefix keeps chart ids, which are small numbers, apart from playlist ids.
	toplistPrefix = "toplist_"
)

// Digests say what an entry of the square is.
const (
	digestPlaylist = "8"
	digestNode     = "5" // an area that stands for a playlist; its id takes a second call
)

// Pools lists the playlist square, or the categories of it that were asked for, and the
// charts.
func (s *Source) Pools() []sources.Pool {
	return append(sources.SquarePools("歌单广场", s.categories), sources.Pool{Kind: models.PoolToplist, Name: "排行榜"})
}

// FetchPage gets one page of the square; cursors are page numbers from 1 on. The charts
// are one page.
func (s *Source) FetchPage(ctx context.Context, pool sources.Pool, cursor string) (sources.Page, error) {
	switch pool.Kind {
	case models.PoolPlaylistSquare:
		number := 1
		if cursor != "" {
			var err error
			if number, err = strconv.Atoi(cursor); err != nil || number < 1 {
				return sources.Page{}, models.Invalid("cursor", models.CodeBadValue, "cursor %q is no page of the Kuwo square", cursor)
			}
		}
		return s.squarePage(ctx, pool.Category, number)
	case models.PoolToplist:
		return s.chartsPage(ctx)
	}
	return sources.Page{}, models.Invalid("pool", models.CodeBadValue, "kuwo has no pool %q", pool.Kind)
}

// squareEntry is one row of the square.
type squareEntry struct {
	id     string // of the playlist, or of the node when node is set
	node   bool
	fields gjson.Result
}

// squareRows is one page of the square as read.
type squareRows struct {
	entries []squareEntry
	total   int
	rows    int // rows of the page, those that are no playlists included
	skipped int
}

func (s *Source) squarePage(ctx context.Context, category string, number int) (sources.Page, error) {
	data, err := s.askList(ctx, category, number)
	if err != nil {
		return sources.Page{}, err
	}
	rows, err := readSquare(data)
	if err != nil {
		return sources.Page{}, err
	}
	page := sources.Page{Total: rows.total, Skipped: rows.skipped}
	seen := map[string]bool{}
	for _, e := range rows.entries {
		id, err := s.playlistID(ctx, e)
		if err != nil {
			return sources.Page{}, err
		}
		if id == "" {
			page.Skipped++
			continue
		}
		if !seen[id] {
			seen[id] = true
			page.Playlists = append(page.Playlists, squareSummary(id, e.fields))
		}
	}
	if rows.rows > 0 && (rows.total == 0 || number*squareSize < rows.total) {
		page.Next = strconv.Itoa(number + 1)
	}
	return page, nil
}

// askList gets a page of the hot list, or of one category.
func (s *Source) askList(ctx context.Context, category string, number int) (gjson.Result, error) {
	if category == "" {
		return s.askSquare(ctx, number, squareSize)
	}
	return s.askCategory(ctx, category, number)
}

// askSquare gets a page of the hot list; pages count from 1.
func (s *Source) askSquare(ctx context.Context, number, size int) (gjson.Result, error) {
	return s.web(ctx, square, wapi+"/api/pc/classify/playlist/getRcmPlayList", url.Values{
		"pn": {strconv.Itoa(number)}, "rn": {strconv.Itoa(size)}, "order": {"hot"},
	})
}

// readSquare reads a page of the square; an empty list is its end.
func readSquare(data gjson.Result) (squareRows, error) {
	list := data.Get("data")
	total, ok := integer(data.Get("total"))
	if !list.IsArray() || !ok {
		return squareRows{}, shapeError(square, data.Raw, "rows or total are missing")
	}
	page := squareRows{total: int(max(total, 0))}
	unreadable := 0
	for _, row := range list.Array() {
		page.rows++
		id, digest := row.Get("id").String(), row.Get("digest").String()
		switch {
		case !isID(id):
			unreadable++
		case digest == digestPlaylist || digest == "" || digest == digestNode:
			page.entries = append(page.entries, squareEntry{id: id, node: digest == digestNode, fields: row})
		default: // albums and what else may come
			page.skipped++
		}
	}
	if unreadable > 0 && unreadable == page.rows {
		return squareRows{}, shapeError(square, data.Raw, "no row can be read")
	}
	page.skipped += unreadable
	return page, nil
}

// playlistID is the entry's playlist id, "" when its node stands for none.
func (s *Source) playlistID(ctx context.Context, e squareEntry) (string, error) {
	if !e.node {
		return e.id, nil
	}
	root, err := s.object(ctx, "node", quku, url.Values{
		"op": {"query"}, "cont": {"ninfo"}, "node": {e.id}, "pn": {"0"}, "rn": {"1"},
		"fmt": {"json"}, "src": {"mbox"}, "level": {"2"},
	})
	if err != nil {
		return "", err
	}
	return nodePlaylist(root), nil
}

func nodePlaylist(root gjson.Result) string {
	if id := root.Get("child.0.sourceid").String(); isID(id) {
		return id
	}
	return ""
}

func squareSummary(id string, row gjson.Result) sources.PlaylistSummary {
	plays, _ := integer(row.Get("listencnt")) // decoration: not told is 0
	songs, _ := integer(row.Get("total"))
	return sources.PlaylistSummary{
		Ref:         models.PlaylistRef{Platform: Name, RemoteID: id, Kind: models.KindPlaylist},
		Name:        cleanLine(row.Get("name").String()),
		Description: cleanText(upstreamtext.First(row.Get("desc").String(), row.Get("info").String())),
		CoverURL:    webAddress(row.Get("img").String()),
		Creator:     cleanLine(row.Get("uname").String()),
		WebURL:      playlistPage + id,
		PlayCount:   max(plays, 0),
		TrackCount:  max(songs, 0),
		Raw:         models.RawJSON(row.Raw),
	}
}

// chartsPage lists the charts, from the PC client's menu or from the tree behind it.
func (s *Source) chartsPage(ctx context.Context) (sources.Page, error) {
	page, err := s.chartMenu(ctx, "bang/list", wapi+"/api/pc/bang/list", nil)
	if err == nil || !replaceable(err) {
		return page, err
	}
	return s.chartMenu(ctx, "bang tree", quku, url.Values{
		"op": {"query"}, "cont": {"tree"}, "node": {"2"}, "pn": {"0"}, "rn": {"1000"}, "fmt": {"json"}, "level": {"2"},
	})
}

func (s *Source) chartMenu(ctx context.Context, endpoint, address string, query url.Values) (sources.Page, error) {
	root, err := s.object(ctx, endpoint, address, query)
	if err != nil {
		return sources.Page{}, err
	}
	return readCharts(endpoint, root)
}

// readCharts reads a chart menu: charts, or groups of charts. Songs are asked for with a
// chart's sourceid, not with its id.
func readCharts(endpoint string, root gjson.Result) (sources.Page, error) {
	children := root.Get("child")
	if !children.IsArray() {
		return sources.Page{}, shapeError(endpoint, root.Raw, "the menu is no list")
	}
	var charts []gjson.Result
	for _, c := range children.Array() {
		if inner := c.Get("child"); inner.IsArray() {
			charts = append(charts, inner.Array()...)
		} else {
			charts = append(charts, c)
		}
	}
	var page sources.Page
	seen := map[string]bool{}
	unreadable := false
	for _, c := range charts {
		id := c.Get("sourceid").String()
		switch source := c.Get("source").String(); {
		case source != "" && source != "1": // a menu entry of another kind
			page.Skipped++
		case !isID(id):
			page.Skipped++
			unreadable = true
		case !seen[id]:
			seen[id] = true
			page.Playlists = append(page.Playlists, chartSummary(id, c))
		}
	}
	if len(page.Playlists) == 0 && (unreadable || len(charts) == 0) {
		return sources.Page{}, shapeError(endpoint, root.Raw, "no chart can be read")
	}
	page.Total = len(page.Playlists)
	return page, nil
}

func chartSummary(id string, c gjson.Result) sources.PlaylistSummary {
	return sources.PlaylistSummary{
		Ref:         models.PlaylistRef{Platform: Name, RemoteID: toplistPrefix + id, Kind: models.KindToplist},
		Name:        cleanLine(upstreamtext.First(c.Get("name").String(), c.Get("disname").String())),
		Description: cleanText(c.Get("intro").String()),
		CoverURL: webAddress(upstreamtext.First(c.Get("pic").String(), c.Get("pic2").String(), c.Get("pic5").String(),
			c.Get("v9_pic2").String(), c.Get("img").String())),
		Creator: "酷我音乐",
		WebURL:  chartPage + id,
		Raw:     withoutKeys(c, "child"),
	}
}
