package api

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/export"
)

// downloadPlaylistList hands a playlist over as a file of the format; ?as_of= takes the list
// of that instant, prefix stands before the paths of files.
func (h *handlers) downloadPlaylistList(format export.ListFormat) fiber.Handler {
	return func(c fiber.Ctx) error {
		id, err := pathID(c, "id")
		if err != nil {
			return err
		}
		q := readQuery(c)
		o := export.ListOptions{Format: format, AsOfMS: q.instant("as_of", h.zone()), Prefix: q.text("prefix", maxPrefix)}
		if err := q.done(); err != nil {
			return err
		}
		list, err := h.Exports.PrepareList(c.Context(), id, o)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderCacheControl, "private, no-cache")
		c.Set(fiber.HeaderETag, list.ETag)
		if matchesTag(c.Get(fiber.HeaderIfNoneMatch), list.ETag) {
			return c.SendStatus(fiber.StatusNotModified)
		}
		c.Set(fiber.HeaderContentType, list.ContentType)
		c.Set(fiber.HeaderContentDisposition, attachment(list.FileName))
		return c.Send(list.Body)
	}
}

// maxPrefix bounds what stands before paths, in characters.
const maxPrefix = 500
