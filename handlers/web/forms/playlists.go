package forms

import (
	"strconv"

	"catalogsync/models"
	"catalogsync/views"
)

// maxKeyword bounds the text that is searched for, in characters.
const maxKeyword = 200

// Playlists reads the filters of the playlist list. sources are the known platforms.
func Playlists(v Values, sources []string) (f models.PlaylistFilter, err error) {
	if err = v.onlyKnown("platform", "pool_kind", "status", "keyword", "wanted_only", "held_only", "page_size", "sort", "page"); err != nil {
		return f, err
	}
	if f.Platform, err = oneOf(v, "platform", sources); err != nil {
		return f, err
	}
	if f.PoolKind, err = oneOf(v, "pool_kind", models.PoolKinds); err != nil {
		return f, err
	}
	if f.State, err = oneOf(v, "status", models.PlaylistStates); err != nil {
		return f, err
	}
	if f.Sort, err = oneOf(v, "sort", models.PlaylistSorts); err != nil {
		return f, err
	}
	if f.Sort == "" {
		f.Sort = models.SortPlays
	}
	if f.WantedOnly, err = v.boolean("wanted_only"); err != nil {
		return f, err
	}
	if f.HeldOnly, err = v.boolean("held_only"); err != nil {
		return f, err
	}
	if f.Keyword = v.get("keyword"); len([]rune(f.Keyword)) > maxKeyword {
		return f, badValue("keyword", f.Keyword, "at most "+strconv.Itoa(maxKeyword)+" characters")
	}
	f.Page, err = playlistPage(v)
	return f, err
}

func playlistPage(v Values) (p models.Page, err error) {
	sizes := make([]string, len(views.PageSizes))
	for i, s := range views.PageSizes {
		sizes[i] = strconv.Itoa(s)
	}
	size, err := oneOf(v, "page_size", sizes)
	if err != nil {
		return p, err
	}
	p.Size = views.DefaultPageSize
	if size != "" {
		p.Size, _ = strconv.Atoi(size) // one of the known sizes
	}
	p.Number, err = v.integer("page", 1, 1, maxPage)
	return p, err
}

// Jobs reads the filters of the job list.
func Jobs(v Values, pageSize int) (f models.JobFilter, err error) {
	if err = v.onlyKnown("state", "page"); err != nil {
		return f, err
	}
	for _, text := range v["state"] {
		s, err := oneOf(Values{"state": {text}}, "state", models.JobStates)
		if err != nil {
			return f, err
		}
		if s != "" {
			f.States = append(f.States, s)
		}
	}
	f.Page.Size = pageSize
	f.Page.Number, err = v.integer("page", 1, 1, maxPage)
	return f, err
}

// FailedItems reads the filters of a job's failed items.
func FailedItems(v Values, pageSize int) (f models.ItemFilter, err error) {
	if err = v.onlyKnown("stage", "source", "error_code", "page"); err != nil {
		return f, err
	}
	f.States = []models.ItemState{models.ItemFailed}
	if f.Cause, err = failureCause(v); err != nil {
		return f, err
	}
	f.Page.Size = pageSize
	f.Page.Number, err = v.integer("page", 1, 1, maxPage)
	return f, err
}
