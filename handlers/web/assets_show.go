package web

import (
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

// AssetsShow serves an embedded file. The address holds its content's hash, so the answer
// may be kept for good.
func (h *Handlers) AssetsShow(c fiber.Ctx) error {
	f, ok := h.Assets.Find(c.Params("hash"), c.Params("*"))
	if !ok {
		return models.NotFound("there is no such file")
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, f.ContentType)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		if b := f.Gzip(); b != nil {
			c.Set(fiber.HeaderContentEncoding, "gzip")
			return c.Send(b)
		}
	}
	return c.Send(f.Body)
}
