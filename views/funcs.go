package views

import (
	"fmt"
	"html/template"
	"maps"
	"net/url"
	"sync"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// funcs is what templates may call, bound to one language.
func funcs(p *i18n.Printer, o Options) template.FuncMap {
	assetURL := o.AssetURL
	m := template.FuncMap{
		"t":     p.T,
		"n":     func(key string, count any, pairs ...any) string { return p.N(key, toInt(count), pairs...) },
		"lang":  p.Lang,
		"asset": assetURL,
		"icon":  func(name string) template.HTML { return icon(assetURL, name) },
		"badge": badgesOf(p),
		"bar":   newBar,
		"openBar": func(label string, done, total any) Bar {
			b := newBar(label, done, total, "")
			b.Open = b.Total == 0
			return b
		},
		"obtainable":  func(p models.Playlist) int64 { return max(0, p.CollectedSongCount-p.SkippedCount) },
		"field":       func(name string) string { return fieldLabel(p, name) },
		"platform":    func(name string) string { return nameOr(p, "platform.", name) },
		"columns":     columns,
		"priorityURL": PlaylistPriorityURL,
		"priority":    func(n int) string { return models.PlaylistPriority(n).String() },
		"priorities":  models.PlaylistPriorityNames,
		"errline":     func(code models.Code, raw, about string) ErrorLine { return errorLine(p, code, raw, about) },
		"errtext":     func(code models.Code) string { return errorText(p, code) },
		"jobTitle":    func(j models.JobRun) string { return JobTitle(p, j) },
		"logLevel":    func(name string) string { return nameOr(p, "log.level.", name) },
		"itemTitle":   func(title string) string { return itemTitle(p, title) },
		"event":       func(kind string) string { return nameOr(p, "event.", kind) },
		"runnerText":  func(text string) string { return runnerText(p, text) },
		"cover":       func(raw string) string { return coverURL(raw, o.RemoteCovers) },

		"num":     func(v any) string { return i18n.Group(toInt(v)) },
		"compact": func(v int64) string { return Compact(p.Lang(), v) },
		"bytes":   Bytes,
		"speed":   func(v float64) string { return speed(v) },
		"span":    func(ms int64) string { return span(p, ms) },
		"clock":   clock,
		"iso":     iso,
		"abs":     abs,
		"percent": func(done, total any) int { return percent(toInt(done), toInt(total)) },
		"status":  func(r models.PlaylistRow) models.PlaylistState { return r.Status() },
		"ended":   func(s models.JobStage) int64 { return s.Succeeded + s.Skipped + s.Failed + s.Canceled },

		"apiDocs":         func() string { return URLAPIDocs },
		"apiDocument":     func() string { return URLAPIDocument },
		"jobURL":          JobURL,
		"retryCause":      retryCause,
		"playlistURL":     PlaylistURL,
		"songURL":         SongURL,
		"said":            func(kind, source, id string) string { return SaidValue(models.OverrideKind(kind), source, id) },
		"songAudioURL":    SongAudioURL,
		"artistURL":       ArtistURL,
		"songStates":      func() []models.SongState { return models.SongStates },
		"songPageSizes":   func() []int { return SongPageSizes },
		"qualities":       func() []models.Quality { return models.Qualities },
		"found":           func(key string, f models.Found) string { return FoundText(p, key, f) },
		"audioText":       func(r models.SongRow) string { return AudioText(p, r) },
		"quality":         func(q models.Quality) string { return qualityName(p, q) },
		"playlistZIP":     PlaylistZIP,
		"bundleURL":       BundleURL,
		"bundleLink":      BundleLink,
		"treeURL":         TreeURL,
		"treeSongsURL":    TreeSongsURL,
		"itemsURL":        ItemsURL,
		"playlistsURL":    PlaylistsURL,
		"jobsURL":         JobsURL,
		"unfilteredJobs":  func() string { return URLJobs },
		"jobsInState":     func(s models.JobState) string { return JobsURL(models.JobFilter{States: []models.JobState{s}}) },
		"playlistStates":  func() []models.PlaylistState { return models.PlaylistStates },
		"playlistSorts":   func() []models.PlaylistSort { return models.PlaylistSorts },
		"poolKinds":       func() []models.PoolKind { return models.PoolKinds },
		"languageName":    func(lang string) string { return p.T("language." + lang) },
		"wantedPlaylists": func() string { return PlaylistsURL(models.PlaylistFilter{WantedOnly: true}) },
	}
	maps.Copy(m, maintenanceFuncs(p))
	maps.Copy(m, storageFuncs(p))
	return m
}

// Badge is a state as shown: colour is never the only sign.
type Badge struct{ Text, Icon, Color, Hint string }

// badges gives each state one icon and one colour.
var badges = map[string]struct{ icon, color string }{
	"job.queued":                {"clock", "secondary"},
	"job.running":               {"progress", "blue"},
	"job.pause_requested":       {"hourglass", "yellow"},
	"job.paused":                {"player-pause", "yellow"},
	"job.completed":             {"circle-check", "green"},
	"job.completed_with_errors": {"alert-triangle", "orange"},
	"job.failed":                {"alert-circle", "red"},
	"job.canceled":              {"ban", "secondary"},

	"stage.pending":               {"circle-dotted", "secondary"},
	"stage.planning":              {"list-details", "blue"},
	"stage.running":               {"progress", "blue"},
	"stage.completed":             {"circle-check", "green"},
	"stage.completed_with_errors": {"alert-triangle", "orange"},
	"stage.failed":                {"alert-circle", "red"},
	"stage.canceled":              {"ban", "secondary"},

	"item.":            {"circle-dotted", "secondary"},
	"item.pending":     {"clock", "secondary"},
	"item.running":     {"progress", "blue"},
	"item.succeeded":   {"circle-check", "green"},
	"item.skipped":     {"player-track-next", "azure"},
	"item.failed":      {"alert-circle", "red"},
	"item.interrupted": {"plug-connected-x", "yellow"},
	"item.canceled":    {"ban", "secondary"},

	"playlist.unsynced":       {"circle-dashed", "secondary"},
	"playlist.not_downloaded": {"cloud-download", "azure"},
	"playlist.downloading":    {"progress", "blue"},
	"playlist.partial":        {"circle-half-2", "yellow"},
	"playlist.downloaded":     {"circle-check", "green"},

	"schedule.":                      {"circle-dotted", "secondary"},
	"schedule.running":               {"progress", "blue"},
	"schedule.completed":             {"circle-check", "green"},
	"schedule.completed_with_errors": {"alert-triangle", "orange"},
	"schedule.failed":                {"alert-circle", "red"},
	"schedule.canceled":              {"ban", "secondary"},
	"schedule.skipped":               {"player-track-next", "azure"},
	"schedule.missed":                {"plug-connected-x", "yellow"},

	"storage.ok":       {"circle-check", "green"},
	"storage.failing":  {"alert-circle", "red"},
	"storage.unknown":  {"circle-dotted", "secondary"},
	"storage.disabled": {"ban", "secondary"},

	"upload.pending":   {"clock", "secondary"},
	"upload.uploading": {"progress", "blue"},
	"upload.succeeded": {"circle-check", "green"},
	"upload.skipped":   {"player-track-next", "azure"},
	"upload.failed":    {"alert-circle", "red"},

	"song.here":        {"circle-check", "green"},
	"song.missing":     {"cloud-download", "secondary"},
	"song.not_music":   {"headphones-off", "azure"},
	"song.unavailable": {"circle-x", "orange"},
	"song.failed":      {"alert-circle", "red"},
}

// badgesOf makes the badges of one language, each once: lists have one in every row.
func badgesOf(p *i18n.Printer) func(kind string, state any) Badge {
	var made sync.Map
	return func(kind string, state any) Badge {
		name := fmt.Sprint(state)
		if b, ok := made.Load(kind + "." + name); ok {
			return b.(Badge)
		}
		b := newBadge(p, kind, name)
		if _, known := badges[kind+"."+name]; known {
			made.Store(kind+"."+name, b)
		}
		return b
	}
}

func newBadge(p *i18n.Printer, kind, state string) Badge {
	key := kind + "." + state
	b, ok := badges[key]
	if !ok {
		b.icon, b.color = "info-circle", "secondary"
	}
	if state == "" {
		key = kind + ".none"
	}
	badge := Badge{Text: p.T("state." + key), Icon: b.icon, Color: b.color}
	if hint := "state." + key + ".hint"; p.Has(hint) {
		badge.Hint = p.T(hint)
	}
	return badge
}

// Bar is a progress bar.
type Bar struct {
	Label       string
	Done, Total int64
	Color       string
	Open        bool // something goes on whose end is not known
}

// Percent is the bar's share, 0 to 100.
func (b Bar) Percent() int { return percent(b.Done, b.Total) }

func newBar(label string, done, total any, color string) Bar {
	return Bar{Label: label, Done: toInt(done), Total: toInt(total), Color: color}
}

// icon draws a symbol of the sprite; it says nothing to a screen reader.
func icon(assetURL func(string) string, name string) template.HTML {
	return template.HTML(`<svg class="icon" aria-hidden="true" focusable="false"><use href="` +
		template.HTMLEscapeString(assetURL("img/icons.svg")) + "#" + template.HTMLEscapeString(name) + `"/></svg>`)
}

// coverURL lets only https covers through; what a platform calls a cover may be anything.
func coverURL(raw string, remote bool) string {
	if u, err := url.Parse(raw); err == nil && remote && u.Scheme == "https" && u.Host != "" {
		return raw
	}
	return ""
}

func fieldLabel(p *i18n.Printer, name string) string { return nameOr(p, "field.", name) }

// nameOr is the text of prefix+name, or the name itself when there is none.
func nameOr(p *i18n.Printer, prefix, name string) string {
	if name != "" && p.Has(prefix+name) {
		return p.T(prefix + name)
	}
	return name
}

func errorText(p *i18n.Printer, code models.Code) string {
	if code == "" {
		return ""
	}
	return nameOr(p, "error.", string(code))
}
