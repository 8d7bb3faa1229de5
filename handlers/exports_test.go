package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/export"
	"catalogsync/handlers/web"
	"catalogsync/models"
	"catalogsync/views"
)

// The parts of a split export are listed with their sizes, and a title is text.
func TestSplitExportListsItsParts(t *testing.T) {
	t.Parallel()
	row := views.NewExportRow(models.ExportBundle{Name: "abc", ScopeJSON: `{"part_sizes":[700,300]}`, SizeBytes: 1000}, true)
	require.True(t, row.Split())
	require.Equal(t, []views.ExportPart{
		{Number: 1, SizeBytes: 700, URL: "/api/exports/bundles/abc.zip?part=1"}, {Number: 2, SizeBytes: 300, URL: "/api/exports/bundles/abc.zip?part=2"},
	}, row.Parts)
	require.Equal(t, "/exports", views.BundleLink(row.ExportBundle))
	for _, scope := range []string{"", "{}", "no json"} {
		one := views.NewExportRow(models.ExportBundle{Name: "abc", ScopeJSON: scope, SizeBytes: 5}, false)
		require.Equal(t, []views.ExportPart{{Number: 1, SizeBytes: 5, URL: "/api/exports/bundles/abc.zip"}}, one.Parts)
		require.Empty(t, one.DeleteURL)
	}
}

// exportKeeper knows one export.
type exportKeeper struct {
	deleted   []string
	waiting   []export.Waiting
	forgotten []int64
}

func (k *exportKeeper) ListWaiting(context.Context) ([]export.Waiting, error) { return k.waiting, nil }

func (k *exportKeeper) Seen(_ context.Context, id int64) error {
	for i := range k.waiting {
		if k.waiting[i].ID == id {
			k.waiting[i].SeenAtMS = 1
			return nil
		}
	}
	return models.NotFound("there is no such waiting export")
}

func (k *exportKeeper) Forget(_ context.Context, id int64) error {
	k.forgotten = append(k.forgotten, id)
	return nil
}

func (k *exportKeeper) DeleteBundle(_ context.Context, name string) error {
	if name != "k3v9z0q1w2e3r4t5" {
		return models.NotFound("there is no export of this name")
	}
	k.deleted = append(k.deleted, name)
	return nil
}

func TestExportsPage(t *testing.T) {
	t.Parallel()
	k := &exportKeeper{}
	app, _ := newApp(t, newFake(), func(d *web.Deps) { d.Exports = k })
	for _, headers := range [][]string{nil, fragment} {
		resp, body := get(t, app, "/exports", headers...)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Contains(t, body, `href="/api/exports/bundles/k3v9z0q1w2e3r4t5.zip" download`)
		require.Contains(t, body, views.Bytes(734<<20))
		require.NotContains(t, body, "<script>alert", "a hostile title is text")
	}
	resp, body := request(t, app, http.MethodPost, "/exports/k3v9z0q1w2e3r4t5/delete", nil, fragment...)
	require.Equal(t, http.StatusOK, resp.StatusCode, body)
	require.Contains(t, body, "The export was removed")
	require.Equal(t, []string{"k3v9z0q1w2e3r4t5"}, k.deleted)
	resp, _ = request(t, app, http.MethodPost, "/exports/other/delete", nil, fragment...)
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
}

// What was chosen for a ZIP is kept while it waits for its songs.
func TestWaitingExportKeepsHowItIsPacked(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	form := url.Values{"ids": {"1,2"}, "layout": {"shared"}, "split": {"4GiB"}, "as_of": {"2026-01-31"}}
	_, body := request(t, app, http.MethodPost, "/playlists/export", form, fragment...)
	require.Contains(t, body, "2 playlists")
	want := models.ExportForm{Layout: models.LayoutShared, SplitBytes: 4 << 30, AsOfMS: models.NowMS(time.Date(2026, 1, 31, 23, 59, 59, 999e6, time.UTC))}
	require.Equal(t, want, f.acted[0].Form)
	require.Contains(t, body, `name="split" value="4294967296"`, "what is there can be had packed likewise")
	require.Contains(t, body, `name="available" value="1"`)
	for field, value := range map[string]string{"layout": "pile", "split": "big", "as_of": "yesterday"} {
		resp, _ := request(t, app, http.MethodPost, "/playlists/export", url.Values{"ids": {"1"}, field: {value}}, fragment...)
		require.Equal(t, http.StatusBadRequest, resp.StatusCode, field)
	}
}

// An export that became ready offers itself on every page until it is put away, and stands in
// the header; one that waits is told there as well.
func TestExportsThatWaitOfferThemselves(t *testing.T) {
	t.Parallel()
	k := &exportKeeper{waiting: []export.Waiting{
		{WaitingExport: models.WaitingExport{ID: 3, Title: hostile, Playlists: 2, State: models.WaitingReady, BundleName: "k3v9z0q1w2e3r4t5", Missing: 4}},
		{WaitingExport: models.WaitingExport{ID: 4, Title: "Night", State: models.WaitingForJobs}, Jobs: []int64{12}, ItemsDone: 42, ItemsAll: 100},
		{WaitingExport: models.WaitingExport{ID: 5, Title: "Void", State: models.WaitingFailed, ErrorCode: models.CodeExportEmpty}},
	}}
	app, _ := newApp(t, newFake(), func(d *web.Deps) { d.Exports = k })
	_, page := get(t, app, "/jobs")
	require.Contains(t, page, `id="offer-3"`)
	require.Contains(t, page, `href="/api/exports/bundles/k3v9z0q1w2e3r4t5.zip" download`)
	require.Contains(t, page, "4 songs are not in it")
	require.Contains(t, page, "waits for downloads · 42%")
	require.NotContains(t, page, "<script>alert", "a hostile title is text")
	_, body := get(t, app, "/exports", fragment...)
	require.Contains(t, body, `id="waiting-4"`)
	require.Contains(t, body, `id="waiting-5"`)
	require.NotContains(t, body, `id="waiting-3"`, "it is among the prepared ones")

	resp, _ := request(t, app, http.MethodPost, "/exports/waiting/3/seen", nil, fragment...)
	require.Equal(t, http.StatusNoContent, resp.StatusCode)
	_, body = get(t, app, "/exports/offers", fragment...)
	require.NotContains(t, body, `id="offer-3"`)
	require.Contains(t, body, `id="offer-5"`)
	resp, _ = request(t, app, http.MethodPost, "/exports/waiting/4/forget", nil, fragment...)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, []int64{4}, k.forgotten)
	resp, _ = request(t, app, http.MethodPost, "/exports/waiting/9/seen", nil, fragment...)
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
}
