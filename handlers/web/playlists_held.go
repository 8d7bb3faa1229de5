package web

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// Keeper decides what becomes of songs that a platform dropped.
type Keeper interface {
	AcceptHeld(ctx context.Context, playlistID, set int64) (removed int, err error)
	DismissHeld(ctx context.Context, playlistID, set int64) error
	SetGonePolicy(ctx context.Context, playlistID int64, policy models.GonePolicy, days int) error
	SetPriority(ctx context.Context, playlistID int64, priority models.PlaylistPriority) error
}

// PlaylistHeldDecide accepts or dismisses what is held of a playlist.
func (h *Handlers) PlaylistHeldDecide(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	v, err := formValues(c)
	if err != nil {
		return err
	}
	f, err := forms.NewHeld(v)
	if err != nil {
		return err
	}
	if !f.Accept {
		if err := h.Keeper.DismissHeld(c.Context(), id, f.Set); err != nil {
			return err
		}
		return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.held.dismissed")}, views.PlaylistURL(id))
	}
	removed, err := h.Keeper.AcceptHeld(c.Context(), id, f.Set)
	if err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.count(c, "toast.held.accepted", removed)}, views.PlaylistURL(id))
}

// PlaylistGonePolicy says what becomes of songs that leave a playlist.
func (h *Handlers) PlaylistGonePolicy(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	v, err := formValues(c)
	if err != nil {
		return err
	}
	f, err := forms.NewGonePolicy(v)
	if err != nil {
		return err
	}
	if err := h.Keeper.SetGonePolicy(c.Context(), id, f.Policy, f.Days); err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.gone_policy")}, views.PlaylistURL(id))
}
