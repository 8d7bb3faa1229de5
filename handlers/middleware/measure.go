package middleware

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

// Measure tells observe of each request: its method, the pattern of the route that took it,
// the status of its answer and the time that took.
func Measure(now func() time.Time, observe func(method, route string, status int, took time.Duration)) fiber.Handler {
	return func(c fiber.Ctx) error {
		start := now()
		err := c.Next()
		observe(c.Method(), c.Route().Path, statusAfter(c, err), now().Sub(start))
		return err
	}
}

// statusAfter is the status that an answer has, or will have once its error is handled.
func statusAfter(c fiber.Ctx, err error) int {
	if err == nil {
		return c.Response().StatusCode()
	}
	if e, ok := errors.AsType[*models.Error](err); ok {
		return StatusOf(e)
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		return e.Code
	}
	return fiber.StatusInternalServerError
}
