package web

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// Bulk acts on what the operator picked.
type Bulk interface {
	Keep(ctx context.Context, f models.PlaylistFilter) (models.SavedSelection, error)
	Held(ctx context.Context, token string) (catalog.Held, error)
	Among(ctx context.Context, token string, ids []int64) ([]int64, error)
	Tally(ctx context.Context, p catalog.Pick) (catalog.PickTally, error)
	Rehearse(ctx context.Context, kind models.BulkKind, p catalog.Pick) (catalog.Rehearsal, error)
	Act(ctx context.Context, r catalog.BulkRequest) (catalog.BulkOutcome, error)
	ViewOfJob(ctx context.Context, jobID int64) (catalog.BulkView, error)
	Undo(ctx context.Context, actionID int64, origin string) (catalog.Undone, error)
}

// bulk are the fields of a bulk action.
func (h *Handlers) bulk(c fiber.Ctx) (forms.Bulk, error) {
	v, err := formValues(c)
	if err != nil {
		return forms.Bulk{}, err
	}
	return forms.NewBulk(v)
}

// act does an action, or answers with its rehearsal when it is large and not confirmed.
// answered says that there is nothing left to be told.
func (h *Handlers) act(c fiber.Ctx, kind models.BulkKind, b forms.Bulk) (out catalog.BulkOutcome, answered bool, err error) {
	if b.Large() && !b.Confirmed && wantsFragment(c) {
		return out, true, h.rehearseFirst(c, kind, b)
	}
	form := b.Form()
	if b.AsOf != "" {
		if form.AsOfMS, err = catalog.ParseInstant("as_of", strings.TrimSpace(b.AsOf), h.Now().Location()); err != nil {
			return out, false, err
		}
	}
	out, err = h.Bulk.Act(c.Context(), catalog.BulkRequest{Kind: kind, Pick: b.Pick, Form: form, Jobs: catalog.JobOptions{Origin: origin}})
	switch {
	case catalog.IsSelectionChanged(err) && wantsFragment(c):
		return out, true, h.rehearseAnew(c, kind, b, err)
	case err == nil && !out.Done:
		return out, true, h.bulkAccepted(c, out)
	}
	return out, false, err
}

// bulkAccepted tells that an action on very many playlists is done by its job.
func (h *Handlers) bulkAccepted(c fiber.Ctx, out catalog.BulkOutcome) error {
	t := views.Toast{
		Kind: "success", Title: h.count(c, "toast.bulk.accepted", int(out.Action.Selected)), UndoURL: views.BulkUndoURL(out.Action.ID),
		Links: []views.Link{h.jobLink(c, out.Action.JobRunID)},
	}
	return h.toast(c, t, views.JobURL(out.Action.JobRunID))
}

// told gives a toast the way back, and the link to the action's own job.
func (h *Handlers) told(c fiber.Ctx, t views.Toast, out catalog.BulkOutcome, undoable bool) error {
	if undoable {
		t.UndoURL = views.BulkUndoURL(out.Action.ID)
	}
	if out.Job != nil {
		t.Links = append(t.Links, views.Link{Text: h.text(c, "toast.bulk.open", "ID", out.Job.ID), URL: views.JobURL(out.Job.ID)})
	}
	return h.toast(c, t, views.URLPlaylists)
}

// PlaylistsDownload downloads the selected playlists by their state.
func (h *Handlers) PlaylistsDownload(c fiber.Ctx) error {
	b, err := h.bulk(c)
	if err != nil {
		return err
	}
	out, answered, err := h.act(c, models.BulkDownload, b)
	if err != nil || answered {
		return err
	}
	r := out.Download
	t := views.Toast{Kind: "success", Title: h.count(c, "toast.download.title", r.Selected)}
	if r.SyncDownload+r.Download == 0 {
		t.Kind = "info"
	}
	t.Lines, t.Links = h.downloadLines(c, r), h.downloadLinks(c, r)
	return h.told(c, t, out, r.SyncDownload+r.Download > 0)
}

// PlaylistsSync reads the selected playlists again.
func (h *Handlers) PlaylistsSync(c fiber.Ctx) error {
	b, err := h.bulk(c)
	if err != nil {
		return err
	}
	out, answered, err := h.act(c, models.BulkSync, b)
	if err != nil || answered {
		return err
	}
	r := out.Sync
	t := views.Toast{Kind: "info", Title: h.count(c, "toast.sync.none", r.Selected)}
	if r.Job != nil {
		t = views.Toast{Kind: "success", Title: h.count(c, "toast.sync.title", r.Queued), Links: []views.Link{h.jobLink(c, r.Job.ID)}}
	}
	if n := len(r.Busy); n > 0 {
		t.Lines = append(t.Lines, h.count(c, "toast.busy", n))
	}
	return h.told(c, t, out, r.Job != nil)
}

// PlaylistsWanted marks the selected playlists for download, or takes the mark away.
func (h *Handlers) PlaylistsWanted(c fiber.Ctx) error {
	b, err := h.bulk(c)
	if err != nil {
		return err
	}
	out, answered, err := h.act(c, b.Kind(), b)
	if err != nil || answered {
		return err
	}
	key := "toast.unwanted.title"
	if b.Wanted {
		key = "toast.wanted.title"
	}
	r := out.Wanted
	t := views.Toast{Kind: "success", Title: h.count(c, key, r.Changed)}
	if same := r.Selected - r.Changed; same > 0 {
		t.Lines = []string{h.count(c, "toast.wanted.same", same)}
	}
	return h.told(c, t, out, r.Changed > 0)
}

// BulkUndo takes an action back as far as it has not happened.
func (h *Handlers) BulkUndo(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	u, err := h.Bulk.Undo(c.Context(), id, origin)
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.text(c, "toast.undo.title")}
	if u.Kind.Marks() {
		t.Lines = append(t.Lines, h.count(c, "toast.undo.restored", u.Restored))
	} else {
		t.Lines = append(t.Lines, h.count(c, "toast.undo.canceled", len(u.Canceled)))
	}
	if u.Stay > 0 {
		t.Lines = append(t.Lines, h.count(c, "toast.undo.stay", u.Stay))
	}
	for _, job := range u.Canceled {
		t.Links = append(t.Links, h.jobLink(c, job))
	}
	return h.toast(c, t, views.URLPlaylists)
}

// downloadLines says in numbers what went where.
func (h *Handlers) downloadLines(c fiber.Ctx, r catalog.DownloadResult) []string {
	var lines []string
	for _, part := range []struct {
		key string
		n   int
	}{
		{"toast.download.sync", r.SyncDownload},
		{"toast.download.only", r.Download},
		{"toast.download.here", r.Downloaded},
		{"toast.busy", len(r.Busy)},
	} {
		if part.n > 0 {
			lines = append(lines, h.count(c, part.key, part.n))
		}
	}
	return lines
}

func (h *Handlers) downloadLinks(c fiber.Ctx, r catalog.DownloadResult) []views.Link {
	var links []views.Link
	for _, id := range r.JobIDs() {
		links = append(links, h.jobLink(c, id))
	}
	return links
}
