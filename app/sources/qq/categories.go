package qq

import (
	"context"
	"strconv"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// Options are the settings beyond those of every source.
func Options() []sources.Option {
	return []sources.Option{sources.CategoriesOption("国语,流行")}
}

// Open makes the source with the operator's settings.
func Open(c *httpclient.Client, values map[string]string) (*Source, error) {
	s := New(c)
	s.categories = sources.Categories(values)
	return s, nil
}

// categoryPage gets one page of one category of the square (upstream document, 1b). Its
// pages count from 0; cursors are offsets as in the whole square.
func (s *Source) categoryPage(ctx context.Context, name string, number int) (sources.Page, error) {
	category, err := s.known.Find(ctx, Name, name, s.askCategories)
	if err != nil {
		return sources.Page{}, err
	}
	id, err := strconv.ParseInt(category.ID, 10, 64)
	if err != nil {
		return sources.Page{}, shapeError("get_all_categories", category.ID, "a category has no number")
	}
	data, err := s.musicu(ctx, call{
		key: "playlist", module: "playlist.PlayListCategoryServer", method: "get_category_content", comm: webComm(),
		param: map[string]any{"titleid": id, "category_id": id, "caller": "0", "size": squareSize, "page": number, "use_page": 1},
	})
	if err != nil {
		return sources.Page{}, err
	}
	return readCategory(data, number)
}

// readCategory reads a page of a category. The end is told by an empty list or by
// total_cnt.
func readCategory(data gjson.Result, number int) (sources.Page, error) {
	const endpoint = "get_category_content"
	rows := data.Get("content.v_item")
	total, ok := integer(data.Get("content.total_cnt"))
	if !ok || !rows.IsArray() && rows.Type != gjson.Null {
		return sources.Page{}, shapeError(endpoint, data.Raw, "v_item or total_cnt are missing")
	}
	page := sources.Page{Total: int(max(total, 0))}
	list := rows.Array()
	if len(list) == 0 && number*squareSize < page.Total {
		return sources.Page{}, shapeError(endpoint, data.Raw, "no rows before the end of the category")
	}
	for _, row := range list {
		if summary, ok := categoryRow(row); ok {
			page.Playlists = append(page.Playlists, summary)
		} else {
			page.Skipped++
		}
	}
	if len(list) > 0 && len(page.Playlists) == 0 {
		return sources.Page{}, shapeError(endpoint, data.Raw, "no row can be read")
	}
	if next := (number + 1) * squareSize; len(list) > 0 && (page.Total == 0 || next < page.Total) {
		page.Next = strconv.Itoa(next)
	}
	return page, nil
}

func categoryRow(row gjson.Result) (sources.PlaylistSummary, bool) {
	basic := row.Get("basic")
	id, ok := integer(basic.Get("tid"))
	if !ok || id <= 0 {
		return sources.PlaylistSummary{}, false
	}
	remoteID := strconv.FormatInt(id, 10)
	return sources.PlaylistSummary{
		Ref:         models.PlaylistRef{Platform: Name, RemoteID: remoteID, Kind: models.KindPlaylist},
		Name:        cleanLine(basic.Get("title").String()),
		Description: cleanText(basic.Get("desc").String()),
		CoverURL:    webAddress(upstreamtext.First(basic.Get("cover.default_url").String(), basic.Get("cover.medium_url").String())),
		Creator:     cleanLine(basic.Get("creator.nick").String()),
		WebURL:      playlistPage + remoteID,
		PlayCount:   max(basic.Get("play_cnt").Int(), 0),
		TrackCount:  max(basic.Get("song_cnt").Int(), 0),
		Raw:         models.RawJSON(row.Raw),
	}, true
}

func (s *Source) askCategories(ctx context.Context) ([]sources.Category, error) {
	data, err := s.musicu(ctx, call{
		key: "categories", module: "playlist.PlaylistAllCategoriesServer", method: "get_all_categories",
		comm: webComm(), param: map[string]any{"qq": ""},
	})
	if err != nil {
		return nil, err
	}
	return readCategories(data)
}

// readCategories reads the groups of categories (upstream document, 1d).
func readCategories(data gjson.Result) ([]sources.Category, error) {
	var known []sources.Category
	for _, group := range data.Get("v_group").Array() {
		for _, item := range group.Get("v_item").Array() {
			if id, ok := integer(item.Get("id")); ok && id > 0 {
				known = append(known, sources.Category{ID: strconv.FormatInt(id, 10), Name: cleanLine(item.Get("name").String())})
			}
		}
	}
	if len(known) == 0 {
		return nil, shapeError("get_all_categories", data.Raw, "no category can be read")
	}
	return known, nil
}
