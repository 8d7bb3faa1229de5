package api

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/download"
)

// Layouts shows what a layout of the library makes of songs.
type Layouts interface {
	PreviewLayout(ctx context.Context, text string) (download.LayoutPreview, error)
}

// previewLayout tells where songs would be filed by ?layout=.
func (h *handlers) previewLayout(c fiber.Ctx) error {
	p, err := h.Layouts.PreviewLayout(c.Context(), c.Query("layout"))
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"paths": p.Paths, "invented": p.Invented})
}
