package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/middleware"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// ArtistsList is the artists, as a page or as their table.
func (h *Handlers) ArtistsList(c fiber.Ctx) error {
	f, err := forms.Artists(queryValues(c), h.platforms(c))
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		h.pushFilters(c, views.ArtistsURL(f))
		return h.live(c, "fragments/artists/table", func() (views.Localized, error) { return h.buildArtistTable(c, f), nil }, topicsSongs...)
	}
	return h.page(c, "pages/artists/list", views.ArtistsPage{
		Shell: h.shell(c, "songs", h.text(c, "artists.title")), Platforms: h.platforms(c), Table: h.buildArtistTable(c, f),
	})
}

func (h *Handlers) buildArtistTable(c fiber.Ctx, f models.ArtistFilter) views.ArtistTable {
	vm := views.ArtistTable{Base: base(c), Poll: h.poll(c, views.ArtistsURL(f), topicsSongs...), Filter: f}
	if f.Keyword != "" {
		vm.Chips = append(vm.Chips, views.Chip{Label: "field.keyword", Value: f.Keyword, RemoveURL: views.ArtistsURL(models.ArtistFilter{Platform: f.Platform, Size: f.Size})})
	}
	if f.Platform != "" {
		vm.Chips = append(vm.Chips, views.Chip{Label: "field.platform", Value: views.PlatformName(h.printer(c), f.Platform),
			RemoveURL: views.ArtistsURL(models.ArtistFilter{Keyword: f.Keyword, Size: f.Size})})
	}
	list, err := h.Songs.ListArtists(c.Context(), f)
	if err != nil {
		h.Logger.Error("list artists", "request_id", middleware.RequestIDOf(c), "error", err)
		vm.Failed = h.problemOf(c, err).message
		return vm
	}
	vm.Rows, vm.Found = list.Rows, list.Found
	if n := len(list.Rows); n > 0 {
		vm.Pager = views.NewPlacePager(list.Found, list.Rows[0].ID, list.Rows[n-1].ID, func(p models.Place) string {
			g := f
			g.Place = p
			return views.ArtistsURL(g)
		})
	}
	return vm
}
