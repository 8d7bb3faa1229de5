package catalog

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"catalogsync/models"
)

// MaxMatching bounds the playlists of an action on all that match a filter.
const MaxMatching = 100_000

// selectionTTL is how long "all that match" is held for the operator.
const selectionTTL = 24 * time.Hour

// tokenBytes is the randomness of a selection's token.
const tokenBytes = 15

// Pick is what the operator picked: playlists one by one, and all that match a filter but a
// few. A token stands for a filter and the number of playlists that the operator was told.
type Pick struct {
	IDs    []int64
	Token  string
	Filter *models.PlaylistFilter // without a number that it must agree with; nil = none
	Except []int64                // of those that match

	loose bool // a token stands for whatever matches now
}

// One says that the pick is a single playlist that was named.
func (p Pick) One() bool { return p.Token == "" && p.Filter == nil && len(p.IDs) == 1 }

// Matching says that the pick is more than what was named one by one.
func (p Pick) Matching() bool { return p.Token != "" || p.Filter != nil }

// picked are the playlists of a pick, by id, and the filter that found them.
type picked struct {
	ids        []int64
	filterJSON string
}

// Keep holds "all that match" for an operator, who is told how many there are.
func (b *Bulk) Keep(ctx context.Context, f models.PlaylistFilter) (models.SavedSelection, error) {
	f = bare(f)
	ids, err := b.store.SelectPlaylistIDs(ctx, f, 0)
	if err != nil {
		return models.SavedSelection{}, err
	}
	return keep(ctx, b.store, b.o, models.OfPlaylists, f, len(ids))
}

// bare is a filter without what only lays out a list.
func bare(f models.PlaylistFilter) models.PlaylistFilter {
	f.Sort, f.Page = "", models.Page{}
	return f
}

// selectionKeeper keeps selections.
type selectionKeeper interface {
	CreateSelection(ctx context.Context, sel *models.SavedSelection) error
}

func keep(ctx context.Context, store selectionKeeper, o BulkOptions, subject models.Subject, filter any, count int) (models.SavedSelection, error) {
	text, err := json.Marshal(filter)
	if err != nil {
		return models.SavedSelection{}, fmt.Errorf("write filter of selection: %w", err)
	}
	random := make([]byte, tokenBytes)
	if _, err := io.ReadFull(o.Random, random); err != nil {
		return models.SavedSelection{}, fmt.Errorf("name selection: %w", err)
	}
	now := o.Now()
	sel := models.SavedSelection{
		Token: strings.ToLower(base32.StdEncoding.EncodeToString(random)), Subject: subject, FilterJSON: string(text), Count: int64(count),
		CreatedAtMS: models.NowMS(now), ExpiresAtMS: models.NowMS(now.Add(selectionTTL)),
	}
	return sel, store.CreateSelection(ctx, &sel)
}

// Held is what a kept selection is now.
type Held struct {
	models.SavedSelection
	Filter  models.PlaylistFilter
	Matches int  // playlists that match now
	Changed bool // Matches is not what the operator was told
}

// Held looks a selection up; an unknown token is ClassNotFound.
func (b *Bulk) Held(ctx context.Context, token string) (Held, error) {
	h, ids, err := b.held(ctx, token)
	h.Matches = len(ids)
	h.Changed = err == nil && int64(h.Matches) != h.Count
	return h, err
}

func (b *Bulk) held(ctx context.Context, token string) (Held, []int64, error) {
	sel, err := b.store.FindSelection(ctx, models.OfPlaylists, token)
	if err == nil && sel == nil {
		err = selectionGone()
	}
	if err != nil {
		return Held{}, nil, err
	}
	h := Held{SavedSelection: *sel}
	if err := json.Unmarshal([]byte(sel.FilterJSON), &h.Filter); err != nil {
		return h, nil, fmt.Errorf("read selection %d: %w", sel.ID, err)
	}
	ids, err := b.store.SelectPlaylistIDs(ctx, h.Filter, 0)
	return h, ids, err
}

func selectionGone() error {
	e := models.NotFound("this selection is not held any more; select again")
	e.Field = "selection"
	return e
}

// resolve lists the playlists of a pick. A token whose filter matches another number by now
// is CodeSelectionChanged with the new one; nothing picked, too many, and unknown ids are
// errors as of DownloadSelected.
func (b *Bulk) resolve(ctx context.Context, p Pick) (picked, error) {
	if !p.Matching() {
		ids, err := b.selection.check(ctx, p.IDs)
		return picked{ids: ids}, err
	}
	var r picked
	var err error
	if r.ids, r.filterJSON, err = b.matching(ctx, p); err != nil {
		return r, err
	}
	except := make(map[int64]bool, len(p.Except))
	for _, id := range p.Except {
		except[id] = true
	}
	r.ids = slices.DeleteFunc(r.ids, func(id int64) bool { return except[id] })
	if len(p.IDs) > 0 {
		named, err := b.selection.check(ctx, p.IDs)
		if err != nil {
			return r, err
		}
		r.ids = append(r.ids, named...)
	}
	slices.Sort(r.ids)
	r.ids = slices.Compact(r.ids)
	return r, checkCount(len(r.ids), MaxMatching)
}

// matching lists the playlists that match what the token or the filter says.
func (b *Bulk) matching(ctx context.Context, p Pick) ([]int64, string, error) {
	if p.Token == "" {
		f := bare(*p.Filter)
		text, err := json.Marshal(f)
		if err != nil {
			return nil, "", fmt.Errorf("write filter: %w", err)
		}
		ids, err := b.store.SelectPlaylistIDs(ctx, f, 0)
		return ids, string(text), err
	}
	h, ids, err := b.held(ctx, p.Token)
	if err != nil {
		return nil, "", err
	}
	if int64(len(ids)) != h.Count && !p.loose {
		return nil, "", selectionChanged(h.Count, len(ids))
	}
	return ids, h.FilterJSON, nil
}

func selectionChanged(before int64, count int) error {
	e := models.NewError(models.ClassConflict, models.CodeSelectionChanged,
		"%d matched when this was selected, and %d match now; look again and confirm", before, count)
	e.Field = "selection"
	e.Params = map[string]any{"Before": before, "Count": count}
	return e
}

// IsSelectionChanged says whether an action was refused because another number matches now.
func IsSelectionChanged(err error) bool {
	e, ok := errors.AsType[*models.Error](err)
	return ok && e.Code == models.CodeSelectionChanged
}

func checkCount(n, limit int) error {
	switch {
	case n == 0:
		return models.Invalid("playlist_ids", models.CodeNothingSelected, "no playlist is selected; select at least one")
	case n > limit:
		e := models.Invalid("playlist_ids", models.CodeTooLarge, "%d playlists are selected; select at most %d at once", n, limit)
		e.Params = map[string]any{"Count": n, "Limit": limit}
		return e
	}
	return nil
}

// Among lists those of ids that a selection holds, whatever the number that match.
func (b *Bulk) Among(ctx context.Context, token string, ids []int64) ([]int64, error) {
	sel, err := b.store.FindSelection(ctx, models.OfPlaylists, token)
	if err == nil && sel == nil {
		err = selectionGone()
	}
	if err != nil {
		return nil, err
	}
	var f models.PlaylistFilter
	if err := json.Unmarshal([]byte(sel.FilterJSON), &f); err != nil {
		return nil, fmt.Errorf("read selection %d: %w", sel.ID, err)
	}
	return b.store.KeepPlaylistIDs(ctx, f, ids[:min(len(ids), MaxSelected)])
}
