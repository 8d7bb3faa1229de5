package api

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

type priorityJSON struct {
	Priority string `json:"priority"`
}

// setPriority says how early a playlist is synced and downloaded.
func (h *handlers) setPriority(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	b := readBody(c)
	priority := models.PlaylistPriorityOf(b.requireOneOf("priority", models.PlaylistPriorityNames()))
	if err := b.done(); err != nil {
		return err
	}
	if err := h.Keeper.SetPriority(c.Context(), id, priority); err != nil {
		return err
	}
	return c.JSON(priorityJSON{priority.String()})
}
