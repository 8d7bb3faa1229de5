package web

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// SongPicks acts on songs that the operator picked, one by one or by a filter.
type SongPicks interface {
	Keep(ctx context.Context, f models.SongFilter) (models.SavedSelection, error)
	Held(ctx context.Context, token string) (models.SavedSelection, models.SongFilter, error)
	Among(ctx context.Context, token string, ids []int64) ([]int64, error)
	Tally(ctx context.Context, p catalog.SongPick) (catalog.SongTally, error)
	Rehearse(ctx context.Context, p catalog.SongPick) (catalog.Rehearsal, error)
	Download(ctx context.Context, p catalog.SongPick, o catalog.JobOptions) (catalog.SongsResult, error)
}

func songBulk(c fiber.Ctx) (forms.SongBulk, error) {
	v, err := formValues(c)
	if err != nil {
		return forms.SongBulk{}, err
	}
	return forms.NewSongBulk(v)
}

// SongsBulkDownload downloads the selected songs that are not here.
func (h *Handlers) SongsBulkDownload(c fiber.Ctx) error {
	b, err := songBulk(c)
	if err != nil {
		return err
	}
	if b.Large() && !b.Confirmed && wantsFragment(c) {
		err := h.rehearseSongs(c, b, "")
		if catalog.IsSelectionChanged(err) {
			return h.rehearseSongsAnew(c, b, err)
		}
		return err
	}
	r, err := h.SongPicks.Download(c.Context(), b.SongPick, catalog.JobOptions{Origin: origin})
	if catalog.IsSelectionChanged(err) && wantsFragment(c) {
		return h.rehearseSongsAnew(c, b, err)
	}
	if err != nil {
		return err
	}
	return h.songsToast(c, r, views.URLSongs)
}

func (h *Handlers) rehearseSongs(c fiber.Ctx, b forms.SongBulk, notice string) error {
	r, err := h.SongPicks.Rehearse(c.Context(), b.SongPick)
	if err != nil {
		return err
	}
	vm := views.BulkRehearsal{Base: base(c), BulkNumbers: numbersOf(r), Kind: views.BulkSongs, Action: views.URLSongsDownload, Fields: b.Fields(), Notice: notice, Token: b.Token}
	if b.Token != "" {
		sel, f, err := h.SongPicks.Held(c.Context(), b.Token)
		if err != nil {
			return err
		}
		vm.Count, vm.Filter = sel.Count, h.songFilterWords(c, f)
	}
	noStore(c)
	return c.Render("fragments/playlists/rehearsal_update", vm)
}

func (h *Handlers) rehearseSongsAnew(c fiber.Ctx, b forms.SongBulk, why error) error {
	_, f, err := h.SongPicks.Held(c.Context(), b.Token)
	if err != nil {
		return err
	}
	sel, err := h.SongPicks.Keep(c.Context(), f)
	if err != nil {
		return err
	}
	b.Token = sel.Token
	c.Status(fiber.StatusConflict)
	return h.rehearseSongs(c, b, h.problemOf(c, why).message)
}

// songFilterWords puts a filter of songs into words, one a condition.
func (h *Handlers) songFilterWords(c fiber.Ctx, f models.SongFilter) []string {
	var words []string
	for _, chip := range h.songChips(c, f) {
		words = append(words, h.text(c, chip.Label)+": "+chip.Value)
	}
	return words
}

// SongSelectionKeep holds "all songs that match" the posted filter.
func (h *Handlers) SongSelectionKeep(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	f, err := forms.Songs(v, h.platforms(c), h.providers(c))
	if err != nil {
		return err
	}
	sel, err := h.SongPicks.Keep(c.Context(), f)
	if models.CodeOf(err) == models.CodeTooLarge {
		noStore(c)
		return c.JSON(keptJSON{Refused: h.problemOf(c, err).message})
	}
	if err != nil {
		return err
	}
	return h.kept(c, sel, h.songFilterWords(c, f))
}

// SongSelectionLook tells what a selection of songs comes to.
func (h *Handlers) SongSelectionLook(c fiber.Ctx) error {
	b, err := songBulk(c)
	if err != nil {
		return err
	}
	noStore(c)
	t, err := h.SongPicks.Tally(c.Context(), b.SongPick)
	if models.ClassOf(err) == models.ClassNotFound || models.CodeOf(err) == models.CodeNothingSelected {
		return c.JSON(lookJSON{Gone: true})
	}
	if err != nil {
		return err
	}
	answer := lookJSON{Count: int64(t.Songs), Bytes: h.text(c, "bulk.bytes_here", "Size", views.Bytes(t.Bytes)), Refused: map[models.BulkKind]string{}}
	if t.Here == t.Songs {
		answer.Refused[models.BulkDownload] = h.text(c, "bulk.refused.songs_here")
	}
	if b.Token != "" && len(b.Page) > 0 {
		if answer.Among, err = h.SongPicks.Among(c.Context(), b.Token, b.Page); err != nil {
			return err
		}
	}
	return c.JSON(answer)
}
