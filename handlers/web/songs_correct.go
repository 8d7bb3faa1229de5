package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/web/forms"
	"catalogsync/views"
)

// SongsSay keeps what a pressed button says of a song.
func (h *Handlers) SongsSay(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	v, err := formValues(c)
	if err != nil {
		return err
	}
	said, err := forms.Said(v)
	if err != nil {
		return err
	}
	o, err := h.Corrections.Say(c.Context(), id, said)
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.text(c, "toast.said."+string(o.Kind)), Lines: []string{h.text(c, "toast.said.hint")}}
	return h.toast(c, t, views.URLPlaylists)
}

// SongsUndo takes back one thing that was said.
func (h *Handlers) SongsUndo(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	override, err := forms.ID(c.Params("override"))
	if err != nil {
		return err
	}
	if err := h.Corrections.TakeBack(c.Context(), id, override); err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.said.undone")}, views.URLPlaylists)
}

// SongsDownload fetches a song anew.
func (h *Handlers) SongsDownload(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	run, err := h.Corrections.DownloadAgain(c.Context(), id, origin)
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.text(c, "toast.started", "Title", h.jobTitle(c, run)), Links: []views.Link{h.jobLink(c, run.ID)}}
	return h.toast(c, t, views.JobURL(run.ID))
}
