package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/i18n"
	"catalogsync/app/matching"
	"catalogsync/app/matching/replay"
	"catalogsync/app/settings"
	"catalogsync/config"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// Replays tells what other rules of matching would change.
type Replays interface {
	Current() matching.Rules
	Run(ctx context.Context, next matching.Rules) (replay.Report, error)
}

// replayRows bounds the songs that a replay lists; all are counted.
const replayRows = 100

// MatchingShow is the page of the rules of matching.
func (h *Handlers) MatchingShow(c fiber.Ctx) error {
	return h.page(c, "pages/settings/matching", h.matchingPage(c, h.Replays.Current(), views.MatchingReplay{Base: base(c)}))
}

// MatchingReplay tries other rules on stored decisions.
func (h *Handlers) MatchingReplay(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	next, err := forms.MatchingRules(v, h.Replays.Current())
	if err != nil {
		return err
	}
	return h.showReplay(c, next)
}

// showReplay tells what other rules would do to stored decisions.
func (h *Handlers) showReplay(c fiber.Ctx, next matching.Rules) error {
	report, err := h.Replays.Run(c.Context(), next)
	if err != nil {
		return err
	}
	vm := h.matchingReplay(c, next, report)
	if c.Get(headerRequest) != "true" {
		return h.page(c, "pages/settings/matching", h.matchingPage(c, next, vm))
	}
	noStore(c)
	return c.Render("fragments/matching/replay", vm)
}

// MatchingSave puts tried rules into effect. When they would do something else than what was
// seen, that is shown instead.
func (h *Handlers) MatchingSave(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	now, confirmed := h.Replays.Current(), forms.TakeConfirmed(v)
	next, err := forms.MatchingRules(v, now)
	if err != nil {
		return err
	}
	change := settings.Change{Author: author, Confirmed: confirmed, Values: map[string]string{
		"MATCH_THRESHOLD": strconv.FormatFloat(next.Settings.Threshold, 'g', -1, 64),
		"MATCH_WEIGHTS":   config.MatchWeights(next.Settings.Weights).String(),
	}}
	if next.Ceiling != now.Ceiling {
		change.Values["QUALITY_CEILING"] = string(next.Ceiling)
	}
	if _, err := h.Settings.Save(c.Context(), change); isUnconfirmed(err) {
		return h.showReplay(c, next)
	} else if err != nil {
		return err
	}
	return c.Redirect().Status(fiber.StatusSeeOther).To(views.URLMatching)
}

func (h *Handlers) matchingPage(c fiber.Ctx, r matching.Rules, tried views.MatchingReplay) views.MatchingPage {
	vm := views.MatchingPage{
		Shell: h.shell(c, "settings", h.text(c, "matching.title")), Threshold: number(r.Settings.Threshold),
		Weights: weightsOf(r.Settings.Weights), Qualities: models.Qualities, Ceiling: r.Ceiling, Replay: tried,
	}
	for _, s := range views.SettingsSections {
		vm.Tabs = append(vm.Tabs, views.SettingsTab{Label: "settings.section." + s, URL: views.SettingsURL(s), Current: s == "matching"})
	}
	return vm
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func weightsOf(w matching.Weights) []views.MatchingWeight {
	return []views.MatchingWeight{
		{Name: "title", Label: "why.part.title", Value: number(w.Title)}, {Name: "artists", Label: "why.part.artists", Value: number(w.Artists)},
		{Name: "duration", Label: "why.part.duration", Value: number(w.Duration)}, {Name: "album", Label: "why.part.album", Value: number(w.Album)},
	}
}

func (h *Handlers) matchingReplay(c fiber.Ctx, next matching.Rules, r replay.Report) views.MatchingReplay {
	p := h.printer(c)
	vm := views.MatchingReplay{Base: base(c), Done: true, Decisions: r.Decisions, Differ: r.Differ, Gained: r.Gained, Lost: r.Lost, Unreadable: r.Unreadable}
	now := h.Replays.Current()
	if next.Settings != now.Settings || next.Ceiling != now.Ceiling {
		vm.Values = append(weightsOf(next.Settings.Weights),
			views.MatchingWeight{Name: "threshold", Value: number(next.Settings.Threshold)}, views.MatchingWeight{Name: "ceiling", Value: string(next.Ceiling)},
			views.MatchingWeight{Name: forms.FieldConfirmed, Value: r.Token(next)})
	}
	for _, d := range r.Differences[:min(len(r.Differences), replayRows)] {
		vm.Rows = append(vm.Rows, views.ReplayRow{Name: d.Name, Singers: d.Singers, Before: outcomeText(p, d.Before), After: outcomeText(p, d.After)})
	}
	vm.More = r.Differ - len(vm.Rows)
	return vm
}

// outcomeText says in words what a decision comes to.
func outcomeText(p *i18n.Printer, o replay.Outcome) string {
	if o.Source == "" {
		if o.Reason == nil {
			return p.T("matching.none")
		}
		return p.T("matching.none") + ": " + views.ReasonText(p, string(o.Reason.Code), o.Reason.Text, o.Reason.Word, o.Reason.Seconds)
	}
	text := []string{views.PlatformName(p, o.Source), strings.TrimSuffix(o.Title+" – "+strings.Join(o.Artists, " / "), " – "), strconv.Itoa(views.Percent(o.Total)) + "%"}
	return strings.Join(text, " · ")
}
