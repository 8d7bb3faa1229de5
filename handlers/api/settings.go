package api

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/app/settings"
	"catalogsync/config"
	"catalogsync/models"
)

// Settings shows and changes the settings.
type Settings interface {
	SourceList() []settings.Source
	Fields(pass func(config.Option) bool) []settings.Field
	Pending() []string
	Save(ctx context.Context, c settings.Change) (settings.Outcome, error)
	Rollback(ctx context.Context, id int64, author, confirmed string) (settings.Outcome, error)
	Revisions(ctx context.Context, limit int) ([]models.ConfigRevision, error)
	TestSource(ctx context.Context, name string) (settings.Test, error)
}

// maxToken bounds the token that repeats what was told of a change.
const maxToken = 64

// maxRevisions is how many changes are told.
const maxRevisions = 100

func (h *handlers) registerSettings(api fiber.Router) {
	if h.Settings == nil {
		return
	}
	read(api, "/settings", h.listSettings)
	api.Put("/settings", h.changeSettings)
	if h.Layouts != nil {
		read(api, "/settings/layout-preview", h.previewLayout)
	}
	read(api, "/settings/sources", h.listSourceSettings)
	api.Post("/settings/sources/:name/test", h.testSource)
	read(api, "/settings/revisions", h.fresh(revision.Sources), h.listSettingsRevisions)
	api.Post("/settings/revisions/:id/rollback", h.rollbackSettings)
}

func (h *handlers) listSettings(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	all := func(config.Option) bool { return true }
	return c.JSON(settingsJSON{Items: each(h.Settings.Fields(all), settingOf), Pending: orEmpty(h.Settings.Pending())})
}

// changeSettings changes the keys that the body's "values" names; "" unsets one. What would
// turn decisions is refused once, with a token to repeat as "confirmed".
func (h *handlers) changeSettings(c fiber.Ctx) error {
	b := readBody(c)
	change := settings.Change{Author: origin}
	b.require("values", "an object of texts by key", &change.Values)
	b.read("shown", "an object of texts by key", &change.Shown)
	change.Confirmed = b.text("confirmed", maxToken)
	if err := b.done(); err != nil {
		return err
	}
	outcome, err := h.Settings.Save(c.Context(), change)
	if err != nil {
		return err
	}
	return c.JSON(settingsOutcomeOf(outcome))
}

func (h *handlers) listSourceSettings(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	return c.JSON(itemsOf(h.Settings.SourceList(), h.sourceSettingsOf))
}

func (h *handlers) testSource(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	test, err := h.Settings.TestSource(c.Context(), c.Params("name"))
	if err != nil {
		return err
	}
	return c.JSON(sourceTestOf(test))
}

func (h *handlers) listSettingsRevisions(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	list, err := h.Settings.Revisions(c.Context(), maxRevisions)
	if err != nil {
		return err
	}
	return c.JSON(itemsOf(list, settingsRevisionOf))
}

func (h *handlers) rollbackSettings(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	confirmed, err := confirmedOf(c)
	if err != nil {
		return err
	}
	outcome, err := h.Settings.Rollback(c.Context(), id, origin, confirmed)
	if err != nil {
		return err
	}
	return c.JSON(settingsOutcomeOf(outcome))
}

// confirmedOf is the token of a body that may be absent.
func confirmedOf(c fiber.Ctx) (string, error) {
	if len(c.Body()) == 0 {
		return "", noQuery(c)
	}
	b := readBody(c)
	token := b.text("confirmed", maxToken)
	return token, b.done()
}
