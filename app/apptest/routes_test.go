package apptest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
	"catalogsync/handlers/api"
	"catalogsync/handlers/api/openapi"
	"catalogsync/handlers/api/openapi/openapitest"
	"catalogsync/jobs"
	"catalogsync/models"
)

// grounds is a program with a small catalog of hostile titles, and the description that
// its API is held against.
type grounds struct {
	*apptest.Site
	t        *testing.T
	doc      *openapi.Document
	contract *openapitest.Contract
	folder   string
	asked    int
}

func newGrounds(t *testing.T) *grounds {
	t.Helper()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 8, Songs: 40, Seed: 21, Hostile: true, MinLength: 2 * time.Second, MaxLength: 4 * time.Second})
	a := running(t, base)
	job, err := a.Runner.Enqueue(t.Context(), jobs.NewJob{Type: models.JobCatalogSync, Origin: "test", Title: `<img src=x onerror=alert(1)>`})
	require.NoError(t, err)
	_, err = a.Runner.Wait(t.Context(), job.ID)
	require.NoError(t, err)
	g := &grounds{Site: apptest.Listen(t, a), t: t, folder: t.TempDir()}
	g.doc, err = api.Reference()
	require.NoError(t, err)
	g.contract = openapitest.New(t, g.Send(http.MethodGet, "/api/openapi.json", "").Body)
	return g
}

// try sends a request and says what is wrong with the answer: a fault inside, no problem
// document, or something that the description does not allow.
func (g *grounds) try(method, target, body string, header ...string) apptest.Reply {
	g.t.Helper()
	g.asked++
	// Examples name folders; those that are made lie in the test's own.
	r := g.Send(method, target, strings.ReplaceAll(body, `"/mnt/`, `"`+g.folder+`/`), header...)
	if r.StatusCode == http.StatusNotImplemented && method == unknownMethod {
		return r // what a server says to a method that it has never heard of
	}
	if r.StatusCode >= 500 {
		g.t.Errorf("%s %.300s %.300s: %d %.400s", method, target, body, r.StatusCode, r.Body)
	}
	if path := unescaped(target); strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/api/docs") && r.Response.Proto != "" {
		if err := g.contract.Check(method, path, r.StatusCode, r.Header.Get("Content-Type"), r.Body); err != nil {
			g.t.Errorf("%.300s: %v", body, err)
		}
		if r.StatusCode >= 400 && method != http.MethodHead && r.StatusCode != http.StatusRequestedRangeNotSatisfiable {
			if kind := r.Header.Get("Content-Type"); kind != "application/problem+json" {
				g.t.Errorf("%s %.300s: %d as %q: %.300s", method, target, r.StatusCode, kind, r.Body)
			}
		}
	}
	return r
}

func unescaped(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path
}

const unknownMethod = "BREW"

// odd are values that parameters may be given, as a URL writes them.
var odd = []string{"", "0", "-1", "1.5", "1e9", "99999999999999999999", "%00", "a%00b", "%FF%FE", "%zz", "[]", "%7B%7D", "a,b,,", "%3Cscript%3Ealert(1)%3C/script%3E",
	"..%2F..%2Fetc%2Fpasswd", "%E2%80%AE%E2%80%AE", "%EF%BC%91", "true", "null", "%F0%9F%8E%B5", strings.Repeat("x", 3000), strings.Repeat("9", 400)}

// oddJSON are values that fields of a body may be given.
var oddJSON = []string{`null`, `true`, `0`, `-1`, `1.5`, `1e400`, `99999999999999999999`, `""`, `"x"`, `"\u0000"`, `"\ud800"`, "\"\xff\xfe\"", `"../../etc/passwd"`, `[]`, `[null]`, `[-1]`,
	`["x"]`, `[[1]]`, `{}`, `{"a":{"b":null}}`, strings.Repeat("[", 5000) + strings.Repeat("]", 5000), `"` + strings.Repeat("長", 5000) + `"`}

// rightPath is a path of an operation or route whose variable parts are what is there.
var variable = regexp.MustCompile(`:\w+`)

func pathWith(path string, part int, value string) string {
	i := -1
	return variable.ReplaceAllStringFunc(path, func(string) string {
		if i++; i == part {
			return value
		}
		return "1"
	})
}

// Whatever the parameters of any route are given, the answer is a clear one: never a fault
// inside, never silence, and of the API always what the description allows.
func TestNoRequestBreaksARoute(t *testing.T) {
	if testing.Short() {
		t.Skip("tens of thousands of requests")
	}
	t.Parallel()
	g := newGrounds(t)
	names := formNames(t)
	for _, r := range g.Routes {
		if r.Method == http.MethodHead || strings.HasPrefix(r.Path, "/assets") {
			continue
		}
		g.tryPaths(r.Method, r.Path)
		if !strings.HasPrefix(r.Path, "/api/") || strings.HasPrefix(r.Path, "/api/docs") {
			g.tryForm(r.Method, pathWith(r.Path, -1, ""), names)
		}
	}
	for _, o := range g.doc.Operations() {
		if !slices.ContainsFunc(g.Routes, func(r fiber.Route) bool { return r.Method == o.Method && r.Path == o.Path }) {
			continue // only a served program can be told to start anew
		}
		g.tryQuery(o)
		if o.Method != http.MethodGet {
			g.tryBody(o)
		}
	}
	t.Logf("%d requests to %d routes", g.asked, len(g.Routes))
	require.Equal(t, http.StatusOK, g.Send(http.MethodGet, "/healthz", "").StatusCode, "and it still stands")
}

// tryPaths gives each variable part of a path odd values, and the path odd methods.
func (g *grounds) tryPaths(method, path string) {
	for part := range variable.FindAllString(path, -1) {
		for _, v := range odd {
			g.try(method, pathWith(path, part, v), "")
		}
	}
	whole := pathWith(path, -1, "")
	for _, m := range []string{http.MethodHead, http.MethodOptions, http.MethodTrace, unknownMethod, http.MethodPatch} {
		g.try(m, whole, "")
	}
	g.try(method, whole+"?%zz=%&&=&===;a", "")
}

// alone is the share of fields that a route is given without all others: one in so many,
// others at other routes.
const alone = 8

// tryForm gives each field that any form has odd values, in the URL or in a form.
func (g *grounds) tryForm(method, path string, names []string) {
	send := func(values string) {
		if method == http.MethodGet {
			g.try(method, path+"?"+values, "")
			return
		}
		g.try(method, path, values, "Content-Type", "application/x-www-form-urlencoded", "HX-Request", "true")
	}
	for i := len(path) % alone; i < len(names); i += alone {
		send(names[i] + "=" + odd[(i+len(path))%len(odd)])
	}
	for _, v := range odd {
		send(strings.Join(names, "="+v+"&") + "=" + v)
	}
	send("page=1&page=2&id=1&id=2&playlist_ids=1&playlist_ids=x")
	if method != http.MethodGet {
		for _, kind := range []string{"application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", "x"} {
			g.try(method, path, "--x\r\nnot a part", "Content-Type", kind)
		}
	}
}

// formNames are the names of all fields of all forms of the console.
func formNames(t *testing.T) []string {
	t.Helper()
	field := regexp.MustCompile(`\bname="([a-z_]+)"`)
	var names []string
	err := filepath.WalkDir("../../views", func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range field.FindAllStringSubmatch(string(text), -1) {
			names = append(names, m[1])
		}
		return err
	})
	require.NoError(t, err)
	names = append(names, "page", "before", "after", "at", "from", "to", "class", "stage", "code", "ids")
	slices.Sort(names)
	return slices.Compact(names)
}

// tryQuery gives each parameter odd values; one that is wrong for sure is refused by name,
// one that is right is known, and one that does not exist is not.
func (g *grounds) tryQuery(o openapi.Operation) {
	path := pathWith(o.Path, -1, "")
	needed := url.Values{}
	for _, p := range o.Query {
		if p.Required {
			needed.Set(p.Name, fmt.Sprint(p.Example))
		}
	}
	ask := func(name, raw string) apptest.Reply {
		rest := url.Values{}
		for n, v := range needed {
			if n != name {
				rest[n] = v
			}
		}
		return g.try(o.Method, path+"?"+name+"="+raw+"&"+rest.Encode(), o.BodyExample(), "Content-Type", "application/json")
	}
	g.refused(ask("no_such_parameter", "1"), o, "no_such_parameter")
	for _, p := range o.Query {
		for _, v := range odd {
			ask(p.Name, v)
		}
		right := strings.Trim(fmt.Sprint(p.Example), "[]")
		if p.Example == nil {
			right = "x"
		}
		if r := ask(p.Name, url.QueryEscape(right)); strings.Contains(string(r.Body), `"unknown_field"`) {
			g.t.Errorf("%s %s does not know its parameter %s: %.300s", o.Method, o.Path, p.Name, r.Body)
		}
		g.refused(ask(p.Name+"=1&"+p.Name, "1"), o, p.Name)
		if p.Schema.Type != "string" || p.Schema.Enum != nil {
			g.refused(ask(p.Name, "nonsense"), o, p.Name)
		}
		if p.Schema.Maximum != nil || p.Schema.Type == "integer" {
			g.refused(ask(p.Name, "99999999999999999999"), o, p.Name)
			g.refused(ask(p.Name, "-99999"), o, p.Name)
		}
		if p.Schema.MaxLength != nil {
			g.refused(ask(p.Name, strings.Repeat("x", *p.Schema.MaxLength+1)), o, p.Name)
		}
		for _, v := range p.Schema.Enum {
			if r := ask(p.Name, fmt.Sprint(v)); r.StatusCode == 400 && strings.Contains(string(r.Body), `"field":"`+p.Name+`"`) {
				g.t.Errorf("%s %s refuses %s=%v: %.300s", o.Method, o.Path, p.Name, v, r.Body)
			}
		}
	}
}

// refused says that a request was refused with the field named.
func (g *grounds) refused(r apptest.Reply, o openapi.Operation, field string) {
	g.t.Helper()
	if r.StatusCode != http.StatusBadRequest || !strings.Contains(string(r.Body), `"field":"`+field+`"`) {
		g.t.Errorf("%s %s: %s is not refused by name: %d %.300s", o.Method, o.Path, field, r.StatusCode, r.Body)
	}
}

// tryBody gives each field odd values, and sends bodies that are no JSON object.
func (g *grounds) tryBody(o openapi.Operation) {
	path := pathWith(o.Path, -1, "")
	send := func(body string) apptest.Reply {
		return g.try(o.Method, path, body, "Content-Type", "application/json")
	}
	for _, body := range []string{"", "null", "[]", "{", "1", "\xff\xfe{}", `{"a":1,"a":2}`, strings.Repeat("[", 20_000), `{"a":` + strings.Repeat(`{"a":`, 9_990), "{}\x00", "{}{}"} {
		send(body)
	}
	send(strings.Repeat(" ", 5<<20))
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/json;;;"} {
		g.try(o.Method, path, o.BodyExample(), "Content-Type", kind)
	}
	if o.Body == nil {
		return
	}
	g.refused(send(withField(o, "no_such_field", "1")), o, "no_such_field")
	for _, p := range o.Body {
		for _, v := range oddJSON {
			r := send(withField(o, p.Name, v))
			if strings.Contains(string(r.Body), `"unknown_field"`) && strings.Contains(string(r.Body), `"field":"`+p.Name+`"`) && !conditional[p.Name] {
				g.t.Errorf("%s %s does not know its field %s: %.300s", o.Method, o.Path, p.Name, r.Body)
			}
		}
		if !conditional[p.Name] {
			g.refused(send(withField(o, p.Name, `[[{"a":1}]]`)), o, p.Name)
		}
	}
}

// conditional are fields that go with some values of another field only.
var conditional = map[string]bool{"item_id": true, "stage": true, "source": true, "error_code": true, "priority": true, "remote_id": true}

// withField is the example of a body, with one field as it is given.
func withField(o openapi.Operation, name, raw string) string {
	var fields []string
	for i, p := range o.Body {
		if p.Name != name && (p.Required || i == 0 && p.Example != nil) {
			fields = append(fields, fmt.Sprintf("%q:%s", p.Name, jsonOf(p.Example)))
		}
	}
	return "{" + strings.Join(append(fields, fmt.Sprintf("%q:%s", name, raw)), ",") + "}"
}
