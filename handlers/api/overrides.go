package api

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/download/correction"
	"catalogsync/app/revision"
	"catalogsync/models"
)

// Corrections tells why songs have their files, and takes the operator's word about them.
type Corrections interface {
	Why(ctx context.Context, songID int64) (correction.Why, error)
	Say(ctx context.Context, songID int64, said correction.Said) (models.MatchOverride, error)
	TakeBack(ctx context.Context, songID, overrideID int64) error
	DownloadAgain(ctx context.Context, songID int64, origin string) (models.JobRun, error)
}

func (h *handlers) registerCorrections(api fiber.Router) {
	if h.Corrections == nil {
		return
	}
	live := h.fresh(revision.Songs)
	read(api, "/songs/:id/decision", live, h.showDecision)
	read(api, "/songs/:id/overrides", live, h.listOverrides)
	api.Post("/songs/:id/overrides", h.addOverride)
	api.Delete("/songs/:id/overrides/:override_id", h.deleteOverride)
	api.Post("/songs/:id/download", h.downloadSong)
}

func (h *handlers) why(c fiber.Ctx) (correction.Why, error) {
	id, err := pathID(c, "id")
	if err == nil {
		err = noQuery(c)
	}
	if err != nil {
		return correction.Why{}, err
	}
	return h.Corrections.Why(c.Context(), id)
}

func (h *handlers) showDecision(c fiber.Ctx) error {
	why, err := h.why(c)
	if err != nil {
		return err
	}
	return c.JSON(decisionOf(why))
}

func (h *handlers) listOverrides(c fiber.Ctx) error {
	why, err := h.why(c)
	if err != nil {
		return err
	}
	return c.JSON(itemsOf(why.Overrides, overrideOf))
}

// Bounds of a candidate's name, in characters.
const (
	maxSourceName = 100
	maxRemoteID   = 1024
)

func (h *handlers) addOverride(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	b := readBody(c)
	said := correction.Said{
		Kind: models.OverrideKind(b.requireOneOf("kind", names(models.OverrideKinds))), Source: b.text("source", maxSourceName), RemoteID: b.text("remote_id", maxRemoteID),
		Note: b.text("note", correction.MaxNote), Actor: origin,
	}
	if err := b.done(); err != nil {
		return err
	}
	o, err := h.Corrections.Say(c.Context(), id, said)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(overrideOf(o))
}

func (h *handlers) deleteOverride(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	override, err := pathID(c, "override_id")
	if err == nil {
		err = noQuery(c)
	}
	if err != nil {
		return err
	}
	if err := h.Corrections.TakeBack(c.Context(), id, override); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (h *handlers) downloadSong(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	run, err := h.Corrections.DownloadAgain(c.Context(), id, origin)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusAccepted).JSON(runOf(run))
}
