package web

import (
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// keptJSON is a selection as the browser keeps it.
type keptJSON struct {
	Token string `json:"token"`
	Count int64  `json:"count"`
	Text  string `json:"text"` // the filter in words, "" = everything
	// Refused says why it cannot be kept.
	Refused string `json:"refused,omitempty"`
}

// SelectionKeep holds "all that match" the posted filter.
func (h *Handlers) SelectionKeep(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	f, err := forms.Playlists(v, h.platforms(c))
	if err != nil {
		return err
	}
	sel, err := h.Bulk.Keep(c.Context(), f)
	if err != nil {
		return err
	}
	return h.kept(c, sel, h.filterWords(c, f))
}

func (h *Handlers) kept(c fiber.Ctx, sel models.SavedSelection, words []string) error {
	noStore(c)
	return c.JSON(keptJSON{Token: sel.Token, Count: sel.Count, Text: strings.Join(words, ", ")})
}

// lookJSON is what a selection comes to, for the bar.
type lookJSON struct {
	Count int64  `json:"count"`
	Songs string `json:"songs"`
	Bytes string `json:"bytes"`
	// Refused says, by action, why it cannot be done with this selection.
	Refused map[models.BulkKind]string `json:"refused"`
	// Among are the playlists of the page that the selection holds.
	Among []int64 `json:"among"`
	// Gone says that the selection is not held any more.
	Gone bool `json:"gone"`
}

// SelectionLook tells what a selection comes to, and which actions make no sense with it.
func (h *Handlers) SelectionLook(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	l, err := forms.NewLook(v)
	if err != nil {
		return err
	}
	noStore(c)
	t, err := h.Bulk.Tally(c.Context(), l.Pick)
	if class := models.ClassOf(err); class == models.ClassNotFound || models.CodeOf(err) == models.CodeNothingSelected {
		return c.JSON(lookJSON{Gone: true})
	}
	if err != nil {
		return err
	}
	answer := lookJSON{Count: t.Playlists, Songs: h.count(c, "bulk.n_songs", int(t.Songs)), Bytes: h.bytesHere(c, t), Refused: h.refused(c, t)}
	if l.Token != "" && len(l.Page) > 0 {
		if answer.Among, err = h.Bulk.Among(c.Context(), l.Token, l.Page); err != nil {
			return err
		}
	}
	return c.JSON(answer)
}

func (h *Handlers) bytesHere(c fiber.Ctx, t catalog.PickTally) string {
	size := views.Bytes(t.Bytes)
	if t.About {
		return h.text(c, "bulk.bytes_about", "Size", size)
	}
	return h.text(c, "bulk.bytes_here", "Size", size)
}

// refused says why actions would change nothing.
func (h *Handlers) refused(c fiber.Ctx, t catalog.PickTally) map[models.BulkKind]string {
	out := map[models.BulkKind]string{}
	say := func(kind models.BulkKind, when bool, key string) {
		if when && out[kind] == "" {
			out[kind] = h.text(c, key)
		}
	}
	n := t.Playlists
	say(models.BulkDownload, t.Complete == n, "bulk.refused.complete")
	say(models.BulkDownload, int64(t.Busy)+t.Complete >= n, "bulk.refused.busy")
	say(models.BulkSync, int64(t.Syncing) == n, "bulk.refused.syncing")
	say(models.BulkWant, t.Wanted == n, "bulk.refused.wanted")
	say(models.BulkUnwant, t.Wanted == 0, "bulk.refused.unwanted")
	say(models.BulkExport, t.Songs == 0 && t.Unsynced == 0, "bulk.refused.empty")
	return out
}
