package web

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// bulk are the fields of a bulk action.
func (h *Handlers) bulk(c fiber.Ctx) (forms.Bulk, error) {
	v, err := formValues(c)
	if err != nil {
		return forms.Bulk{}, err
	}
	return forms.NewBulk(v)
}

// PlaylistsDownload downloads the selected playlists by their state.
func (h *Handlers) PlaylistsDownload(c fiber.Ctx) error {
	b, err := h.bulk(c)
	if err != nil {
		return err
	}
	r, err := h.Selection.DownloadSelected(c.Context(), b.IDs, catalog.JobOptions{Origin: origin})
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.count(c, "toast.download.title", r.Selected)}
	if r.SyncDownload+r.Download == 0 {
		t.Kind = "info"
	}
	t.Lines, t.Links = h.downloadLines(c, r), h.downloadLinks(c, r)
	return h.toast(c, t, views.URLPlaylists)
}

// PlaylistsSync reads the selected playlists again.
func (h *Handlers) PlaylistsSync(c fiber.Ctx) error {
	b, err := h.bulk(c)
	if err != nil {
		return err
	}
	r, err := h.Selection.SyncSelected(c.Context(), b.IDs, catalog.JobOptions{Origin: origin})
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "info", Title: h.count(c, "toast.sync.none", r.Selected)}
	if r.Job != nil {
		t = views.Toast{Kind: "success", Title: h.count(c, "toast.sync.title", r.Queued), Links: []views.Link{h.jobLink(c, r.Job.ID)}}
	}
	if n := len(r.Busy); n > 0 {
		t.Lines = append(t.Lines, h.count(c, "toast.busy", n))
	}
	return h.toast(c, t, views.URLPlaylists)
}

// PlaylistsWanted marks the selected playlists for download, or takes the mark away.
func (h *Handlers) PlaylistsWanted(c fiber.Ctx) error {
	b, err := h.bulk(c)
	if err != nil {
		return err
	}
	r, err := h.Selection.SetWanted(c.Context(), b.IDs, b.Wanted)
	if err != nil {
		return err
	}
	key := "toast.unwanted.title"
	if b.Wanted {
		key = "toast.wanted.title"
	}
	t := views.Toast{Kind: "success", Title: h.count(c, key, r.Changed)}
	if same := r.Selected - r.Changed; same > 0 {
		t.Lines = []string{h.count(c, "toast.wanted.same", same)}
	}
	return h.toast(c, t, views.URLPlaylists)
}

// PlaylistsExport hands the selected playlists over as one ZIP, or says what it waits for.
func (h *Handlers) PlaylistsExport(c fiber.Ctx) error {
	b, err := h.bulk(c)
	if err != nil {
		return err
	}
	r, err := h.Selection.ExportZIP(c.Context(), b.IDs, catalog.ExportOptions{Form: b.Form(), Jobs: catalog.JobOptions{Origin: origin}})
	if err != nil {
		return h.exportRefused(c, b, err)
	}
	if r.Bundle != nil {
		return h.exportReady(c, r)
	}
	t := views.Toast{Kind: "info", Title: h.count(c, "toast.export.queued", r.Download.Selected)}
	t.Lines = append(h.downloadLines(c, r.Download), h.text(c, "toast.export.offer"))
	t.Links = h.downloadLinks(c, r.Download)
	t.Kind, t.Partial = "warning", joinIDs(b.IDs) // a warning stays: the offer must not vanish
	t.Layout, t.Split = string(b.Layout), b.SplitText()
	t.Pending = &views.PendingExport{Playlists: t.Partial, Jobs: joinIDs(jobIDs(r.Download)), Layout: t.Layout, Split: t.Split}
	return h.toast(c, t, views.URLPlaylists)
}

// exportReady starts the download; the parts of a split one are fetched from their page.
func (h *Handlers) exportReady(c fiber.Ctx, r catalog.ExportResult) error {
	url := views.BundleLink(*r.Bundle)
	t := views.Toast{Kind: "success", Title: h.count(c, "toast.export.ready", r.Exported), Lines: []string{views.Bytes(r.Bundle.SizeBytes)}}
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
	return h.toast(c, views.Toast{Kind: "warning", Title: p.message, Partial: joinIDs(b.IDs), Layout: string(b.Layout), Split: b.SplitText()}, views.URLPlaylists)
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
	for _, id := range jobIDs(r) {
		links = append(links, h.jobLink(c, id))
	}
	return links
}

// jobIDs lists the jobs that a download waits for, new ones first, each once.
func jobIDs(r catalog.DownloadResult) []int64 {
	var ids []int64
	seen := map[int64]bool{}
	add := func(id int64) {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, run := range []*models.JobRun{r.SyncDownloadJob, r.DownloadJob} {
		if run != nil {
			add(run.ID)
		}
	}
	for _, b := range r.Busy {
		add(b.JobID)
	}
	return ids
}

func joinIDs(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(texts, ",")
}
