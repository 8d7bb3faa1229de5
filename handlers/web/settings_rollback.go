package web

import (
	"errors"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/settings"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// SettingsRollback takes a change back. When that would turn decisions, it says so first.
func (h *Handlers) SettingsRollback(c fiber.Ctx) error {
	id, err := forms.ID(c.Params("id"))
	if err != nil {
		return err
	}
	v, err := formValues(c)
	if err != nil {
		return err
	}
	outcome, err := h.Settings.Rollback(c.Context(), id, author, forms.TakeConfirmed(v))
	if unseen, ok := errors.AsType[*settings.Unconfirmed](err); ok {
		return h.askRollback(c, id, unseen)
	} else if err != nil {
		return err
	}
	if outcome.Revision == 0 {
		return h.toast(c, views.Toast{Kind: "info", Title: h.text(c, "settings.unchanged")}, views.URLSettings)
	}
	return h.goTo(c, views.URLSettings)
}

// askRollback shows the button again, with what pressing it would do.
func (h *Handlers) askRollback(c fiber.Ctx, id int64, unseen *settings.Unconfirmed) error {
	vm := settingsRollback(c, id)
	vm.Replay = replayOf(unseen)
	if c.Get(headerRequest) == "true" {
		noStore(c)
		return c.Render("fragments/settings/rollback", *vm)
	}
	revisions, err := h.buildSettingsRevisions(c)
	if err != nil {
		return err
	}
	for i := range revisions.Rows {
		if revisions.Rows[i].ID == id {
			revisions.Rows[i].Rollback = vm
		}
	}
	name := views.SettingsSections[0]
	pass, _ := section(name)
	return h.settingsPageWith(c, name, h.settingsForm(c, "settings-"+name, views.SettingsURL(name), pass), revisions)
}

func settingsRollback(c fiber.Ctx, id int64) *views.SettingsRollback {
	return &views.SettingsRollback{Base: base(c), ID: id, URL: views.SettingsRollbackURL(id)}
}

// replayOf is what an unconfirmed change would do, for a form to repeat.
func replayOf(u *settings.Unconfirmed) *views.SettingsReplay {
	return &views.SettingsReplay{Decisions: u.Decisions, Differ: u.Differ, Gained: u.Gained, Lost: u.Lost, Token: u.Token}
}

// isUnconfirmed says that nobody has seen what a change would do.
func isUnconfirmed(err error) bool { return models.CodeOf(err) == models.CodeReplayUnconfirmed }
