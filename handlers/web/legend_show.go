package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/views"
)

// LegendShow is what the symbols of states mean. It is fetched when it is opened.
func (h *Handlers) LegendShow(c fiber.Ctx) error {
	noStore(c)
	return c.Render("fragments/legend/states", views.NewLegend(base(c)))
}
