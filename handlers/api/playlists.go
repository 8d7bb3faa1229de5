package api

import (
	"github.com/gofiber/fiber/v3"
)

func (h *handlers) listPlaylists(c fiber.Ctx) error {
	filter, err := h.playlistFilter(c)
	if err != nil {
		return err
	}
	list, err := h.Playlists.ListPlaylists(c.Context(), filter)
	if err != nil {
		return err
	}
	return c.JSON(pageOf(filter.Page, list.Total, list.Rows, playlistOf))
}

func (h *handlers) showPlaylist(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	row, err := h.Playlists.GetPlaylist(c.Context(), id)
	if err != nil {
		return err
	}
	return c.JSON(playlistOf(row))
}
