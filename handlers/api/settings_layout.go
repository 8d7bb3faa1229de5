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

// maxLayout bounds the text of a layout, in characters.
const maxLayout = 1000

// layoutPreviewJSON is where songs would be filed; invented ones stand for a library that
// has none yet.
type layoutPreviewJSON struct {
	Paths    []string `json:"paths"`
	Invented bool     `json:"invented"`
}

// previewLayout tells where songs would be filed by ?layout=.
func (h *handlers) previewLayout(c fiber.Ctx) error {
	q := readQuery(c)
	layout := q.text("layout", maxLayout)
	if err := q.done(); err != nil {
		return err
	}
	p, err := h.Layouts.PreviewLayout(c.Context(), layout)
	if err != nil {
		return err
	}
	return c.JSON(layoutPreviewJSON{Paths: orEmpty(p.Paths), Invented: p.Invented})
}
