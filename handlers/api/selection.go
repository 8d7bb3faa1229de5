package api

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
)

func (h *handlers) downloadPlaylists(c fiber.Ctx) error {
	form, err := h.selectionForm(c)
	if err != nil {
		return err
	}
	r, err := h.Selection.DownloadSelected(c.Context(), form.ids, form.jobs)
	if err != nil {
		return err
	}
	return c.Status(statusOfJobs(r.SyncDownloadJob, r.DownloadJob)).JSON(downloadOf(r))
}

func (h *handlers) syncPlaylists(c fiber.Ctx) error {
	form, err := h.selectionForm(c)
	if err != nil {
		return err
	}
	r, err := h.Selection.SyncSelected(c.Context(), form.ids, form.jobs)
	if err != nil {
		return err
	}
	return c.Status(statusOfJobs(r.Job)).JSON(syncOf(r))
}

func (h *handlers) markPlaylists(c fiber.Ctx) error {
	b := readBody(c)
	ids := b.ids("playlist_ids")
	var wanted bool
	b.require("wanted", "true or false", &wanted)
	if err := b.done(); err != nil {
		return err
	}
	r, err := h.Selection.SetWanted(c.Context(), ids, wanted)
	if err != nil {
		return err
	}
	return c.JSON(wantedJSON{Selected: r.Selected, Changed: r.Changed, Wanted: wanted})
}

func (h *handlers) exportPlaylists(c fiber.Ctx) error {
	form, err := h.selectionForm(c)
	if err != nil {
		return err
	}
	r, err := h.Selection.Export(c.Context(), form.ids, form.jobs)
	if err != nil {
		return err
	}
	return c.Status(statusOfJobs(r.Download.SyncDownloadJob, r.Download.DownloadJob)).JSON(exportOf(r))
}

func (h *handlers) zipPlaylists(c fiber.Ctx) error {
	b := readBody(c)
	form := h.readSelection(b)
	how := h.exportForm(b)
	if err := b.done(); err != nil {
		return err
	}
	r, err := h.Selection.ExportZIP(c.Context(), form.ids, catalog.ExportOptions{Form: how, Jobs: form.jobs})
	if err != nil {
		return err
	}
	return c.Status(statusOfJobs(r.Download.SyncDownloadJob, r.Download.DownloadJob)).JSON(exportOf(r))
}
