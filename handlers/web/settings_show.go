package web

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/app/settings"
	"catalogsync/app/sources"
	"catalogsync/config"
	"catalogsync/models"
	"catalogsync/views"
)

// Settings shows and changes the settings.
type Settings interface {
	Current() *config.Config
	SourceList() []settings.Source
	Fields(pass func(config.Option) bool) []settings.Field
	Pending() []string
	Save(ctx context.Context, c settings.Change) (settings.Outcome, error)
	Rollback(ctx context.Context, id int64, author, confirmed string) (settings.Outcome, error)
	Revisions(ctx context.Context, limit int) ([]models.ConfigRevision, error)
	TestSource(ctx context.Context, name string) (settings.Test, error)
}

// keyOrder is the setting that the places of sources are written to.
const keyOrder = "DOWNLOAD_SOURCES"

// revisionsShown is how many changes the page lists.
const revisionsShown = 20

// section is the fields of a section's own form.
func section(name string) (pass func(config.Option) bool, ok bool) {
	groups := map[string]string{"jobs": "Jobs", "parts": "Parts of a song", "after_download": "After a download", "notifications": "Notifications", "backups": "Backups"}
	if name == views.SettingsSections[0] {
		return func(o config.Option) bool { return o.Key == keyOrder || o.Key == "QUALITY_CEILING" }, true
	}
	group, ok := groups[name]
	return func(o config.Option) bool { return o.Group == group && o.Key != keyOrder && o.Key != "QUALITY_CEILING" }, ok
}

// ofSource is the fields of a source's form.
func ofSource(name string) func(config.Option) bool {
	return func(o config.Option) bool { return o.Source == name }
}

// SettingsShow is the page of a section.
func (h *Handlers) SettingsShow(c fiber.Ctx) error {
	name := c.Params("section", views.SettingsSections[0])
	pass, ok := section(name)
	if !ok {
		return models.NotFound("there is no section %q of the settings", name)
	}
	return h.settingsPage(c, name, h.settingsForm(c, "settings-"+name, views.SettingsURL(name), pass))
}

// settingsPage is the page of a section with its form.
func (h *Handlers) settingsPage(c fiber.Ctx, name string, form views.SettingsForm) error {
	revisions, err := h.buildSettingsRevisions(c)
	if err != nil {
		return err
	}
	return h.settingsPageWith(c, name, form, revisions)
}

func (h *Handlers) settingsPageWith(c fiber.Ctx, name string, form views.SettingsForm, revisions views.SettingsRevisions) error {
	vm := views.SettingsPage{
		Shell: h.shell(c, "settings", h.text(c, "settings.title")), Section: name,
		Form: form, Revisions: revisions,
		EnvFile: h.Settings.Current().EnvFile,
	}
	if common, _ := section(name); name == views.SettingsSections[0] {
		for _, s := range h.Settings.SourceList() {
			card := h.settingsSource(c, s)
			if card.Form.ID == form.ID { // it was sent from the source's card
				card.Form = form
				vm.Form = h.settingsForm(c, "settings-"+name, views.SettingsURL(name), common)
			}
			vm.Sources = append(vm.Sources, card)
		}
		vm.Form.Action = views.URLSettings + "/sources"
	}
	for _, s := range views.SettingsSections {
		vm.Tabs = append(vm.Tabs, views.SettingsTab{Label: "settings.section." + s, URL: views.SettingsURL(s), Current: s == name})
	}
	return h.page(c, "pages/settings/show", vm)
}

// SettingsRevisions is what was changed lately, kept up to date.
func (h *Handlers) SettingsRevisions(c fiber.Ctx) error {
	return h.live(c, "fragments/settings/revisions", func() (views.Localized, error) {
		return h.buildSettingsRevisions(c)
	}, revision.Sources)
}

func (h *Handlers) buildSettingsRevisions(c fiber.Ctx) (views.SettingsRevisions, error) {
	vm := views.SettingsRevisions{Base: base(c), Poll: h.poll(c, views.URLSettingsRevisions, revision.Sources)}
	list, err := h.Settings.Revisions(c.Context(), revisionsShown)
	if err != nil {
		return vm, err
	}
	for _, r := range list {
		row := views.SettingsRevision{ConfigRevision: r}
		for _, change := range r.Changes {
			row.Lines = append(row.Lines, views.SettingsChange{
				Label: h.settingLabelOfSource(c, change.Key), Key: change.Key, Old: change.Old, New: change.New, Secret: change.Secret, NewSet: change.NewSet,
			})
			if !change.Secret {
				row.Rollback = settingsRollback(c, r.ID)
			}
		}
		vm.Rows = append(vm.Rows, row)
	}
	vm.Pending = h.settingLabels(c, h.Settings.Pending())
	return vm, nil
}

// settingsSource is a source's card.
func (h *Handlers) settingsSource(c fiber.Ctx, s settings.Source) views.SettingsSource {
	vm := views.SettingsSource{
		Base: base(c), Name: s.Name, Title: h.sourceTitle(c, s), Collects: s.Collects, Provides: s.Provides, State: "ok", Missing: s.Missing,
		Credential: string(s.Credential.State), Test: views.SettingsTest{Base: base(c), Name: s.Name}, TestURL: views.SettingsSourceURL(s.Name, "test"),
		Form: h.settingsForm(c, "settings-form-"+s.Name, views.SettingsSourceURL(s.Name), ofSource(s.Name)),
	}
	vm.Form.Target = "settings-source-" + s.Name // its state changes, too
	if !s.Credential.At.IsZero() {
		vm.CredentialAt = models.NowMS(s.Credential.At)
	}
	if s.Absent != "" {
		vm.State = string(s.Absent)
	}
	if s.Absent != sources.NotConfigured {
		vm.Missing = nil
	}
	for _, status := range h.Sources() {
		if status.Name != s.Name {
			continue
		}
		vm.Traffic = status.Traffic
		if status.Blocked {
			vm.State, vm.Reason = "blocked", views.RunnerText(h.printer(c), status.Reason)
			if !status.RetryAt.IsZero() {
				vm.RetryAtMS = models.NowMS(status.RetryAt)
			}
		}
	}
	return vm
}

func (h *Handlers) sourceTitle(c fiber.Ctx, s settings.Source) string {
	if key := "platform." + s.Name; h.printer(c).Has(key) {
		return h.printer(c).T(key)
	}
	return s.Title
}

// settingsForm shows the fields that pass, as they are now.
func (h *Handlers) settingsForm(c fiber.Ctx, id, action string, pass func(config.Option) bool) views.SettingsForm {
	form := views.SettingsForm{Base: base(c), ID: id, Action: action, Target: id}
	for _, f := range h.Settings.Fields(pass) {
		if f.Key == keyOrder {
			h.settingsPlaces(c, &form, f)
			continue
		}
		form.Fields = append(form.Fields, h.settingsField(c, f))
	}
	return form
}

// settingsPlaces shows the order of the download sources as numbers.
func (h *Handlers) settingsPlaces(c fiber.Ctx, form *views.SettingsForm, f settings.Field) {
	if form.PlacesShown = f.Value; !f.Set {
		form.PlacesShown = f.Default
	}
	if f.Fixed {
		form.PlacesFixed = f.Why
	}
	for _, s := range h.Settings.SourceList() {
		if !s.Provides {
			continue
		}
		p := views.SettingsPlace{Name: s.Name, Title: h.sourceTitle(c, s), Place: s.Place}
		if s.Place > 0 {
			p.Typed = strconv.Itoa(s.Place)
		}
		form.Places = append(form.Places, p)
	}
	slices.SortStableFunc(form.Places, func(a, b views.SettingsPlace) int { return sortPlace(a.Place) - sortPlace(b.Place) })
}

// sortPlace puts sources without a place last.
func sortPlace(place int) int {
	if place == 0 {
		return 1 << 20
	}
	return place
}

func (h *Handlers) settingsField(c fiber.Ctx, f settings.Field) views.SettingsField {
	vm := views.SettingsField{
		Key: f.Key, Label: h.settingLabel(c, f.Key), Hint: h.settingHint(c, f.Option), Kind: string(f.Kind),
		Value: f.Value, Shown: f.Value, Default: f.Default, Set: f.Set, Live: f.Live,
	}
	if vm.Default == "" {
		vm.Default = h.text(c, "settings.default")
	}
	if f.Fixed {
		vm.Fixed = f.Why
	}
	if f.Kind == settings.KindSwitch && f.Value == "" {
		vm.Value = f.Default
	}
	if f.Key == keyLayout && h.Layouts != nil {
		vm.PreviewURL = views.URLSettingsLayout
	}
	if f.Kind == settings.KindChoice {
		vm.Choices = h.settingChoices(c, f)
	}
	return vm
}

func (h *Handlers) settingChoices(c fiber.Ctx, f settings.Field) []views.SettingsChoice {
	value := func(v string) string {
		for _, prefix := range []string{"quality.", "setting." + settingName(f.Key) + "."} {
			if h.printer(c).Has(prefix + v) {
				return h.printer(c).T(prefix + v)
			}
		}
		return v
	}
	standard := h.text(c, "settings.default")
	if f.Default != "" {
		standard += ": " + value(f.Default)
	}
	list := []views.SettingsChoice{{Label: standard, Picked: f.Value == ""}}
	for _, v := range f.Choices {
		list = append(list, views.SettingsChoice{Value: v, Label: value(v), Picked: v == f.Value})
	}
	return list
}
