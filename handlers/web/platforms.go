package web

import (
	"slices"

	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/middleware"
)

// platforms lists what a filter may name: the collectors in use, and those of which only
// the catalog is left because they were disabled or taken out of the settings. A fragment
// that names none of the latter does without asking the catalog.
func (h *Handlers) platforms(c fiber.Ctx) []string {
	names := h.collectors()
	wanted := c.Query("platform")
	if wantsFragment(c) && (wanted == "" || slices.Contains(names, wanted)) {
		return names
	}
	rows, err := h.Playlists.Coverage(c.Context())
	if err != nil { // the list itself will say what is wrong with the database
		h.Logger.Error("list platforms", "request_id", middleware.RequestIDOf(c), "error", err)
	}
	for _, r := range rows {
		if !slices.Contains(names, r.Platform) {
			names = append(names, r.Platform)
		}
	}
	return names
}
