package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// JobsCommand sends a command to a job's runner.
func (h *Handlers) JobsCommand(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	v, err := formValues(c)
	if err != nil {
		return err
	}
	cmd, err := forms.NewCommand(v)
	if err != nil {
		return err
	}
	cmd.JobRunID, cmd.Origin = id, origin
	answer, err := h.Runner.Command(c.Context(), cmd)
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.text(c, "toast.command."+string(cmd.Kind))}
	if answer.State == models.CommandRejected {
		t = views.Toast{Kind: "warning", Title: h.text(c, "toast.rejected"), Lines: []string{answer.Reason}}
	}
	return h.toast(c, t, views.JobURL(id))
}
