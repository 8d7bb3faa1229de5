package web

import (
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/handlers/middleware"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// topicsPlaylists is what the playlist list shows: jobs decide what is being downloaded.
var topicsPlaylists = []revision.Topic{revision.Playlists, revision.Songs, revision.Jobs}

// PlaylistsList is the playlist pool, as a page or as its table.
func (h *Handlers) PlaylistsList(c fiber.Ctx) error {
	f, err := forms.Playlists(queryValues(c), h.platforms(c))
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		if strings.HasPrefix(c.Get(headerSource), "form") {
			c.Set(headerPushURL, views.PlaylistsURL(f)) // the filters, not the polls
		}
		return h.live(c, "fragments/playlists/table", func() (views.Localized, error) { return h.buildPlaylistTable(c, f), nil }, topicsPlaylists...)
	}
	return h.page(c, "pages/playlists/list", views.PlaylistsPage{
		Shell: h.shell(c, "playlists", h.text(c, "playlists.title")), Sources: h.platforms(c), Table: h.buildPlaylistTable(c, f),
	})
}

// buildPlaylistTable lists one page. A list that cannot be read is shown as such, with
// its filters, instead of taking the page away.
func (h *Handlers) buildPlaylistTable(c fiber.Ctx, f models.PlaylistFilter) views.PlaylistTable {
	vm := views.PlaylistTable{
		Base: base(c), Poll: h.poll(c, views.PlaylistsURL(f), topicsPlaylists...), Filter: f,
		PageSizes: views.PageSizes, Chips: h.chips(c, f),
	}
	list, err := h.Playlists.ListPlaylists(c.Context(), f)
	if err != nil {
		h.Logger.Error("list playlists", "request_id", middleware.RequestIDOf(c), "error", err)
		vm.Failed = h.problemOf(c, err).message
		return vm
	}
	vm.Rows = list.Rows
	vm.Poll = vm.Busy(len(h.Runner.Live().Running) > 0)
	vm.Pager = views.NewPager(f.Page, list.Total, func(n int) string {
		g := f
		g.Page.Number = n
		return views.PlaylistsURL(g)
	})
	return vm
}

// chips lists the active filters, each with the address without it.
func (h *Handlers) chips(c fiber.Ctx, f models.PlaylistFilter) []views.Chip {
	var chips []views.Chip
	add := func(label, value string, without func(*models.PlaylistFilter)) {
		g := f
		g.Page.Number = 1
		without(&g)
		chips = append(chips, views.Chip{Label: label, Value: value, RemoveURL: views.PlaylistsURL(g)})
	}
	if f.Keyword != "" {
		add("field.keyword", f.Keyword, func(g *models.PlaylistFilter) { g.Keyword = "" })
	}
	if f.Platform != "" {
		add("field.platform", views.PlatformName(h.printer(c), f.Platform), func(g *models.PlaylistFilter) { g.Platform = "" })
	}
	if f.PoolKind != "" {
		add("field.pool_kind", h.text(c, "pool."+string(f.PoolKind)), func(g *models.PlaylistFilter) { g.PoolKind = "" })
	}
	if f.State != "" {
		add("field.status", h.text(c, "state.playlist."+string(f.State)), func(g *models.PlaylistFilter) { g.State = "" })
	}
	if f.WantedOnly {
		add("field.wanted_only", h.text(c, "filter.yes"), func(g *models.PlaylistFilter) { g.WantedOnly = false })
	}
	if f.HeldOnly {
		add("field.held_only", h.text(c, "filter.yes"), func(g *models.PlaylistFilter) { g.HeldOnly = false })
	}
	return chips
}
