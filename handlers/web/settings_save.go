package web

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/settings"
	"catalogsync/app/sources"
	"catalogsync/config"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// author is who changes settings here.
const author = "web"

// SettingsSave saves a section's form.
func (h *Handlers) SettingsSave(c fiber.Ctx) error {
	name := c.Params("section")
	pass, ok := section(name)
	if !ok {
		return models.NotFound("there is no section %q of the settings", name)
	}
	form, done, err := h.saveSettings(c, h.settingsForm(c, "settings-"+name, views.URLSettings+"/"+name, pass), name, pass)
	if done || err != nil {
		return err
	}
	return c.Render("fragments/settings/form", form)
}

// SettingsSourceSave saves a source's form.
func (h *Handlers) SettingsSourceSave(c fiber.Ctx) error {
	name := c.Params("name")
	card := func() (views.SettingsSource, error) {
		for _, s := range h.Settings.SourceList() {
			if s.Name == name {
				return h.settingsSource(c, s), nil
			}
		}
		return views.SettingsSource{}, models.NotFound("there is no source %q", name)
	}
	before, err := card()
	if err != nil {
		return err
	}
	form, done, err := h.saveSettings(c, before.Form, views.SettingsSections[0], ofSource(name))
	if done || err != nil {
		return err
	}
	after, err := card()
	if err != nil {
		return err
	}
	after.Form = form
	return c.Render("fragments/settings/source", after)
}

// saveSettings saves a form and gives it as it is to be shown again, with what is wrong at
// the field where it is; done says that a browser without scripts was answered.
func (h *Handlers) saveSettings(c fiber.Ctx, shown views.SettingsForm, inSection string, pass func(config.Option) bool) (form views.SettingsForm, done bool, err error) {
	v, err := formValues(c)
	if err != nil {
		return form, false, err
	}
	confirmed := forms.TakeConfirmed(v)
	change, err := forms.Settings(v, keysOf(h.Settings.Fields(pass)))
	if err != nil {
		return form, false, err
	}
	change.Author, change.Confirmed = author, confirmed
	outcome, err := h.Settings.Save(c.Context(), change)
	if unseen, ok := errors.AsType[*settings.Unconfirmed](err); ok {
		form = h.settingsForm(c, shown.ID, shown.Action, pass)
		form.Target, form.Replay = shown.Target, replayOf(unseen)
		keepTyped(&form, change, v)
		noStore(c)
		if c.Get(headerRequest) == "true" {
			return form, false, nil
		}
		return form, true, h.settingsPage(c, inSection, form)
	}
	invalid, isInvalid := errors.AsType[*settings.Invalid](err)
	if err != nil && !isInvalid {
		return form, false, err
	}
	if c.Get(headerRequest) != "true" {
		return form, true, h.settingsWithoutScript(c, views.SettingsURL(inSection), invalid)
	}
	form = h.settingsForm(c, shown.ID, shown.Action, pass)
	form.Target = shown.Target
	if isInvalid {
		h.showFaults(c, &form, change, v, invalid)
	} else {
		form.Saved, form.Live, form.Restart = true, h.settingLabels(c, outcome.Live), h.settingLabels(c, outcome.Restart)
		c.Set(headerTrigger, eventChanged)
	}
	noStore(c)
	return form, false, nil
}

// settingsWithoutScript answers a browser that sends the form by itself.
func (h *Handlers) settingsWithoutScript(c fiber.Ctx, page string, invalid *settings.Invalid) error {
	if invalid != nil {
		return invalid
	}
	return c.Redirect().Status(fiber.StatusSeeOther).To(page)
}

func keysOf(fields []settings.Field) []string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.Key
	}
	return keys
}

// keepTyped puts what was typed into the form.
func keepTyped(form *views.SettingsForm, change settings.Change, v forms.Values) {
	for i := range form.Places {
		if typed := v["place."+form.Places[i].Name]; len(typed) > 0 {
			form.Places[i].Typed = typed[len(typed)-1]
		}
	}
	for i := range form.Fields {
		f := &form.Fields[i]
		if typed, ok := change.Values[f.Key]; ok && f.Kind != string(settings.KindSecret) {
			f.Value, f.Shown = typed, change.Shown[f.Key]
			for n := range f.Choices {
				f.Choices[n].Picked = f.Choices[n].Value == typed
			}
		}
	}
}

// showFaults puts what was typed and what is wrong with it into the form.
func (h *Handlers) showFaults(c fiber.Ctx, form *views.SettingsForm, change settings.Change, v forms.Values, invalid *settings.Invalid) {
	form.Failed = true
	keepTyped(form, change, v)
	for _, fault := range invalid.Fields {
		text := h.settingFault(c, fault)
		i := slices.IndexFunc(form.Fields, func(f views.SettingsField) bool { return f.Key == fault.Key })
		switch {
		case i >= 0:
			form.Fields[i].Error = text
		case fault.Key == keyOrder && len(form.Places) > 0:
			form.PlacesError = text
		default: // a setting of another form that this change would break
			form.Fields[0].Error = h.settingLabel(c, fault.Key) + ": " + text
		}
	}
}

// SettingsTest asks a source whether it answers and whether its login is good.
func (h *Handlers) SettingsTest(c fiber.Ctx) error {
	name := c.Params("name")
	test, err := h.Settings.TestSource(c.Context(), name)
	if err != nil {
		return err
	}
	vm := views.SettingsTest{Base: base(c), Name: name, Done: true, OK: test.Err == nil, Took: test.Took, Credential: string(test.Credential)}
	if test.Err != nil {
		p := h.problemOf(c, test.Err)
		vm.Error, vm.Detail = p.message, p.detail
	}
	if test.CredentialErr != nil {
		vm.CredentialErr = h.problemOf(c, test.CredentialErr).message
	}
	if test.Credential == sources.CredentialNone {
		vm.Credential = ""
	}
	noStore(c)
	if c.Get(headerRequest) != "true" {
		return c.Redirect().Status(fiber.StatusSeeOther).To(views.URLSettings)
	}
	return c.Render("fragments/settings/test", vm)
}
