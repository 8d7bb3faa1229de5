package web

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/notify"
	"catalogsync/views"
)

// Notify sends a message to every target of notifications.
type Notify interface {
	Test(ctx context.Context, title, text string) ([]notify.Result, error)
}

// NotificationsTest tells how each target takes a message.
func (h *Handlers) NotificationsTest(c fiber.Ctx) error {
	results, err := h.Notify.Test(c.Context(), "catalogsync", h.text(c, "notify.test_text"))
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.text(c, "notify.test_sent")}
	for _, r := range results {
		line := r.Target + ": " + h.text(c, "notify.test_taken")
		if r.Err != nil {
			t.Kind, t.Title = "danger", h.text(c, "notify.test_failed")
			line = r.Err.Error()
		}
		t.Lines = append(t.Lines, line)
	}
	return h.toast(c, t, views.SettingsURL("notifications"))
}
