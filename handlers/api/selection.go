package api

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

// Bulk acts on what a caller picked.
type Bulk interface {
	Keep(ctx context.Context, f models.PlaylistFilter) (models.SavedSelection, error)
	Held(ctx context.Context, token string) (catalog.Held, error)
	Rehearse(ctx context.Context, kind models.BulkKind, p catalog.Pick) (catalog.Rehearsal, error)
	Act(ctx context.Context, r catalog.BulkRequest) (catalog.BulkOutcome, error)
	View(ctx context.Context, actionID int64) (catalog.BulkView, error)
	Undo(ctx context.Context, actionID int64, origin string) (catalog.Undone, error)
}

// act does an action that the body asks for; read takes what is particular to it.
func (h *handlers) act(c fiber.Ctx, kind models.BulkKind, read func(*body, *catalog.BulkRequest)) (catalog.BulkOutcome, error) {
	b := readBody(c)
	r := catalog.BulkRequest{Kind: kind, Pick: h.readPick(c.Context(), b), Jobs: catalog.JobOptions{Origin: origin}}
	read(b, &r)
	if err := b.done(); err != nil {
		return catalog.BulkOutcome{}, err
	}
	return h.Bulk.Act(c.Context(), r)
}

// jobOptions reads what all actions that may create jobs have in common.
func (h *handlers) jobOptions(b *body, r *catalog.BulkRequest) {
	r.Jobs.DownloadSources = b.listOf("download_sources", h.Providers())
	r.Jobs.Workers = b.number("workers", 0, maxWorkers)
	r.Jobs.Priority = b.number("priority", -maxPriority, maxPriority)
}

func (h *handlers) downloadPlaylists(c fiber.Ctx) error {
	out, err := h.act(c, models.BulkDownload, h.jobOptions)
	if err != nil {
		return err
	}
	if !out.Done {
		return accepted(c, out)
	}
	answer := downloadOf(out.Download)
	answer.bulkJSON = bulkOf(out)
	return c.Status(statusOfJobs(out.Download.SyncDownloadJob, out.Download.DownloadJob)).JSON(answer)
}

func (h *handlers) syncPlaylists(c fiber.Ctx) error {
	out, err := h.act(c, models.BulkSync, h.jobOptions)
	if err != nil {
		return err
	}
	if !out.Done {
		return accepted(c, out)
	}
	answer := syncOf(out.Sync)
	answer.bulkJSON = bulkOf(out)
	return c.Status(statusOfJobs(out.Sync.Job)).JSON(answer)
}

func (h *handlers) markPlaylists(c fiber.Ctx) error {
	var wanted bool
	out, err := h.act(c, models.BulkUnwant, func(b *body, r *catalog.BulkRequest) {
		b.require("wanted", "true or false", &wanted)
		if wanted {
			r.Kind = models.BulkWant
		}
	})
	if err != nil {
		return err
	}
	if !out.Done {
		return accepted(c, out)
	}
	return c.JSON(wantedJSON{Selected: out.Wanted.Selected, Changed: out.Wanted.Changed, Wanted: wanted, bulkJSON: bulkOf(out)})
}

func (h *handlers) exportPlaylists(c fiber.Ctx) error {
	return h.export(c, func(b *body, r *catalog.BulkRequest) {
		h.jobOptions(b, r)
		r.Routed = true
	})
}

func (h *handlers) zipPlaylists(c fiber.Ctx) error {
	return h.export(c, func(b *body, r *catalog.BulkRequest) {
		h.jobOptions(b, r)
		r.Form = h.exportForm(b)
	})
}

func (h *handlers) export(c fiber.Ctx, read func(*body, *catalog.BulkRequest)) error {
	out, err := h.act(c, models.BulkExport, read)
	if err != nil {
		return err
	}
	if !out.Done {
		return accepted(c, out)
	}
	d := out.Export.Download
	return c.Status(statusOfJobs(d.SyncDownloadJob, d.DownloadJob)).JSON(exportOf(out))
}

// accepted answers an action on so many playlists that its job does it.
func accepted(c fiber.Ctx, out catalog.BulkOutcome) error {
	return c.Status(fiber.StatusAccepted).JSON(bulkAcceptedJSON{Status: statusAccepted, Selected: out.Action.Selected, bulkJSON: bulkOf(out)})
}

func (h *handlers) rehearse(c fiber.Ctx) error {
	b := readBody(c)
	kind := models.BulkKind(b.requireOneOf("action", names(models.BulkKinds)))
	pick := h.readPick(c.Context(), b)
	if err := b.done(); err != nil {
		return err
	}
	r, err := h.Bulk.Rehearse(c.Context(), kind, pick)
	if err != nil {
		return err
	}
	return c.JSON(bulkRehearsalOf(r))
}

func (h *handlers) keepSelection(c fiber.Ctx) error {
	b := readBody(c)
	f := h.readFilter(c.Context(), b)
	if err := b.done(); err != nil {
		return err
	}
	sel, err := h.Bulk.Keep(c.Context(), f)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(selectionOf(catalog.Held{SavedSelection: sel, Filter: f, Matches: int(sel.Count)}))
}

func (h *handlers) showSelection(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	held, err := h.Bulk.Held(c.Context(), c.Params("token"))
	if err != nil {
		return err
	}
	return c.JSON(selectionOf(held))
}

func (h *handlers) showBulk(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	v, err := h.Bulk.View(c.Context(), id)
	if err != nil {
		return err
	}
	return c.JSON(bulkViewOf(v))
}

func (h *handlers) undoBulk(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	u, err := h.Bulk.Undo(c.Context(), id, origin)
	if err != nil {
		return err
	}
	return c.JSON(undoneJSON{Action: string(u.Kind), CanceledJobs: each(u.Canceled, same), StoppedItems: u.Stopped, DoneItems: u.Stay, RestoredPlaylists: u.Restored})
}

func same(id int64) int64 { return id }
