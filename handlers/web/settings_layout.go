package web

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/download"
	"catalogsync/models"
	"catalogsync/views"
)

// Layouts shows what a layout of the library makes of songs.
type Layouts interface {
	PreviewLayout(ctx context.Context, text string) (download.LayoutPreview, error)
}

// keyLayout is the setting whose form field shows a preview.
const keyLayout = "DOWNLOAD_LAYOUT"

// SettingsLayoutPreview is the part below the layout's field, for what is typed there.
func (h *Handlers) SettingsLayoutPreview(c fiber.Ctx) error {
	text := c.Query(keyLayout)
	if text == "" {
		text = "platform_first_artist"
	}
	vm := views.SettingsLayout{Base: base(c)}
	p, err := h.Layouts.PreviewLayout(c.Context(), text)
	if e, ok := errors.AsType[*models.Error](err); ok && e.Class == models.ClassInvalid {
		vm.Error = h.problemOf(c, e).message
	} else if err != nil {
		return err
	}
	vm.Paths, vm.Invented = p.Paths, p.Invented
	noStore(c)
	return c.Render("fragments/settings/layout", vm)
}
