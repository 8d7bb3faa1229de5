package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

// query reads the parameters of a request's URL. It remembers the first fault, so that
// a form is read in one go and checked once by done.
type query struct {
	values map[string]string
	err    error
}

func readQuery(c fiber.Ctx) *query {
	q := &query{values: map[string]string{}}
	for name, value := range c.RequestCtx().QueryArgs().All() {
		if _, twice := q.values[string(name)]; twice {
			q.fail(models.Invalid(string(name), models.CodeBadValue, "%q is given twice; give it once", string(name)))
		}
		q.values[string(name)] = string(value)
	}
	return q
}

// take gives a parameter's value and strikes it off the list.
func (q *query) take(name string) string {
	v := strings.TrimSpace(q.values[name])
	delete(q.values, name)
	return v
}

func (q *query) fail(err error) {
	if q.err == nil {
		q.err = err
	}
}

// done is the first fault; a parameter that nobody took is one.
func (q *query) done() error {
	if q.err != nil {
		return q.err
	}
	for _, name := range sortedKeys(q.values) {
		return unknownField(name)
	}
	return nil
}

// text is a text of at most limit characters.
func (q *query) text(name string, limit int) string {
	v := q.take(name)
	if len([]rune(v)) > limit {
		q.fail(tooLong(name, limit))
	}
	return v
}

// oneOf is one of the allowed values, "" when the parameter is empty.
func (q *query) oneOf(name string, allowed []string) string {
	v := q.take(name)
	if v != "" && !slices.Contains(allowed, v) {
		q.fail(notOneOf(name, v, allowed))
	}
	return v
}

// listOf is a comma-separated list of allowed values.
func (q *query) listOf(name string, allowed []string) []string {
	var list []string
	for v := range strings.SplitSeq(q.take(name), ",") {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		if !slices.Contains(allowed, v) {
			q.fail(notOneOf(name, v, allowed))
		}
		list = append(list, v)
	}
	return list
}

// flag is a switch; empty means off.
func (q *query) flag(name string) bool {
	switch v := strings.ToLower(q.take(name)); v {
	case "", "0", "false", "no", "off":
		return false
	case "1", "true", "yes", "on":
		return true
	default:
		q.fail(badValue(name, "true, false", "%s is %q; write true or false", name, v))
		return false
	}
}

// number is a whole number between low and high.
func (q *query) number(name string, fallback, low, high int) int {
	v := q.take(name)
	if v == "" {
		return fallback
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		q.fail(badValue(name, span(low, high), "%s is %q; write a whole number from %d to %d", name, v, low, high))
		return fallback
	}
	return n
}

// id is a row's number, 0 when the parameter is empty.
func (q *query) id(name string) int64 {
	v := q.take(name)
	if v == "" {
		return 0
	}
	id, err := strconv.ParseInt(v, 10, 64)
	if err != nil || id < 1 {
		q.fail(badValue(name, wantID, "%s is %q; ids are whole numbers from 1", name, v))
	}
	return id
}

const (
	defaultPageSize = 50
	maxPageSize     = 200
	maxPageNumber   = 1_000_000
)

// page is the page asked for by page and page_size.
func (q *query) page() models.Page {
	return models.Page{Number: q.number("page", 1, 1, maxPageNumber), Size: q.number("page_size", defaultPageSize, 1, maxPageSize)}
}

// noQuery refuses any parameter.
func noQuery(c fiber.Ctx) error { return readQuery(c).done() }

// pathID is an id in the path.
func pathID(c fiber.Ctx, name string) (int64, error) {
	id, err := strconv.ParseInt(c.Params(name), 10, 64)
	if err != nil || id < 1 {
		return 0, badValue(name, wantID, "%q is no id; ids are whole numbers from 1", c.Params(name))
	}
	return id, nil
}

// onlyID is an id in the path of a request that has no parameters.
func onlyID(c fiber.Ctx, name string) (int64, error) {
	id, err := pathID(c, name)
	if err == nil {
		err = noQuery(c)
	}
	return id, err
}

// idAndPage is the id in the path, and the page of a list that has no filter.
func idAndPage(c fiber.Ctx) (int64, models.Page, error) {
	id, err := pathID(c, "id")
	if err != nil {
		return 0, models.Page{}, err
	}
	page, err := pageForm(c)
	return id, page, err
}

func unknownField(name string) error {
	return models.Invalid(name, models.CodeUnknownField, "there is no field %q; /api/docs lists the fields", name)
}

func notOneOf(name, value string, allowed []string) error {
	return badValue(name, strings.Join(allowed, ", "), "%s is %q; it must be one of %s", name, value, strings.Join(allowed, ", "))
}

// wantID and span tell which numbers would be right.
const wantID = "1, 2, 3, …"

func span(low, high int) string { return fmt.Sprintf("%d – %d", low, high) }

func tooLong(name string, limit int) error {
	return badValue(name, fmt.Sprintf("≤ %d", limit), "%s is longer than %d characters", name, limit)
}

// badValue is the error of a value; want tells in any language what would be right.
func badValue(name, want, format string, args ...any) error {
	e := models.Invalid(name, models.CodeBadValue, format, args...)
	e.Params = map[string]any{"Want": want}
	return e
}

// names lists the values of an enumeration.
func names[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// typed gives texts that were checked against an enumeration its type.
func typed[T ~string](values []string) []T {
	var out []T
	for _, v := range values {
		out = append(out, T(v))
	}
	return out
}
