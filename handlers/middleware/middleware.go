// Package middleware holds what stands before every handler: security headers, the
// guards against foreign pages, the reader's language, request ids and recovery.
package middleware

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/requestid"

	"catalogsync/models"
)

// RequestID gives each request an id, sent back in X-Request-ID and written to the log.
func RequestID() fiber.Handler { return requestid.New() }

// RequestIDOf is the id of this request.
func RequestIDOf(c fiber.Ctx) string { return requestid.FromContext(c) }

// Recover turns a panic of a handler into an internal error and logs its stack.
func Recover(log *slog.Logger) fiber.Handler {
	return func(c fiber.Ctx) (err error) {
		defer func() {
			if r := recover(); r != nil {
				log.Error("request panicked", "request_id", RequestIDOf(c), "path", c.Path(), "panic", r, "stack", string(debug.Stack()))
				err = models.NewError(models.ClassPermanent, models.CodePanic, "the request failed inside").WithCause(fmt.Errorf("%v", r))
			}
		}()
		return c.Next()
	}
}

// AccessLog writes each request that did not end well as a warning, the others at debug level.
func AccessLog(log *slog.Logger, now func() time.Time) fiber.Handler {
	return func(c fiber.Ctx) error {
		start := now()
		err := c.Next()
		status, level := c.Response().StatusCode(), slog.LevelDebug
		if err != nil {
			return err // the error handler logs it with its cause
		}
		if status >= fiber.StatusInternalServerError {
			level = slog.LevelWarn
		}
		log.Log(c.Context(), level, "request", "method", c.Method(), "path", c.Path(), "status", status, "duration", now().Sub(start), "request_id", RequestIDOf(c))
		return nil
	}
}
