package web

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/export"
	"catalogsync/handlers/web/forms"
	"catalogsync/views"
)

// Folders keeps playlist folders on the server.
type Folders interface {
	Refresh(ctx context.Context, playlistID int64) (export.Folder, error)
}

// PlaylistFolder brings a playlist's folder on the server up to date; it downloads nothing.
func (h *Handlers) PlaylistFolder(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	folder, err := h.Folders.Refresh(c.Context(), id)
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.count(c, "toast.folder.done", folder.Songs), Lines: []string{folder.Path}}
	if !folder.Changed {
		t.Kind, t.Title = "info", h.text(c, "toast.folder.same")
	}
	if n := len(folder.Missing); n > 0 {
		t.Lines = append(t.Lines, h.count(c, "exports.missing", n))
	}
	return h.toast(c, t, views.PlaylistURL(id))
}
