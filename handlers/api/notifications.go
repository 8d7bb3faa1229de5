package api

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/notify"
)

// Notify sends a message to every target of notifications.
type Notify interface {
	Test(ctx context.Context, title, text string) ([]notify.Result, error)
}

// notificationJSON is how one target took the message; target is its service.
type notificationJSON struct {
	Target string `json:"target"`
	Sent   bool   `json:"sent"`
	Error  string `json:"error,omitempty"`
}

func (h *handlers) testNotifications(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	results, err := h.Notify.Test(c.Context(), "catalogsync", "This is a test of the notifications.")
	if err != nil {
		return err
	}
	return c.JSON(itemsOf(results, func(r notify.Result) notificationJSON {
		out := notificationJSON{Target: r.Target, Sent: r.Err == nil}
		if r.Err != nil {
			out.Error = r.Err.Error()
		}
		return out
	}))
}
