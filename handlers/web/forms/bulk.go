package forms

import (
	"strconv"
	"strings"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

// Bulk is an action on selected playlists. No selection at all is the use case's to
// refuse, so that web and API say the same.
type Bulk struct {
	catalog.Pick
	Wanted bool
	// Available takes what is there instead of waiting for what is missing.
	Available bool
	// Confirmed says that the operator saw what the action would do.
	Confirmed bool
	Packing
}

// pickFields name what an action is about.
var pickFields = []string{"ids", "token", "except"}

// NewBulk reads a bulk action.
func NewBulk(v Values) (b Bulk, err error) {
	if err = v.onlyKnown(append([]string{"wanted", "available", "confirmed", "layout", "split", "as_of"}, pickFields...)...); err != nil {
		return b, err
	}
	if b.Pick, err = v.pick(); err != nil {
		return b, err
	}
	for name, to := range map[string]*bool{"wanted": &b.Wanted, "available": &b.Available, "confirmed": &b.Confirmed} {
		if *to, err = v.boolean(name); err != nil {
			return b, err
		}
	}
	return b, b.Packing.read(v)
}

// maxToken bounds the token of a selection.
const maxToken = 100

func (v Values) pick() (p catalog.Pick, err error) {
	if p.IDs, err = IDs(v, "ids"); err != nil {
		return p, err
	}
	if p.Except, err = IDs(v, "except"); err != nil {
		return p, err
	}
	if p.Token = v.get("token"); len(p.Token) > maxToken {
		return p, badValue("token", p.Token, "the token of a selection")
	}
	return p, nil
}

// Look is a question about a selection: what it comes to, and which of the playlists on the
// page are among it.
type Look struct {
	catalog.Pick
	Page []int64
}

// NewLook reads a question about a selection.
func NewLook(v Values) (l Look, err error) {
	if err = v.onlyKnown(append([]string{"page"}, pickFields...)...); err != nil {
		return l, err
	}
	if l.Pick, err = v.pick(); err != nil {
		return l, err
	}
	l.Page, err = IDs(v, "page")
	return l, err
}

// JoinIDs writes ids as a form tells them.
func JoinIDs(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(texts, ",")
}

// Fields are the hidden fields of a form that does the action after all.
func (b Bulk) Fields() map[string]string {
	f := map[string]string{"ids": JoinIDs(b.IDs), "token": b.Token, "except": JoinIDs(b.Except), "layout": string(b.Layout), "split": b.SplitText(), "as_of": b.AsOf}
	if b.Wanted {
		f["wanted"] = "1"
	}
	if b.Available {
		f["available"] = "1"
	}
	return f
}

// Kind is the action that sets, or takes, marks.
func (b Bulk) Kind() models.BulkKind {
	if b.Wanted {
		return models.BulkWant
	}
	return models.BulkUnwant
}
