package api

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

func (h *handlers) listArtists(c fiber.Ctx) error {
	q := readQuery(c)
	f := models.ArtistFilter{Platform: q.oneOf("platform", h.platforms(c)), Keyword: q.text("keyword", maxSongKeyword),
		Place: q.place(), Size: q.number("page_size", defaultPageSize, 1, maxPageSize)}
	if err := q.done(); err != nil {
		return err
	}
	list, err := h.Songs.ListArtists(c.Context(), f)
	if err != nil {
		return err
	}
	return c.JSON(placedOf(list.Found, list.Rows, artistOf, func(a models.Artist) int64 { return a.ID }))
}

func (h *handlers) showArtist(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	artist, err := h.Songs.GetArtist(c.Context(), id)
	if err != nil {
		return err
	}
	playlists, err := h.Songs.ListArtistPlaylists(c.Context(), id, playlistsNamed)
	if err != nil {
		return err
	}
	return c.JSON(artistDetailJSON{artistJSON: artistOf(artist), Playlists: each(playlists, songPlaylistOf)})
}

func (h *handlers) listArtistSongs(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	f, err := h.songFilter(c)
	if err != nil {
		return err
	}
	if _, err := h.Songs.GetArtist(c.Context(), id); err != nil {
		return err
	}
	f.ArtistID = id
	list, err := h.Songs.ListSongs(c.Context(), f)
	if err != nil {
		return err
	}
	return c.JSON(placedOf(list.Found, list.Rows, songOf, func(r models.SongRow) int64 { return r.ID }))
}

func (h *handlers) downloadArtist(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err == nil {
		err = readBody(c).done()
	}
	if err != nil {
		return err
	}
	r, err := h.SongSelection.DownloadArtist(c.Context(), id, catalog.JobOptions{Origin: origin})
	if err != nil {
		return err
	}
	return songsAnswer(c, r)
}
