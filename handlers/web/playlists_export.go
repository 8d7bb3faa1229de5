package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// PlaylistsExport hands the selected playlists over as one ZIP, or says what it waits for.
func (h *Handlers) PlaylistsExport(c fiber.Ctx) error {
	b, err := h.bulk(c)
	if err != nil {
		return err
	}
	out, answered, err := h.act(c, models.BulkExport, b)
	if answered {
		return err
	}
	if err != nil {
		return h.exportRefused(c, b, err)
	}
	r := out.Export
	if r.Bundle != nil {
		return h.exportReady(c, r)
	}
	// A warning stays: the offer of what is there must not vanish.
	t := views.Toast{Kind: "warning", Title: h.count(c, "toast.export.queued", r.Download.Selected), Partial: h.partial(b)}
	t.Lines = append(h.downloadLines(c, r.Download), h.text(c, "toast.export.offer"))
	t.Links = append(h.downloadLinks(c, r.Download), views.Link{Text: h.text(c, "exports.all"), URL: views.URLExports})
	return h.told(c, t, out, r.Download.SyncDownload+r.Download.Download > 0)
}

// partial are the fields of a form that exports what is there now.
func (h *Handlers) partial(b forms.Bulk) map[string]string {
	b.Available = true
	fields := b.Fields()
	fields["confirmed"] = "1"
	return fields
}

// exportReady starts the download; the parts of a split one are fetched from their page.
func (h *Handlers) exportReady(c fiber.Ctx, r catalog.ExportResult) error {
	url := views.BundleLink(*r.Bundle)
	t := views.Toast{Kind: "success", Title: h.count(c, "toast.export.ready", r.Exported), Lines: []string{views.Bytes(r.Bundle.SizeBytes)}}
	if n := r.Bundle.Missing(); n > 0 {
		t.Lines = append(t.Lines, h.count(c, "exports.missing", n))
	}
	if parts := len(r.Bundle.PartSizes()); parts > 1 {
		t.Lines = append(t.Lines, h.count(c, "exports.parts", parts))
		t.Links = []views.Link{{Text: h.text(c, "exports.all"), URL: url}}
	} else {
		t.DownloadURL, t.Links = url, []views.Link{{Text: h.text(c, "toast.export.again"), URL: url}}
	}
	return h.toast(c, t, url)
}

// exportRefused answers an export that cannot be whole with the offer of what is there: a
// song that no source serves any more would otherwise keep its playlist back for good.
func (h *Handlers) exportRefused(c fiber.Ctx, b forms.Bulk, err error) error {
	code := models.CodeOf(err)
	if b.Available || code != models.CodeExportNotReady && code != models.CodeExportChanged || !wantsFragment(c) {
		return err
	}
	p := h.problemOf(c, err)
	t := views.Toast{Kind: "warning", Title: p.message, Partial: h.partial(b)}
	if p.detail != "" {
		t.Lines = []string{p.detail}
	}
	return h.toast(c, t, views.URLPlaylists)
}
