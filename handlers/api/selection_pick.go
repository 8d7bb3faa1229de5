package api

import (
	"context"
	"encoding/json"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

// readPick reads what a bulk action is about: playlist_ids, and all that match a kept
// selection, or a filter, but except_ids.
func (h *handlers) readPick(ctx context.Context, b *body) catalog.Pick {
	p := catalog.Pick{IDs: b.ids("playlist_ids"), Token: b.text("selection", maxSelectionToken), Except: b.ids("except_ids")}
	fields, ok := b.object("filter")
	if ok {
		f := h.readFilter(ctx, fields)
		if err := fields.done(); err != nil {
			b.fail(err)
		}
		p.Filter = &f
	}
	if p.Filter != nil && p.Token != "" {
		b.fail(models.Invalid("filter", models.CodeBadValue, "give a selection or a filter, not both"))
	}
	return p
}

// maxSelectionToken bounds the token of a selection.
const maxSelectionToken = 100

// readFilter reads a filter of playlists from an object of its own.
func (h *handlers) readFilter(ctx context.Context, b *body) models.PlaylistFilter {
	return models.PlaylistFilter{
		Platform:   b.oneOf("platform", h.withCatalog(ctx, h.Collectors())),
		PoolKind:   models.PoolKind(b.oneOf("pool_kind", names(models.PoolKinds))),
		State:      models.PlaylistState(b.oneOf("status", names(models.PlaylistStates))),
		Keyword:    b.text("keyword", maxKeyword),
		WantedOnly: b.flag("wanted_only"),
		HeldOnly:   b.flag("held_only"),
	}
}

// object reads a field that is an object, whose fields are read like those of a body.
func (b *body) object(name string) (*body, bool) {
	fields := map[string]json.RawMessage{}
	if !b.read(name, "an object", &fields) {
		return nil, false
	}
	return &body{fields: fields}, true
}
