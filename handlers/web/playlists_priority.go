package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/web/forms"
	"catalogsync/views"
)

// PlaylistPriority says how early a playlist is synced and downloaded.
func (h *Handlers) PlaylistPriority(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	v, err := formValues(c)
	if err != nil {
		return err
	}
	priority, err := forms.NewPriority(v)
	if err != nil {
		return err
	}
	if err := h.Keeper.SetPriority(c.Context(), id, priority); err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.priority."+priority.String())}, views.PlaylistURL(id))
}
