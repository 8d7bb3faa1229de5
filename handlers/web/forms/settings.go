package forms

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"catalogsync/app/settings"
	"catalogsync/models"
)

// Prefixes of field names beside the keys themselves.
const (
	shownPrefix = "shown." // what the form showed of a key
	placePrefix = "place." // a source's place in the order
)

// keyOrder is the list that places make.
const keyOrder = "DOWNLOAD_SOURCES"

// Settings reads a form of settings into a change. keys are those that it may have. A field
// that it does not send is left alone; so is a secret that is left empty.
func Settings(v Values, keys []string) (settings.Change, error) {
	c := settings.Change{Values: map[string]string{}, Shown: map[string]string{}}
	places := map[string]string{}
	for name, texts := range v {
		last := strings.TrimSpace(texts[len(texts)-1]) // of a switch, the box comes after its "off"
		source, isPlace := strings.CutPrefix(name, placePrefix)
		shown, isShown := strings.CutPrefix(name, shownPrefix)
		switch {
		case name == "remove":
			continue
		case isPlace && slices.Contains(keys, keyOrder):
			places[source] = last
		case isShown && slices.Contains(keys, shown):
			c.Shown[shown] = last
		case slices.Contains(keys, name):
			c.Values[name] = last
		default:
			return c, models.Invalid(name, models.CodeUnknownField, "unknown field %q", name)
		}
	}
	for key, value := range c.Values {
		if was, ok := c.Shown[key]; ok && was == "" && value == "" {
			delete(c.Values, key)
		}
	}
	for _, key := range v["remove"] {
		if !slices.Contains(keys, key) {
			return c, models.Invalid("remove", models.CodeUnknownField, "unknown field %q", key)
		}
		c.Values[key] = ""
	}
	if len(places) == 0 {
		return c, nil
	}
	order, err := orderOf(places, c.Shown[keyOrder])
	c.Values[keyOrder] = order
	return c, err
}

// orderOf sorts sources by their places; those without one are left out. Names that the
// form cannot show, such as those of sources that do not exist here, keep their order
// behind the others.
func orderOf(places map[string]string, shown string) (string, error) {
	type placed struct {
		name  string
		place int
	}
	var list []placed
	for name, text := range places {
		if text == "" || text == "0" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 99 {
			return "", badValue(placePrefix+name, text, "a number from 1 to 99, or nothing")
		}
		list = append(list, placed{name, n})
	}
	slices.SortFunc(list, func(a, b placed) int { return cmp.Or(a.place-b.place, strings.Compare(a.name, b.name)) })
	names := make([]string, 0, len(list))
	for _, p := range list {
		names = append(names, p.name)
	}
	var before, foreign []string
	for name := range strings.SplitSeq(shown, ",") {
		name = strings.TrimSpace(name)
		if _, known := places[name]; known {
			before = append(before, name)
		} else if name != "" {
			foreign = append(foreign, name)
		}
	}
	if slices.Equal(before, names) {
		return shown, nil
	}
	return strings.Join(append(names, foreign...), ","), nil
}
