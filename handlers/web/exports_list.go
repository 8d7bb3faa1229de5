package web

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/models"
	"catalogsync/views"
)

// ExportKeeper takes prepared ZIPs away before their time.
type ExportKeeper interface {
	DeleteBundle(ctx context.Context, name string) error
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
	return vm, nil
}

// ExportsDelete takes a prepared ZIP away; the files of the library stay.
func (h *Handlers) ExportsDelete(c fiber.Ctx) error {
	if err := h.Exports.DeleteBundle(c.Context(), c.Params("name")); err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.export.deleted")}, views.URLExports)
}
