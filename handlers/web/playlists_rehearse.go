package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// bulkURLs are where actions are asked for.
var bulkURLs = map[models.BulkKind]string{
	models.BulkDownload: views.URLBulkDownload, models.BulkSync: views.URLBulkSync, models.BulkExport: views.URLBulkExport,
	models.BulkWant: views.URLBulkWanted, models.BulkUnwant: views.URLBulkWanted,
}

// rehearse answers with what the action would do, and asks to confirm it. notice, when it is
// not empty, says why the operator is asked.
func (h *Handlers) rehearse(c fiber.Ctx, kind models.BulkKind, b forms.Bulk, notice string) error {
	r, err := h.Bulk.Rehearse(c.Context(), kind, b.Pick)
	if err != nil {
		return err
	}
	fields := b.Fields()
	fields["confirmed"] = "1"
	vm := views.BulkRehearsal{Base: base(c), BulkNumbers: numbersOf(r), Kind: string(kind), Action: bulkURLs[kind], Fields: fields, Notice: notice, Token: b.Token}
	if b.Token != "" {
		held, err := h.Bulk.Held(c.Context(), b.Token)
		if err != nil {
			return err
		}
		vm.Count, vm.Filter = held.Count, h.filterWords(c, held.Filter)
	}
	noStore(c)
	return c.Render("fragments/playlists/rehearsal_update", vm)
}

// rehearseFirst is rehearse of an action that nobody saw the numbers of.
func (h *Handlers) rehearseFirst(c fiber.Ctx, kind models.BulkKind, b forms.Bulk) error {
	err := h.rehearse(c, kind, b, "")
	if catalog.IsSelectionChanged(err) {
		return h.rehearseAnew(c, kind, b, err)
	}
	return err
}

// rehearseAnew tells that another number matches by now, and rehearses that.
func (h *Handlers) rehearseAnew(c fiber.Ctx, kind models.BulkKind, b forms.Bulk, why error) error {
	held, err := h.Bulk.Held(c.Context(), b.Token)
	if err != nil {
		return err
	}
	sel, err := h.Bulk.Keep(c.Context(), held.Filter)
	if err != nil {
		return err
	}
	b.Token = sel.Token
	c.Status(fiber.StatusConflict)
	return h.rehearse(c, kind, b, h.problemOf(c, why).message)
}

// filterWords puts a filter into words, one a condition.
func (h *Handlers) filterWords(c fiber.Ctx, f models.PlaylistFilter) []string {
	var words []string
	for _, chip := range h.chips(c, f) {
		words = append(words, h.text(c, chip.Label)+": "+chip.Value)
	}
	return words
}

func numbersOf(r catalog.Rehearsal) views.BulkNumbers {
	return views.BulkNumbers{
		Selected: r.Selected, SyncDownload: r.SyncDownload, Download: r.Download, Complete: r.Complete, Busy: r.Busy,
		Will: r.Will, Here: r.Here, Blocked: r.Blocked, Claimed: r.Claimed, Bytes: r.Bytes, Free: r.Free, TookMS: r.TookMS,
		Changes: r.Changes, Same: r.Same, NoRoom: r.NoRoom(), Nothing: r.Nothing(),
	}
}
