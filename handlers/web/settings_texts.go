package web

import (
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/settings"
	"catalogsync/config"
)

// sharedSuffixes end the keys of settings that have one text for all sources and instances;
// the longer ones stand before those that end alike.
var sharedSuffixes = []string{
	"_ENABLED", "_QUALITY_CEILING", "_BASE_URL", "_RATE", "_CONCURRENCY", "_DOWNLOADS", "_PROXY", "_COOKIE", "_HEADERS", "_INSTANCES",
	"_CATEGORIES", "_URL", "_USER", "_PASSWORD", "_API_KEY", "_LOGIN", "_CLIENT_ID", "_COLLECTIONS", "_CONTACT", "_PATHS",
}

// settingName is the part of a text key that names a setting: sources share theirs.
func settingName(key string) string {
	if strings.HasPrefix(key, "SOURCE_") {
		for _, suffix := range sharedSuffixes {
			if strings.HasSuffix(key, suffix) {
				return "source" + strings.ToLower(suffix)
			}
		}
	}
	return strings.ToLower(key)
}

// settingLabel is a setting's name for people; a source's says whose it is.
func (h *Handlers) settingLabel(c fiber.Ctx, key string) string {
	p := h.printer(c)
	label := "setting." + settingName(key)
	o, known := h.Settings.Current().Setting(key)
	switch {
	case p.Has(label):
		return p.T(label)
	case known && o.Source != "":
		return strings.TrimPrefix(key, config.SourceKey(o.Source, ""))
	}
	return key
}

// settingLabelOfSource is the same where it does not stand in its source's form.
func (h *Handlers) settingLabelOfSource(c fiber.Ctx, key string) string {
	o, _ := h.Settings.Current().Setting(key)
	if o.Source == "" {
		return h.settingLabel(c, key)
	}
	name := o.Source
	if p := h.printer(c); p.Has("platform." + name) {
		name = p.T("platform." + name)
	}
	return name + " · " + h.settingLabel(c, key)
}

func (h *Handlers) settingLabels(c fiber.Ctx, keys []string) []string {
	list := make([]string, len(keys))
	for i, key := range keys {
		list[i] = h.settingLabel(c, key)
	}
	return list
}

// settingHint is what a setting is for; an adapter's own settings come with their own words.
func (h *Handlers) settingHint(c fiber.Ctx, o config.Option) string {
	if key := "setting." + settingName(o.Key) + ".hint"; h.printer(c).Has(key) {
		return h.printer(c).T(key)
	}
	return o.Help
}

// settingFault is what is wrong with a field, in the reader's language.
func (h *Handlers) settingFault(c fiber.Ctx, f settings.FieldError) string {
	if f.Rule == "" || !h.printer(c).Has("settings.fault."+f.Rule) {
		return f.Message
	}
	pairs := make([]any, 0, 2*len(f.Params))
	for name, value := range f.Params {
		pairs = append(pairs, name, value)
	}
	return h.printer(c).T("settings.fault."+f.Rule, pairs...)
}
