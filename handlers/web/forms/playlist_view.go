package forms

import (
	"strconv"
	"time"

	"catalogsync/app/catalog"
	"catalogsync/models"
	"catalogsync/views"
)

// PlaylistView reads which view of a playlist is meant; zone is where dates begin and end.
func PlaylistView(v Values, zone *time.Location) (p views.PlaylistView, err error) {
	if err = v.onlyKnown("view", "as_of", "from", "to", "page"); err != nil {
		return p, err
	}
	if p.Kind, err = oneOf(v, "view", []views.PlaylistViewKind{views.ViewEver, views.ViewDiff}); err != nil {
		return p, err
	}
	p.AsOf, p.From, p.To = v.get("as_of"), v.get("from"), v.get("to")
	for _, f := range []struct {
		name, text string
		ms         *int64
	}{{"as_of", p.AsOf, &p.AsOfMS}, {"from", p.From, &p.FromMS}, {"to", p.To, &p.ToMS}} {
		if *f.ms, err = catalog.ParseInstant(f.name, f.text, zone); err != nil {
			return p, err
		}
	}
	if p.Kind == views.ViewNow && p.AsOfMS != 0 {
		p.Kind = views.ViewAsOf
	}
	if p.Kind == views.ViewDiff && p.FromMS == 0 {
		return p, badValue("from", p.From, "a date such as 2026-03-01")
	}
	p.Page, err = v.integer("page", 1, 1, maxPage)
	return p, err
}

// Held is a decision on a held change.
type Held struct {
	Accept bool
	Set    int64
}

// NewHeld reads a decision.
func NewHeld(v Values) (h Held, err error) {
	if err = v.onlyKnown("action", "set"); err != nil {
		return h, err
	}
	action, err := oneOf(v, "action", []string{"accept", "dismiss"})
	if err != nil {
		return h, err
	}
	h.Accept = action == "accept"
	if h.Set, err = strconv.ParseInt(v.get("set"), 10, 64); err != nil || action == "" {
		return h, badValue("set", v.get("set"), "what the page shows; load it again")
	}
	return h, nil
}

// GonePolicy is what becomes of songs that left.
type GonePolicy struct {
	Policy models.GonePolicy
	Days   int
}

// NewGonePolicy reads a policy.
func NewGonePolicy(v Values) (g GonePolicy, err error) {
	if err = v.onlyKnown("policy", "days"); err != nil {
		return g, err
	}
	name, err := oneOf(v, "policy", models.GonePolicyNames())
	if err != nil {
		return g, err
	}
	g.Policy = models.GonePolicyOf(name)
	g.Days, err = v.integer("days", 0, 0, models.MaxGoneDays)
	return g, err
}
