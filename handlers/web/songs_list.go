package web

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/app/revision"
	"catalogsync/handlers/middleware"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// SongReader reads songs and artists.
type SongReader interface {
	ListSongs(ctx context.Context, f models.SongFilter) (models.SongList, error)
	GetSong(ctx context.Context, id int64) (models.SongRow, error)
	// FileSources names the sources that files came from, in use or not.
	FileSources(ctx context.Context) ([]string, error)
	ListSongPlaylists(ctx context.Context, songID int64, limit int) ([]models.SongPlaylist, int64, error)
	ListArtists(ctx context.Context, f models.ArtistFilter) (models.ArtistList, error)
	GetArtist(ctx context.Context, id int64) (models.Artist, error)
	ListArtistPlaylists(ctx context.Context, artistID int64, limit int) ([]models.SongPlaylist, error)
}

// SongSelection acts on songs that the operator picked.
type SongSelection interface {
	DownloadArtist(ctx context.Context, artistID int64, o catalog.JobOptions) (catalog.SongsResult, error)
}

// topicsSongs is what lists of songs show.
var topicsSongs = []revision.Topic{revision.Songs, revision.Playlists}

// SongsList is the library, as a page or as its table.
func (h *Handlers) SongsList(c fiber.Ctx) error {
	f, err := forms.Songs(queryValues(c), h.platforms(c), h.providers(c))
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		h.pushFilters(c, views.SongsURL(f))
		return h.live(c, "fragments/songs/table", func() (views.Localized, error) { return h.buildSongTable(c, f), nil }, topicsSongs...)
	}
	return h.page(c, "pages/songs/list", views.SongsPage{
		Shell: h.shell(c, "songs", h.text(c, "library.title")), Filters: h.songFilters(c, f), Table: h.buildSongTable(c, f),
	})
}

// pushFilters has the browser remember the address of a list that a form narrowed, or a
// link of its pager led to, but not that of a poll.
func (h *Handlers) pushFilters(c fiber.Ctx, url string) {
	if source := c.Get(headerSource); strings.HasPrefix(source, "form") || strings.HasPrefix(source, "a") {
		c.Set(headerPushURL, url)
	}
}

// providers names the sources that deliver files, and those that did before they were
// disabled or taken out of the settings.
func (h *Handlers) providers(c fiber.Ctx) []string {
	var names []string
	for _, s := range h.Sources() {
		if s.Provides {
			names = append(names, s.Name)
		}
	}
	wanted := c.Query("source")
	if c.Method() == fiber.MethodGet && wantsFragment(c) && (wanted == "" || slices.Contains(names, wanted)) {
		return names // a poll does without asking the catalog
	}
	before, err := h.Songs.FileSources(c.Context())
	if err != nil { // the list itself will say what is wrong with the database
		h.Logger.Error("list sources of files", "request_id", middleware.RequestIDOf(c), "error", err)
	}
	for _, name := range before {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (h *Handlers) songFilters(c fiber.Ctx, f models.SongFilter) views.SongFilters {
	return views.SongFilters{Base: base(c), Action: views.SongsURL(models.SongFilter{ArtistID: f.ArtistID}), Platforms: h.platforms(c), Sources: h.providers(c), Filter: f}
}

// buildSongTable lists one page. A list that cannot be read is shown as such, with its
// filters, instead of taking the page away.
func (h *Handlers) buildSongTable(c fiber.Ctx, f models.SongFilter) views.SongTable {
	vm := views.SongTable{Base: base(c), Poll: h.poll(c, views.SongsURL(f), topicsSongs...), Filter: f, Chips: h.songChips(c, f),
		ClearURL: views.SongsURL(models.SongFilter{ArtistID: f.ArtistID})}
	list, err := h.Songs.ListSongs(c.Context(), f)
	if err != nil {
		h.Logger.Error("list songs", "request_id", middleware.RequestIDOf(c), "error", err)
		vm.Failed = h.problemOf(c, err).message
		return vm
	}
	vm.Rows, vm.Found = list.Rows, list.Found
	vm.Poll = vm.Busy(len(h.Runner.Live().Running) > 0)
	if n := len(list.Rows); n > 0 {
		vm.Pager = views.NewPlacePager(list.Found, list.Rows[0].ID, list.Rows[n-1].ID, func(p models.Place) string {
			g := f
			g.Place = p
			return views.SongsURL(g)
		})
	}
	return vm
}

// songChips lists the active filters, each with the address without it.
func (h *Handlers) songChips(c fiber.Ctx, f models.SongFilter) []views.Chip {
	var chips []views.Chip
	p := h.printer(c)
	add := func(on bool, label, value string, without func(*models.SongFilter)) {
		if on {
			g := f
			g.Place = models.Place{}
			without(&g)
			chips = append(chips, views.Chip{Label: label, Value: value, RemoveURL: views.SongsURL(g)})
		}
	}
	add(f.Keyword != "", "field.keyword", f.Keyword, func(g *models.SongFilter) { g.Keyword = "" })
	add(f.Platform != "", "field.platform", views.PlatformName(p, f.Platform), func(g *models.SongFilter) { g.Platform = "" })
	if f.State != "" {
		add(true, "field.state", p.T("state.song."+string(f.State)), func(g *models.SongFilter) { g.State = "" })
	}
	add(f.Source != "", "field.file_source", views.PlatformName(p, f.Source), func(g *models.SongFilter) { g.Source = "" })
	if f.Quality != "" {
		add(true, "field.quality", p.T("quality."+string(f.Quality)), func(g *models.SongFilter) { g.Quality = "" })
	}
	add(f.Mislabelled, "field.mislabelled", p.T("filter.yes"), func(g *models.SongFilter) { g.Mislabelled = false })
	return chips
}

// songsToast says in numbers what became of a selection of songs.
func (h *Handlers) songsToast(c fiber.Ctx, r catalog.SongsResult, page string) error {
	t := views.Toast{Kind: "info", Title: h.text(c, "toast.songs.none")}
	if r.Job != nil {
		t = views.Toast{Kind: "success", Title: h.count(c, "toast.songs.queued", r.Queued), Links: []views.Link{h.jobLink(c, r.Job.ID)}}
		page = views.JobURL(r.Job.ID)
	}
	if r.Here > 0 {
		t.Lines = append(t.Lines, h.count(c, "toast.songs.here", r.Here))
	}
	if n := r.Refused(); n > 0 {
		t.Lines = append(t.Lines, h.count(c, "toast.songs.refused", n))
	}
	return h.toast(c, t, page)
}
