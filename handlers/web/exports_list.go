package web

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/export"
	"catalogsync/app/revision"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// ExportKeeper takes prepared ZIPs away before their time, and keeps exports that wait for
// downloads.
type ExportKeeper interface {
	DeleteBundle(ctx context.Context, name string) error
	ListWaiting(ctx context.Context) ([]export.Waiting, error)
	Seen(ctx context.Context, waitingID int64) error
	Forget(ctx context.Context, waitingID int64) error
}

// maxBundlesListed bounds the prepared exports on their page.
const maxBundlesListed = 200

// ExportsList is the list of prepared ZIPs, as a page or as its cards.
func (h *Handlers) ExportsList(c fiber.Ctx) error {
	// That a ZIP expires changes no row: the content itself is compared as well.
	if wantsFragment(c) {
		return h.live(c, "fragments/exports/list", func() (views.Localized, error) { return h.buildExports(c) })
	}
	list, err := h.buildExports(c)
	if err != nil {
		return err
	}
	return h.page(c, "pages/exports/list", views.ExportsPage{Shell: h.shell(c, "exports", h.text(c, "nav.exports")), List: list})
}

func (h *Handlers) buildExports(c fiber.Ctx) (views.ExportList, error) {
	vm := views.ExportList{Base: base(c), Poll: h.poll(c, views.URLExports, revision.Exports)}
	bundles, err := h.Bundles.ListBundles(c.Context(), models.NowMS(h.Now()), maxBundlesListed)
	if err != nil {
		return vm, err
	}
	for _, b := range bundles {
		vm.Rows = append(vm.Rows, views.NewExportRow(b, h.Exports != nil))
	}
	waiting, err := h.waiting(c)
	for _, w := range waiting {
		if w.Waits() || w.Failed() {
			vm.Waiting = append(vm.Waiting, w)
		}
	}
	return vm, err
}

// waiting lists the exports that wait for downloads, or waited, newest first.
func (h *Handlers) waiting(c fiber.Ctx) ([]views.WaitingRow, error) {
	if h.Exports == nil {
		return nil, nil
	}
	list, err := h.Exports.ListWaiting(c.Context())
	rows := make([]views.WaitingRow, len(list))
	for i, w := range list {
		rows[i] = views.WaitingRow{WaitingExport: w.WaitingExport, Percent: w.Percent(), Jobs: w.Jobs}
		if w.State == models.WaitingReady {
			rows[i].DownloadURL, rows[i].Parts = views.BundleURL(w.BundleName), w.Form.SplitBytes > 0
			if rows[i].Parts {
				rows[i].DownloadURL = views.URLExports
			}
		}
	}
	return rows, err
}

// ExportsDelete takes a prepared ZIP away; the files of the library stay.
func (h *Handlers) ExportsDelete(c fiber.Ctx) error {
	if err := h.Exports.DeleteBundle(c.Context(), c.Params("name")); err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.export.deleted")}, views.URLExports)
}

// ExportsForget takes a waiting export away; its downloads go on.
func (h *Handlers) ExportsForget(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	if err := h.Exports.Forget(c.Context(), id); err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.export.forgotten")}, views.URLExports)
}

// ExportsSeen puts an offer away; the ZIP stays among the exports.
func (h *Handlers) ExportsSeen(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	if err := h.Exports.Seen(c.Context(), id); err != nil {
		return err
	}
	if !wantsFragment(c) {
		return c.Redirect().Status(fiber.StatusSeeOther).To(views.URLExports)
	}
	noStore(c)
	c.Set(headerTrigger, eventChanged)
	return c.SendStatus(fiber.StatusNoContent)
}
