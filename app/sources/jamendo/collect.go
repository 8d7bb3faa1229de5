package jamendo

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

const (
	// pageSize is the API's largest page.
	pageSize = 200
	webSite  = "https://www.jamendo.com"
	// toplistPrefix and albumPrefix keep charts and albums apart from the ids of playlists.
	toplistPrefix = "toplist_"
	albumPrefix   = "album_"
)

// charts are the lists that the API has as orders of all songs.
var charts = []struct{ order, name string }{
	{"popularity_week", "Popular this week"}, {"popularity_month", "Popular this month"}, {"popularity_total", "Popular of all time"},
}

// Pools lists the listeners' playlists and the charts.
func (s *Source) Pools() []sources.Pool {
	return []sources.Pool{
		{Kind: models.PoolPlaylistSquare, Name: "Playlists"},
		{Kind: models.PoolToplist, Name: "Charts"},
	}
}

// FetchPage gets one page of the playlists, newest first; cursors are offsets. The charts
// are known without asking.
func (s *Source) FetchPage(ctx context.Context, pool sources.Pool, cursor string) (sources.Page, error) {
	switch pool.Kind {
	case models.PoolPlaylistSquare:
		offset := 0
		if cursor != "" {
			var err error
			if offset, err = strconv.Atoi(cursor); err != nil || offset < 0 {
				return sources.Page{}, models.Invalid("cursor", models.CodeBadValue, "cursor %q is no offset of Jamendo's playlists", cursor)
			}
		}
		results, err := s.ask(ctx, endpointPlaylists, url.Values{
			"order": {"creationdate_desc"}, "limit": {strconv.Itoa(pageSize)}, "offset": {strconv.Itoa(offset)},
		})
		if err != nil {
			return sources.Page{}, err
		}
		return readPlaylists(results, offset)
	case models.PoolToplist:
		return s.chartsPage(ctx)
	}
	return sources.Page{}, models.Invalid("pool", models.CodeBadValue, "jamendo has no pool %q", pool.Kind)
}

// chartsPage lists the charts, once it is sure that the API answers.
func (s *Source) chartsPage(ctx context.Context) (sources.Page, error) {
	if err := s.Probe(ctx); err != nil {
		return sources.Page{}, err
	}
	page := sources.Page{Total: len(charts)}
	for _, c := range charts {
		page.Playlists = append(page.Playlists, chartSummary(c.order, c.name))
	}
	return page, nil
}

func chartSummary(order, name string) sources.PlaylistSummary {
	return sources.PlaylistSummary{
		Ref:  models.PlaylistRef{Platform: Name, RemoteID: toplistPrefix + order, Kind: models.KindToplist},
		Name: name, Creator: "Jamendo", WebURL: webSite, TrackCount: chartSize, Raw: models.RawJSON(`{}`),
	}
}

// playlistRow is a playlist or an album without its songs.
type playlistRow struct {
	ID          upstreamtext.Text `json:"id"`
	Name        upstreamtext.Text `json:"name"`
	ReleaseDate upstreamtext.Text `json:"releasedate"` // of albums
	UserName    upstreamtext.Text `json:"user_name"`   // of playlists
	ArtistID    upstreamtext.Text `json:"artist_id"`   // of albums
	ArtistName  upstreamtext.Text `json:"artist_name"` // of albums
	Image       upstreamtext.Text `json:"image"`       // of albums
	ShareURL    upstreamtext.Text `json:"shareurl"`
}

// readPlaylists reads a page of playlists. A page that is not full is the last.
func readPlaylists(results []gjson.Result, offset int) (sources.Page, error) {
	var page sources.Page
	for _, row := range results {
		r, err := readRow(row.Raw)
		if err != nil {
			page.Skipped++
			continue
		}
		page.Playlists = append(page.Playlists, r.summary(row.Raw, ""))
	}
	if len(page.Playlists) == 0 && page.Skipped > 0 {
		return sources.Page{}, shapeError(endpointPlaylists, results[0].Raw, "no playlist can be read")
	}
	if len(results) >= pageSize {
		page.Next = strconv.Itoa(offset + len(results))
	}
	return page, nil
}

func readRow(raw string) (playlistRow, error) {
	var r playlistRow
	if json.Unmarshal([]byte(raw), &r) != nil || !isID(string(r.ID)) {
		return playlistRow{}, shapeError(endpointPlaylists, raw, "a playlist has no id")
	}
	return r, nil
}

// summary is what a row tells of a playlist, or of an album, whose prefix is given. The
// number of songs is told nowhere.
func (r *playlistRow) summary(raw, prefix string) sources.PlaylistSummary {
	page := "/playlist/"
	if prefix == albumPrefix {
		page = "/album/"
	}
	return sources.PlaylistSummary{
		Ref:      models.PlaylistRef{Platform: Name, RemoteID: prefix + string(r.ID), Kind: models.KindPlaylist},
		Name:     upstreamtext.First(r.Name.Line(), string(r.ID)),
		Creator:  upstreamtext.First(r.UserName.Line(), r.ArtistName.Line()),
		CoverURL: upstreamtext.SecureAddress(string(r.Image)),
		WebURL:   upstreamtext.First(upstreamtext.WebAddress(string(r.ShareURL)), webSite+page+string(r.ID)),
		Raw:      models.RawJSON(raw),
	}
}

// isID is true for the decimal ids of songs, playlists and albums.
func isID(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n > 0 && strconv.FormatInt(n, 10) == s
}
