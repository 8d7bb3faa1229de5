package api

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v3"
)

// platforms lists what a filter may name: the collectors in use, and those of which only
// the catalog is left because they were disabled or taken out of the settings.
func (h *handlers) platforms(c fiber.Ctx) []string {
	list := h.Collectors()
	if wanted := c.Query("platform"); wanted == "" || slices.Contains(list, wanted) {
		return list
	}
	return h.withCatalog(c.Context(), list)
}

// withCatalog adds the platforms of which only the catalog is left.
func (h *handlers) withCatalog(ctx context.Context, list []string) []string {
	rows, err := h.Playlists.Coverage(ctx)
	if err != nil {
		return list // the list itself will say what is wrong with the database
	}
	for _, r := range rows {
		if !slices.Contains(list, r.Platform) {
			list = append(list, r.Platform)
		}
	}
	return list
}

// fileSources lists what a filter of files may name: the providers in use, and those that
// delivered files before they were disabled or taken out of the settings.
func (h *handlers) fileSources(ctx context.Context) []string {
	list := h.Providers()
	before, err := h.Songs.FileSources(ctx)
	if err != nil {
		return list // the list itself will say what is wrong with the database
	}
	for _, name := range before {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}
