package web

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// FileForbidder takes the operator's word that a song's file is the wrong one.
type FileForbidder interface {
	ForbidFile(ctx context.Context, songID int64, note, actor string) (models.JobRun, error)
}

// playlistsShown bounds the playlists that a song or an artist names.
const playlistsShown = 20

// SongShow is one song, as a page or as the details below its row.
func (h *Handlers) SongShow(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	if wantsFragment(c) {
		return h.live(c, "fragments/songs/show", func() (views.Localized, error) { return h.buildSong(c, id) }, topicsSongs...)
	}
	poll := h.poll(c, views.SongURL(id), topicsSongs...)
	song, err := h.buildSong(c, id)
	if err != nil {
		return err
	}
	return h.page(c, "pages/songs/show", views.SongPage{Shell: h.shell(c, "songs", song.Name), Poll: poll, Song: song})
}

func (h *Handlers) buildSong(c fiber.Ctx, id int64) (vm views.SongDetail, err error) {
	vm.Base = base(c)
	if vm.SongRow, err = h.Songs.GetSong(c.Context(), id); err != nil {
		return vm, err
	}
	vm.Playlists, vm.PlaylistTotal, err = h.Songs.ListSongPlaylists(c.Context(), id, playlistsShown)
	return vm, err
}

// SongsForbid forbids the file that a song has, and fetches the song anew.
func (h *Handlers) SongsForbid(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	run, err := h.Forbidder.ForbidFile(c.Context(), id, "", origin)
	if err != nil {
		return err
	}
	t := views.Toast{
		Kind: "success", Title: h.text(c, "toast.songs.forbidden"),
		Lines: []string{h.text(c, "why.again_hint"), h.text(c, "toast.said.hint")}, Links: []views.Link{h.jobLink(c, run.ID)},
	}
	return h.toast(c, t, views.JobURL(run.ID))
}
