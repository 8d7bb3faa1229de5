package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

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
type exportKeeper struct{ deleted []string }

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
	app, _ := newApp(t, newFake(), nil)
	form := url.Values{"ids": {"1,2"}, "layout": {"shared"}, "split": {"4GiB"}}
	_, body := request(t, app, http.MethodPost, "/playlists/export", form, fragment...)
	require.Contains(t, body, `data-pending-layout="shared" data-pending-split="4294967296"`)
	require.Contains(t, body, `name="split" value="4294967296"`)
	_, body = get(t, app, "/exports/offer?playlists=1,2&jobs=10,11&layout=shared&split=4294967296", fragment...)
	require.Contains(t, body, `name="layout" value="shared"`)
	require.Contains(t, body, `name="split" value="4294967296"`)
	for field, value := range map[string]string{"layout": "pile", "split": "big"} {
		resp, _ := request(t, app, http.MethodPost, "/playlists/export", url.Values{"ids": {"1"}, field: {value}}, fragment...)
		require.Equal(t, http.StatusBadRequest, resp.StatusCode, field)
	}
}
