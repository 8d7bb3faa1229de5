package web

import (
	"bytes"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v3"
	"github.com/klauspost/compress/gzip"
)

// compressFrom is the size in bytes from which a fragment is worth compressing.
const compressFrom = 1 << 10

// writers are kept, because each holds some hundred kilobytes of tables.
var writers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level exists
	}
	return w
}}

// compress packs the answer's body for a browser that takes it so. What is polled every
// second or two is a fifth of its size on the line; whole pages are sent as they are.
func compress(c fiber.Ctx) error {
	body := c.Response().Body()
	if len(body) < compressFrom || !strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		return nil
	}
	w, _ := writers.Get().(*gzip.Writer)
	defer writers.Put(w)
	var packed bytes.Buffer
	w.Reset(&packed)
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentEncoding, "gzip")
	c.Append(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Response().SetBody(packed.Bytes())
	return nil
}
