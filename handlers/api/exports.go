package api

import (
	"github.com/gofiber/fiber/v3"
)

func (h *handlers) listExports(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	list, err := h.Exports.ListBundles(c.Context())
	if err != nil {
		return err
	}
	return c.JSON(itemsOf(list, bundleOf))
}

func (h *handlers) listWaiting(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	list, err := h.Exports.ListWaiting(c.Context())
	if err != nil {
		return err
	}
	return c.JSON(itemsOf(list, waitingOf))
}

func (h *handlers) forgetWaiting(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	if err := h.Exports.Forget(c.Context(), id); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (h *handlers) deleteExport(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	if err := h.Exports.DeleteBundle(c.Context(), c.Params("name")); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (h *handlers) downloadPlaylistZIP(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	scope, part, err := h.zipForm(c, id)
	if err != nil {
		return err
	}
	plan, err := h.Exports.PreparePart(c.Context(), scope, part)
	if err != nil {
		return err
	}
	return h.sendArchive(c, plan)
}

func (h *handlers) downloadBundle(c fiber.Ctx) error {
	part, err := partForm(c)
	if err != nil {
		return err
	}
	plan, err := h.Exports.PrepareBundle(c.Context(), c.Params("name"), part)
	if err != nil {
		return err
	}
	return h.sendArchive(c, plan)
}
