package api

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/gofiber/fiber/v3"
)

// referenceFile is the description of the API as it is sent, and its tag.
type referenceFile struct {
	body []byte
	tag  string
}

var renderReference = sync.OnceValues(func() (referenceFile, error) {
	doc, err := Reference()
	if err != nil {
		return referenceFile{}, err
	}
	body, err := json.MarshalIndent(doc, "", " ")
	return referenceFile{body, fmt.Sprintf(`"%.16x"`, sha256.Sum256(body))}, err
})

// showReference sends the description of the API.
func (h *handlers) showReference(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	file, err := renderReference()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Set(fiber.HeaderETag, file.tag)
	if matchesTag(c.Get(fiber.HeaderIfNoneMatch), file.tag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(file.body)
}
