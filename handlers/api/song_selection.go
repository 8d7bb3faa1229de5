package api

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

// SongPicks acts on songs that were picked one by one or by a filter.
type SongPicks interface {
	Keep(ctx context.Context, f models.SongFilter) (models.SavedSelection, error)
	Download(ctx context.Context, p catalog.SongPick, o catalog.JobOptions) (catalog.SongsResult, error)
}

func (h *handlers) downloadSongs(c fiber.Ctx) error {
	b := readBody(c)
	p := catalog.SongPick{IDs: b.ids("song_ids"), Token: b.text("selection", maxSelectionToken), Except: b.ids("except_ids")}
	if err := b.done(); err != nil {
		return err
	}
	r, err := h.SongPicks.Download(c.Context(), p, catalog.JobOptions{Origin: origin})
	if err != nil {
		return err
	}
	return songsAnswer(c, r)
}

// keptSongsJSON is "all songs that match a filter", as it is held.
type keptSongsJSON struct {
	Token   string  `json:"token"`
	Count   int64   `json:"count"`
	Expires instant `json:"expires_at"`
}

func (h *handlers) keepSongs(c fiber.Ctx) error {
	b := readBody(c)
	f := models.SongFilter{
		Platform: b.oneOf("platform", h.withCatalog(c.Context(), h.Collectors())), State: models.SongState(b.oneOf("state", names(models.SongStates))),
		Source: b.oneOf("source", h.fileSources(c.Context())), Quality: models.Quality(b.oneOf("quality", names(models.Qualities))),
		Mislabelled: b.flag("mislabelled"), Keyword: b.text("keyword", maxSongKeyword),
	}
	if err := b.done(); err != nil {
		return err
	}
	sel, err := h.SongPicks.Keep(c.Context(), f)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(keptSongsJSON{Token: sel.Token, Count: sel.Count, Expires: instant(sel.ExpiresAtMS)})
}
