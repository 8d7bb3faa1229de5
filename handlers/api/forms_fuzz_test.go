package api

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

// answered runs a request through read and says what went wrong; a fault must name what it
// is about and belong to the caller.
func answered(t *testing.T, method, target, body string, read fiber.Handler) {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, ErrorHandler: func(c fiber.Ctx, err error) error {
		e, status := domain(err)
		if status != fiber.StatusBadRequest || e.Class != models.ClassInvalid || e.Message == "" {
			t.Errorf("%s %q %q: %d %v", method, target, body, status, err)
		}
		return c.SendStatus(status)
	}})
	app.All("/", read)
	r := httptest.NewRequestWithContext(t.Context(), method, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", fiber.MIMEApplicationJSON)
	r.URL.RawQuery = target
	res, err := app.Test(r, fiber.TestConfig{Timeout: 0})
	if err != nil {
		t.Skip("not a request that a server gets") // a query with control characters
	}
	if res.StatusCode >= 500 {
		t.Errorf("%s %q %q: %d", method, target, body, res.StatusCode)
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"", "page=1&page_size=20", "page=0", "page=99999999999999999999", "keyword=%00&keyword=2", "state=here,missing,,", "ever=maybe", "after=1&before=2", "%zz=%", "a[]=1&a[b]=2",
		"platform=%FF%FE", "as_of=2026-02-30", "as_of=9999999-01-01T00:00:00Z", "split=1e400GiB", "page=１"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		answered(t, fiber.MethodGet, raw, "", func(c fiber.Ctx) error {
			q := readQuery(c)
			place, page := q.place(), q.page()
			if q.text("keyword", 10); len([]rune(q.values["keyword"])) > 10 {
				t.Errorf("%q: a text that is too long passed", raw)
			}
			q.oneOf("sort", []string{"a", "b"})
			q.listOf("state", []string{"a", "b"})
			q.flag("ever")
			q.instant("as_of", nil)
			q.size("split")
			err := q.done()
			if err == nil && (page.Number < 1 || page.Number > maxPageNumber || page.Size < 1 || page.Size > maxPageSize || place.After < 0 || place.Before < 0) {
				t.Errorf("%q: page %+v, place %+v passed", raw, page, place)
			}
			return err
		})
	})
}

func FuzzBody(f *testing.F) {
	for _, seed := range []string{"", "{}", "null", "[]", `{"ids":[1,2],"kind":"a"}`, `{"ids":[-1]}`, `{"ids":["1"],"kind":1}`, `{"kind":"a","kind":"b"}`, `{"text":"\u0000\ud800"}`, `{"n":1e400}`, `{"n":1.5}`,
		`{"flag":"true"}`, `{"filter":{"flag":1}}`, `{"filter":null}`, `{"a":{"a":{"a":{}}}}`, "{\"kind\":\"\xff\"}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		answered(t, fiber.MethodPost, "", raw, func(c fiber.Ctx) error {
			b := readBody(c)
			ids, n := b.ids("ids"), b.number("n", 0, 10)
			kind := b.requireOneOf("kind", []string{"a", "b"})
			text := b.text("text", 10)
			b.listOf("list", []string{"a"})
			b.flag("flag")
			if inner, ok := b.object("filter"); ok {
				inner.flag("flag")
				if err := inner.done(); err != nil {
					return err
				}
			}
			err := b.done()
			if err != nil {
				return err
			}
			for _, id := range ids {
				if id < 1 {
					t.Errorf("%q: id %d passed", raw, id)
				}
			}
			if n < 0 || n > 10 || kind != "a" && kind != "b" || len([]rune(text)) > 10 {
				t.Errorf("%q: %d %q %q passed", raw, n, kind, text)
			}
			return nil
		})
	})
}
