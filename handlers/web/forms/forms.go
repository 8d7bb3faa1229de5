// Package forms reads requests into filters and orders, and refuses what it does not
// know with an error that names the field.
package forms

import (
	"slices"
	"strconv"
	"strings"

	"catalogsync/models"
)

// Values gives the values of a request's parameters by name.
type Values map[string][]string

// get is the first value of a name, without surrounding space.
func (v Values) get(name string) string {
	if len(v[name]) == 0 {
		return ""
	}
	return strings.TrimSpace(v[name][0])
}

// onlyKnown refuses a parameter that is not in names: a typing error in a bookmark must
// not silently show everything.
func (v Values) onlyKnown(names ...string) error {
	for name := range v {
		if !slices.Contains(names, name) {
			e := models.Invalid(name, models.CodeUnknownField, "unknown parameter %q; known are: %s", name, strings.Join(names, ", "))
			e.Params = map[string]any{"Known": strings.Join(names, ", ")}
			return e
		}
	}
	return nil
}

// oneOf reads a parameter whose values are known; empty is allowed.
func oneOf[T ~string](v Values, name string, known []T) (T, error) {
	value := T(v.get(name))
	if value == "" || slices.Contains(known, value) {
		return value, nil
	}
	return "", notOneOf(name, string(value), known)
}

func notOneOf[T ~string](name, value string, known []T) error {
	texts := make([]string, len(known))
	for i, k := range known {
		texts[i] = string(k)
	}
	list := strings.Join(texts, ", ")
	e := badValue(name, value, "one of "+list)
	e.Params["Want"] = list
	return e
}

// integer reads a number between low and high; empty gives def.
func (v Values) integer(name string, def, low, high int) (int, error) {
	text := v.get(name)
	if text == "" {
		return def, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		e := badValue(name, text, "a number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
		e.Params["Want"] = strconv.Itoa(low) + "–" + strconv.Itoa(high)
		return 0, e
	}
	return n, nil
}

// boolean reads a switch; empty means off.
func (v Values) boolean(name string) (bool, error) {
	switch strings.ToLower(v.get(name)) {
	case "", "0", "false", "off", "no":
		return false, nil
	case "1", "true", "on", "yes":
		return true, nil
	}
	return false, badValue(name, v.get(name), "1 or 0")
}

// maxText bounds what an error repeats of a value.
const maxText = 60

func badValue(field, value, want string) *models.Error {
	if r := []rune(value); len(r) > maxText {
		value = string(r[:maxText]) + "…"
	}
	e := models.Invalid(field, models.CodeBadValue, "%q is not valid for %s; give %s", value, field, want)
	e.Params = map[string]any{"Value": value}
	return e
}

// maxPage bounds page numbers; no list is so long.
const maxPage = 1_000_000

// PageNumber reads the only parameter of a plain paged list.
func PageNumber(v Values) (int, error) {
	if err := v.onlyKnown("page"); err != nil {
		return 0, err
	}
	return v.integer("page", 1, 1, maxPage)
}

// ID reads an identifier of a path; anything else is not found.
func ID(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, models.NotFound("there is nothing with the number %q", text)
	}
	return id, nil
}

// IDs reads identifiers separated by commas or given several times.
func IDs(v Values, name string) ([]int64, error) {
	var ids []int64
	for _, list := range v[name] {
		for text := range strings.SplitSeq(list, ",") {
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			id, err := strconv.ParseInt(text, 10, 64)
			if err != nil || id < 1 {
				return nil, badValue(name, text, "numbers separated by commas")
			}
			ids = append(ids, id)
		}
	}
	return ids, nil
}
