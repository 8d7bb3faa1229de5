package api

import (
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/app/export"
	"catalogsync/models"
)

// zipForm is the request of one playlist's ZIP: ?partial=1 takes what is there, as_of the
// list of that instant, layout and split say how it is packed, part which part is meant
// (0 = the whole).
func (h *handlers) zipForm(c fiber.Ctx, id int64) (export.Scope, int, error) {
	q := readQuery(c)
	scope := export.Scope{PlaylistIDs: []int64{id}, ExportForm: models.ExportForm{
		AsOfMS:     q.instant("as_of", h.zone()),
		Partial:    q.flag("partial"),
		Layout:     models.ExportLayout(q.oneOf("layout", names(models.ExportLayouts))),
		SplitBytes: q.size("split"),
	}}
	part := q.number("part", 0, 1, maxPart)
	return scope, part, q.done()
}

// maxPart is far above the parts that an archive may have.
const maxPart = 1_000_000

// partForm is the request of a prepared ZIP.
func partForm(c fiber.Ctx) (int, error) {
	q := readQuery(c)
	part := q.number("part", 0, 1, maxPart)
	return part, q.done()
}

// exportForm reads how the ZIP of a selection is to be.
func (h *handlers) exportForm(b *body) models.ExportForm {
	f := models.ExportForm{
		Partial: b.flag("partial"),
		Layout:  models.ExportLayout(b.oneOf("layout", names(models.ExportLayouts))),
	}
	var asOf string
	if b.read("as_of", "a date or an instant", &asOf) {
		ms, err := catalog.ParseInstant("as_of", strings.TrimSpace(asOf), h.zone())
		if err != nil {
			b.fail(err)
		}
		f.AsOfMS = ms
	}
	var split string
	if b.read("split", "a size such as 4GiB", &split) {
		n, err := export.ParseSize("split", split)
		if err != nil {
			b.fail(err)
		}
		f.SplitBytes = n
	}
	return f
}

// size is a number of bytes such as 4GiB, 0 when the parameter is empty.
func (q *query) size(name string) int64 {
	n, err := export.ParseSize(name, q.take(name))
	if err != nil {
		q.fail(err)
	}
	return n
}
