package subsonic

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

const (
	methodPlaylists = "getPlaylists"
	methodStarred   = "getStarred2"

	// starredID stands for the songs that the user gave a star, which have no id of their
	// own. The prefix keeps it apart from the ids of playlists.
	starredID   = "toplist_starred"
	starredName = "Starred"
)

// Pools lists the user's playlists and, where a platform has its charts, the songs with a star.
func (s *Source) Pools() []sources.Pool {
	return []sources.Pool{
		{Kind: models.PoolPlaylistSquare, Name: "Playlists"},
		{Kind: models.PoolToplist, Name: starredName},
	}
}

// FetchPage gets all playlists that the user can see; the API has no pages of them.
func (s *Source) FetchPage(ctx context.Context, pool sources.Pool, cursor string) (sources.Page, error) {
	if cursor != "" {
		return sources.Page{}, models.Invalid("cursor", models.CodeBadValue, "%s has one page of playlists, not %q", s.name, cursor)
	}
	switch pool.Kind {
	case models.PoolPlaylistSquare:
		root, err := s.ask(ctx, methodPlaylists, nil)
		if err != nil {
			return sources.Page{}, err
		}
		return s.readPlaylists(root)
	case models.PoolToplist:
		return s.starredPage(ctx)
	}
	return sources.Page{}, models.Invalid("pool", models.CodeBadValue, "%s has no pool %q", s.name, pool.Kind)
}

// starredPage is the one list of songs with a star, when there are any.
func (s *Source) starredPage(ctx context.Context) (sources.Page, error) {
	snap, err := s.fetchStarred(ctx, "")
	switch {
	case notThere(err): // the server knows no stars
		return sources.Page{}, nil
	case err != nil:
		return sources.Page{}, err
	case snap.ClaimedSongs == 0:
		return sources.Page{}, nil
	}
	return sources.Page{Playlists: []sources.PlaylistSummary{snap.Summary}, Total: 1}, nil
}

// readPlaylists reads the list of playlists. The envelope of one without any holds an empty
// object.
func (s *Source) readPlaylists(root gjson.Result) (sources.Page, error) {
	if !root.Get("playlists").IsObject() {
		return sources.Page{}, s.unreadable(methodPlaylists, root, "the playlists are missing")
	}
	list, err := rows(root.Get("playlists.playlist"))
	if err != nil {
		return sources.Page{}, s.unreadable(methodPlaylists, root, "the playlists are no list")
	}
	page := sources.Page{Total: len(list)}
	seen := map[string]bool{}
	for _, row := range list {
		summary, err := s.readSummary(row, str(root.Get("type")))
		if err != nil {
			page.Skipped++
			continue
		}
		if !seen[summary.Ref.RemoteID] {
			seen[summary.Ref.RemoteID] = true
			page.Playlists = append(page.Playlists, summary)
		}
	}
	if len(page.Playlists) == 0 && page.Skipped > 0 {
		return sources.Page{}, s.unreadable(methodPlaylists, root, "no playlist can be read")
	}
	return page, nil
}

// playlistRow is a playlist without its songs.
type playlistRow struct {
	ID        text   `json:"id"`
	Name      text   `json:"name"`
	Comment   text   `json:"comment"`
	Owner     text   `json:"owner"`
	SongCount number `json:"songCount"`
	Changed   text   `json:"changed"`
	CoverArt  text   `json:"coverArt"`
}

// readSummary reads what a row tells of a playlist; serverType is the server's own name of
// its software, "" = not told.
func (s *Source) readSummary(row gjson.Result, serverType string) (sources.PlaylistSummary, error) {
	var r playlistRow
	if err := json.Unmarshal([]byte(row.Raw), &r); err != nil || !isID(string(r.ID)) {
		return sources.PlaylistSummary{}, shapeError("a playlist has no id")
	}
	return sources.PlaylistSummary{
		Ref:         models.PlaylistRef{Platform: s.name, RemoteID: string(r.ID), Kind: models.KindPlaylist},
		Name:        upstreamtext.First(r.Name.Line(), string(r.ID)),
		Description: upstreamtext.CleanText(string(r.Comment)),
		Creator:     r.Owner.Line(),
		WebURL:      s.webPage(string(r.ID), serverType),
		TrackCount:  max(int64(r.SongCount), 0),
		UpdatedAtMS: millis(string(r.Changed)),
		Raw:         models.RawJSON(row.Raw),
	}, nil
}

// webPage is where a person can look at a playlist: on its own page where the server's
// software is known to have one, else on the server's first page.
func (s *Source) webPage(id, serverType string) string {
	page := *s.base
	if serverType == "navidrome" {
		page.Path += "/app/"
		page.Fragment = "/playlist/" + id + "/show"
		page.RawFragment = "/playlist/" + url.PathEscape(id) + "/show"
	}
	return page.String()
}
