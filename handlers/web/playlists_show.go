package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// Sizes of a playlist's lists.
const (
	songsPerPage = 100
	changesRead  = 300
)

// PlaylistShow is one playlist with a page of its songs, as a page or as the songs alone.
func (h *Handlers) PlaylistShow(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	page, err := forms.PageNumber(queryValues(c))
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return h.live(c, "fragments/playlists/songs", func() (views.Localized, error) { return h.buildPlaylistSongs(c, id, page) }, topicsPlaylists...)
	}
	songs, err := h.buildPlaylistSongs(c, id, page)
	if err != nil {
		return err
	}
	changes, err := h.Playlists.ListPlaylistChanges(c.Context(), id, changesRead)
	if err != nil {
		return err
	}
	return h.page(c, "pages/playlists/show", views.PlaylistPage{
		Shell: h.shell(c, "playlists", songs.Playlist.Name), Songs: songs, Changes: views.NewChangeGroups(changes),
	})
}

func (h *Handlers) buildPlaylistSongs(c fiber.Ctx, id int64, page int) (views.PlaylistSongs, error) {
	vm := views.PlaylistSongs{Base: base(c), Poll: h.poll(c, views.PlaylistPageURL(id, page), topicsPlaylists...)}
	row, err := h.Playlists.GetPlaylist(c.Context(), id)
	if err != nil {
		return vm, err
	}
	p := models.Page{Number: page, Size: songsPerPage}
	songs, total, err := h.Playlists.ListPlaylistSongs(c.Context(), id, p)
	if err != nil {
		return vm, err
	}
	vm.Playlist, vm.Rows = row, make([]views.PlaylistSong, len(songs))
	for i, s := range songs {
		vm.Rows[i].PlaylistSongRow = s
	}
	vm.Poll = vm.Busy(row.Live)
	vm.Pager = views.NewPager(p, total, func(n int) string { return views.PlaylistPageURL(id, n) })
	return vm, nil
}
