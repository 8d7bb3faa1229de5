package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// songsPerPage is the size of a page of a playlist's songs.
const songsPerPage = 100

// PlaylistShow is one playlist in the view that the address names, as a page or as the part of
// it that polls.
func (h *Handlers) PlaylistShow(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	view, err := forms.PlaylistView(queryValues(c), h.Now().Location())
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return h.live(c, "fragments/playlists/songs", func() (views.Localized, error) { return h.buildPlaylistSongs(c, id, view) }, topicsPlaylists...)
	}
	songs, err := h.buildPlaylistSongs(c, id, view)
	if err != nil {
		return err
	}
	return h.page(c, "pages/playlists/show", views.PlaylistPage{Shell: h.shell(c, "playlists", songs.Playlist.Name), Songs: songs})
}

func (h *Handlers) buildPlaylistSongs(c fiber.Ctx, id int64, view views.PlaylistView) (vm views.PlaylistSongs, err error) {
	vm = views.PlaylistSongs{Base: base(c), Poll: h.poll(c, views.PlaylistViewURL(id, view), topicsPlaylists...)}
	if vm.Playlist, err = h.Playlists.GetPlaylist(c.Context(), id); err != nil {
		return vm, err
	}
	vm.Poll = vm.Busy(vm.Playlist.Live)
	if h.Folders != nil {
		vm.FolderURL = views.PlaylistURL(id) + "/folder"
	}
	if vm.Held, err = h.buildHeld(c, id); err != nil {
		return vm, err
	}
	if vm.History, err = h.buildHistory(c, id, view); err != nil {
		return vm, err
	}
	if vm.Diff, err = h.buildDiff(c, id, view); err != nil || vm.Diff != nil {
		return vm, err
	}
	p := models.Page{Number: view.Page, Size: songsPerPage}
	songs, total, err := h.viewedSongs(c, id, view, p)
	if err != nil {
		return vm, err
	}
	vm.Rows = make([]views.PlaylistSong, len(songs))
	for i, s := range songs {
		vm.Rows[i].PlaylistSongRow = s
	}
	vm.Pager = views.NewPager(p, total, func(n int) string {
		other := view
		other.Page = n
		return views.PlaylistViewURL(id, other)
	})
	return vm, nil
}
