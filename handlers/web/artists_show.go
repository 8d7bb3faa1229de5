package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// ArtistShow is one artist with his songs, as a page or as the table of the songs.
func (h *Handlers) ArtistShow(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	f, err := forms.Songs(queryValues(c), h.platforms(c), h.providers(c))
	if err != nil {
		return err
	}
	f.ArtistID = id
	if wantsFragment(c) {
		h.pushFilters(c, views.SongsURL(f))
		return h.live(c, "fragments/songs/table", func() (views.Localized, error) { return h.buildSongTable(c, f), nil }, topicsSongs...)
	}
	head, err := h.buildArtistHead(c, id)
	if err != nil {
		return err
	}
	return h.page(c, "pages/artists/show", views.ArtistPage{
		Shell: h.shell(c, "songs", head.Name), Head: head, Filters: h.songFilters(c, f), Table: h.buildSongTable(c, f),
	})
}

// ArtistHead is the part above the songs, which has the numbers.
func (h *Handlers) ArtistHead(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	return h.live(c, "fragments/artists/head", func() (views.Localized, error) { return h.buildArtistHead(c, id) }, topicsSongs...)
}

func (h *Handlers) buildArtistHead(c fiber.Ctx, id int64) (vm views.ArtistHead, err error) {
	vm = views.ArtistHead{Base: base(c), Poll: h.poll(c, views.ArtistURL(id, "head"), topicsSongs...)}
	if vm.Artist, err = h.Songs.GetArtist(c.Context(), id); err != nil {
		return vm, err
	}
	vm.Playlists, err = h.Songs.ListArtistPlaylists(c.Context(), id, playlistsShown)
	return vm, err
}

// ArtistDownload downloads the songs of an artist that are not here.
func (h *Handlers) ArtistDownload(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	r, err := h.SongSelection.DownloadArtist(c.Context(), id, catalog.JobOptions{Origin: origin})
	if err != nil {
		return err
	}
	return h.songsToast(c, r, views.SongsURL(models.SongFilter{ArtistID: id}))
}
