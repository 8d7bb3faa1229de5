package forms

import (
	"strconv"

	"catalogsync/app/download/correction"
	"catalogsync/app/matching"
	"catalogsync/models"
	"catalogsync/views"
)

// Said reads what a pressed button says of a song.
func Said(v Values) (correction.Said, error) {
	if err := v.onlyKnown("said", "note"); err != nil {
		return correction.Said{}, err
	}
	kind, source, id := views.ParseSaid(v.get("said"))
	if kind == "" {
		return correction.Said{}, badValue("said", v.get("said"), "what one of the buttons says")
	}
	return correction.Said{Kind: kind, Source: source, RemoteID: id, Note: v.get("note"), Actor: "web"}, nil
}

// MatchingRules reads the rules of a form; what it leaves out is as in now.
func MatchingRules(v Values, now matching.Rules) (matching.Rules, error) {
	if err := v.onlyKnown("threshold", "title", "artists", "duration", "album", "ceiling"); err != nil {
		return now, err
	}
	w := &now.Settings.Weights
	for _, f := range []struct {
		name string
		to   *float64
	}{{"threshold", &now.Settings.Threshold}, {"title", &w.Title}, {"artists", &w.Artists}, {"duration", &w.Duration}, {"album", &w.Album}} {
		text := v.get(f.name)
		if text == "" {
			continue
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return now, badValue(f.name, text, "a number")
		}
		*f.to = n
	}
	ceiling, err := oneOf(v, "ceiling", models.Qualities)
	if err != nil {
		return now, err
	}
	if ceiling != "" {
		now.Ceiling = ceiling
	}
	return now, now.Settings.Check()
}

// FieldConfirmed repeats the token of a replay that the operator has seen.
const FieldConfirmed = "confirmed"

// TakeConfirmed takes that token out of a form, "" = none.
func TakeConfirmed(v Values) string {
	token := v.get(FieldConfirmed)
	delete(v, FieldConfirmed)
	return token
}
