package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/models"
	"catalogsync/views"
)

// Bounds of what the header shows.
const (
	maxBundlesShown = 10
	maxOffersShown  = 3
)

// liveParam asks a poll of the menu for progress as well: something waits.
const liveParam = "live"

// ExportsMenu is the exports in the header.
func (h *Handlers) ExportsMenu(c fiber.Ctx) error {
	topics := []revision.Topic{revision.Exports}
	if c.Query(liveParam) != "" {
		topics = append(topics, revision.Jobs, revision.Progress)
	}
	return h.live(c, "fragments/exports/menu", func() (views.Localized, error) { return h.buildExportMenu(c) }, topics...)
}

func (h *Handlers) buildExportMenu(c fiber.Ctx) (views.ExportMenu, error) {
	vm := views.ExportMenu{Base: base(c)}
	waiting, err := h.waiting(c)
	if err != nil {
		return vm, err
	}
	for _, w := range waiting {
		if w.Waits() || w.Failed() {
			vm.Waiting = append(vm.Waiting, w)
		}
	}
	vm.Waiting = vm.Waiting[:min(len(vm.Waiting), maxBundlesShown)]
	vm.Poll = views.Poll{URL: views.URLExportMenu, EveryMS: views.PollIdleMS}
	if len(vm.Waiting) > 0 {
		vm.Poll = views.Poll{URL: views.URLExportMenu + "?" + liveParam + "=1", EveryMS: views.PollCalmMS}
	}
	vm.Bundles, err = h.Bundles.ListBundles(c.Context(), models.NowMS(h.Now()), maxBundlesShown)
	return vm, err
}

// ExportsOffers are exports that became ready, until the operator puts them away.
func (h *Handlers) ExportsOffers(c fiber.Ctx) error {
	return h.live(c, "fragments/exports/offers", func() (views.Localized, error) { return h.buildExportOffers(c) }, revision.Exports)
}

func (h *Handlers) buildExportOffers(c fiber.Ctx) (views.ExportOffers, error) {
	vm := views.ExportOffers{Base: base(c), Poll: h.poll(c, views.URLExportOffers, revision.Exports)}
	rows, err := h.waiting(c)
	for _, w := range rows {
		if w.Waits() {
			vm.EveryMS = views.PollCalmMS
		} else if w.SeenAtMS == 0 && len(vm.Rows) < maxOffersShown {
			vm.Rows = append(vm.Rows, w)
		}
	}
	return vm, err
}
