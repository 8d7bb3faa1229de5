package api

import (
	"encoding/json"
	"maps"
	"mime"
	"slices"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

// body reads the JSON object of a request field by field. It remembers the first
// fault; done reports it, and any field that nobody took.
type body struct {
	fields map[string]json.RawMessage
	err    error
}

// readBody reads the object. The content type must be JSON: a foreign page can make a
// browser send a form, but not this.
func readBody(c fiber.Ctx) *body {
	b := &body{}
	if err := noQuery(c); err != nil {
		b.fail(err)
		return b
	}
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEApplicationJSON {
		b.fail(models.Invalid("Content-Type", models.CodeBadRequest, "the body must be JSON; send Content-Type: application/json"))
		return b
	}
	if err := json.Unmarshal(c.Body(), &b.fields); err != nil || b.fields == nil {
		b.fail(models.Invalid("", models.CodeBadRequest, "the body is not a JSON object").WithCause(err))
	}
	return b
}

func (b *body) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *body) done() error {
	if b.err != nil {
		return b.err
	}
	for _, name := range sortedKeys(b.fields) {
		return unknownField(name)
	}
	return nil
}

// read decodes a field into v; false when it is absent, null or of another type.
func (b *body) read(name, what string, v any) bool {
	raw, ok := b.fields[name]
	delete(b.fields, name)
	if !ok || string(raw) == "null" {
		return false
	}
	if err := json.Unmarshal(raw, v); err != nil {
		b.fail(models.Invalid(name, models.CodeBadValue, "%s must be %s", name, what).WithCause(err))
		return false
	}
	return true
}

// require is read of a field that must be there.
func (b *body) require(name, what string, v any) {
	if !b.read(name, what, v) {
		b.fail(models.Invalid(name, models.CodeBadValue, "%s is missing; it must be %s", name, what))
	}
}

// ids is a list of ids. An empty one is the use case's to judge.
func (b *body) ids(name string) []int64 {
	var ids []int64
	b.read(name, "a list of ids", &ids)
	if slices.ContainsFunc(ids, func(id int64) bool { return id < 1 }) {
		b.fail(badValue(name, wantID, "%s must be a list of ids; ids are whole numbers from 1", name))
	}
	return ids
}

// listOf is a list of allowed values.
func (b *body) listOf(name string, allowed []string) []string {
	var list []string
	b.read(name, "a list of texts", &list)
	for _, v := range list {
		if !slices.Contains(allowed, v) {
			b.fail(notOneOf(name, v, allowed))
		}
	}
	return list
}

// requireOneOf is one of the allowed values and must be there.
func (b *body) requireOneOf(name string, allowed []string) string {
	var v string
	b.require(name, "a text", &v)
	if b.err == nil && !slices.Contains(allowed, v) {
		b.fail(notOneOf(name, v, allowed))
	}
	return v
}

// oneOf reads one of the allowed texts, "" when it is absent.
func (b *body) oneOf(name string, allowed []string) string {
	var v string
	if b.read(name, "a text", &v) && v != "" && !slices.Contains(allowed, v) {
		b.fail(notOneOf(name, v, allowed))
	}
	return v
}

// text is a text of at most limit characters.
func (b *body) text(name string, limit int) string {
	var v string
	if b.read(name, "a text", &v); len([]rune(v)) > limit {
		b.fail(tooLong(name, limit))
	}
	return v
}

func (b *body) flag(name string) bool {
	var v bool
	b.read(name, "true or false", &v)
	return v
}

// number is a whole number between low and high, 0 when it is absent.
func (b *body) number(name string, low, high int) int {
	var v int
	if b.read(name, "a whole number", &v) && (v < low || v > high) {
		b.fail(badValue(name, span(low, high), "%s is %d; it must be from %d to %d", name, v, low, high))
	}
	return v
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
