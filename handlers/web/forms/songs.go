package forms

import (
	"strconv"

	"catalogsync/app/catalog"
	"catalogsync/models"
	"catalogsync/views"
)

// songFields are the parameters of a list of songs.
var songFields = []string{"platform", "state", "source", "quality", "mislabelled", "keyword", "page_size", "after", "before", "at"}

// Songs reads the filters of a list of songs. platforms and sources are the known ones.
func Songs(v Values, platforms, sources []string) (f models.SongFilter, err error) {
	if err = v.onlyKnown(songFields...); err != nil {
		return f, err
	}
	if f.Platform, err = oneOf(v, "platform", platforms); err != nil {
		return f, err
	}
	if f.State, err = oneOf(v, "state", models.SongStates); err != nil {
		return f, err
	}
	if f.Source, err = oneOf(v, "source", sources); err != nil {
		return f, err
	}
	if f.Quality, err = oneOf(v, "quality", models.Qualities); err != nil {
		return f, err
	}
	if f.Mislabelled, err = v.boolean("mislabelled"); err != nil {
		return f, err
	}
	if f.Keyword, err = v.keyword(); err != nil {
		return f, err
	}
	if f.Place, err = v.place(); err != nil {
		return f, err
	}
	f.Size, err = v.rows()
	return f, err
}

// Artists reads the filters of the list of artists.
func Artists(v Values, platforms []string) (f models.ArtistFilter, err error) {
	if err = v.onlyKnown("platform", "keyword", "page_size", "after", "before", "at"); err != nil {
		return f, err
	}
	if f.Platform, err = oneOf(v, "platform", platforms); err != nil {
		return f, err
	}
	if f.Keyword, err = v.keyword(); err != nil {
		return f, err
	}
	if f.Place, err = v.place(); err != nil {
		return f, err
	}
	f.Size, err = v.rows()
	return f, err
}

// SongBulk is an action on selected songs.
type SongBulk struct {
	catalog.SongPick
	// Confirmed says that the operator saw what the action would do.
	Confirmed bool
	Page      []int64 // songs on the page, of which is asked which are among the selected
}

// NewSongBulk reads an action on selected songs, or a question about them.
func NewSongBulk(v Values) (b SongBulk, err error) {
	if err = v.onlyKnown(append([]string{"confirmed", "page"}, pickFields...)...); err != nil {
		return b, err
	}
	p, err := v.pick()
	if err != nil {
		return b, err
	}
	b.IDs, b.Token, b.Except = p.IDs, p.Token, p.Except
	if b.Confirmed, err = v.boolean("confirmed"); err != nil {
		return b, err
	}
	b.Page, err = IDs(v, "page")
	return b, err
}

// Fields are the hidden fields of a form that does the action after all.
func (b SongBulk) Fields() map[string]string {
	return map[string]string{"ids": JoinIDs(b.IDs), "token": b.Token, "except": JoinIDs(b.Except), "confirmed": "1"}
}

func (v Values) keyword() (string, error) {
	text := v.get("keyword")
	if len([]rune(text)) > maxKeyword {
		return "", badValue("keyword", text, "at most "+strconv.Itoa(maxKeyword)+" characters")
	}
	return text, nil
}

// rows is the number of rows of a page.
func (v Values) rows() (int, error) {
	sizes := make([]string, len(views.SongPageSizes))
	for i, s := range views.SongPageSizes {
		sizes[i] = strconv.Itoa(s)
	}
	size, err := oneOf(v, "page_size", sizes)
	if size == "" {
		return views.DefaultPageSize, err
	}
	return strconv.Atoi(size)
}

// place reads which page is asked for; more than one place is refused.
func (v Values) place() (p models.Place, err error) {
	given := ""
	for name, to := range map[string]*int64{"after": &p.After, "before": &p.Before} {
		text := v.get(name)
		if text == "" {
			continue
		}
		if *to, err = strconv.ParseInt(text, 10, 64); err != nil || *to < 1 {
			return p, badValue(name, text, "the number of a row")
		}
		given += name
	}
	at, err := oneOf(v, "at", []string{"last"})
	if err != nil {
		return p, err
	}
	p.Last = at != ""
	if given == "afterbefore" || given == "beforeafter" || given != "" && p.Last {
		return p, badValue("at", v.get("at"), "only one of after, before and at")
	}
	return p, nil
}
