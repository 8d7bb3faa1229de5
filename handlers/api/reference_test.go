package api_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v3"
	"github.com/stretchr/testify/require"

	"catalogsync/handlers/api"
)

// complete has every part that a program may lack, so that every route is mounted. None
// of these parts can be called.
func complete(d *api.Deps) {
	d.Schedules = struct{ api.Schedules }{}
	d.Settings = struct{ api.Settings }{}
	d.Layouts = struct{ api.Layouts }{}
	d.Corrections = struct{ api.Corrections }{}
	d.Replays = struct{ api.Replays }{}
	d.Maintenance = struct{ api.Maintenance }{}
	d.Songs = struct{ api.SongReader }{}
	d.SongSelection = struct{ api.SongSelection }{}
	d.Forbidder = struct{ api.FileForbidder }{}
	d.Lists = struct{ api.Lists }{}
	d.Library = struct{ api.Library }{}
	d.Uploads = struct{ api.Uploads }{}
	d.Backups = struct{ api.Backups }{}
	d.Restart = func() {}
	d.Notify = struct{ api.Notify }{}
}

// Every route below /api is described, and nothing is described that is not there.
func TestEveryRouteIsDescribed(t *testing.T) {
	t.Parallel()
	s := newServer(t, complete)
	require.Equal(t, 200, s.get("/healthz").StatusCode)
	var mounted, described []string
	for _, r := range s.app.GetRoutes(true) {
		if strings.HasPrefix(r.Path, "/api/") && r.Method != http.MethodHead {
			mounted = append(mounted, r.Method+" "+r.Path)
		}
	}
	doc, err := api.Reference()
	require.NoError(t, err)
	for _, o := range doc.Operations() {
		described = append(described, o.Method+" "+o.Path)
	}
	slices.Sort(mounted)
	slices.Sort(described)
	require.Equal(t, slices.Compact(mounted), described, "see the head of operations.go")
}

func TestDescriptionIsServed(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := s.get("/api/openapi.json")
	require.Equal(t, 200, a.StatusCode)
	require.Equal(t, fiber.MIMEApplicationJSON, a.Header.Get("Content-Type"))
	require.Equal(t, "3.1.0", a.object(t, 200)["openapi"])
	require.Equal(t, 304, s.get("/api/openapi.json", "If-None-Match", a.Header.Get("ETag")).StatusCode)
	require.NotContains(t, string(a.body), "JSON]", "names of Go types")
}

// Readers of the table are told what each thing is.
func TestDescriptionLeavesNothingUnsaid(t *testing.T) {
	t.Parallel()
	doc, err := api.Reference()
	require.NoError(t, err)
	sentence := regexp.MustCompile(`^\p{Lu}.*[^.]$`)
	for _, o := range doc.Operations() {
		require.Regexp(t, sentence, o.Summary, "%s %s", o.Method, o.Path)
		require.NotEmpty(t, o.Answers, "%s %s", o.Method, o.Path)
		for _, p := range slices.Concat(o.Query, o.Body) {
			require.NotEmpty(t, p.About, "%s %s: %s", o.Method, o.Path, p.Name)
			require.False(t, p.Required && p.Example == nil, "%s %s: %s needs an example", o.Method, o.Path, p.Name)
		}
		require.NotEqual(t, o.Method == http.MethodGet && o.Body != nil, true)
	}
}
