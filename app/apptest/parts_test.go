package apptest_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// Songs that were downloaded with all parts switched off get them later, by one command or
// one button, and their sound stays as it is.
func TestOldSongsGetTheirParts(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 40, Seed: 21})
	off := []string{"TAGS=off", "COVERS=off", "LYRICS=off"}
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, base, off...)}
	d.run("run", "--json")
	served := d.sums()
	songs := len(strings.Split(served, "\n"))
	require.Greater(t, songs, 20)
	require.Zero(t, d.countParts("ok", "info"))

	d.env = apptest.Env(t, base)
	d.run("maintenance", "parts", "--limit", "3")
	require.EqualValues(t, 3, d.countParts("ok", "info"))

	d.start()
	d.ask(http.MethodPut, "/api/settings", `{"values":{"LRC":"on"}}`, http.StatusOK, nil)
	tab := apptest.Browser(t, "en")
	tab.Open(d.console.URL + "/maintenance")
	tab.WaitFor(`window.htmx && document.querySelector("form[action='/maintenance/parts'][data-htmx-powered]")`)
	tab.Click("#parts-start")
	tab.WaitFor(`document.querySelector("#toasts .toast-card a")`)
	d.settles()
	require.EqualValues(t, songs, d.countParts("ok", "info"), "every song is tagged")
	require.Positive(t, d.countParts("ok", "lyrics"))
	require.Positive(t, d.countParts("ok", "cover"))
	require.NotEqual(t, served, d.sums(), "tags are in the files")
	require.Len(t, strings.Split(d.sums(), "\n"), songs, "no song is there twice")
	words, err := filepath.Glob(filepath.Join(d.dir, "library", "*", "*", "*.lrc"))
	require.NoError(t, err)
	require.NotEmpty(t, words)
	require.Equal(t, d.servedSums(), served, "what was served is known still")

	// A second time there is nothing to do.
	var job struct {
		ID    int64
		State string
	}
	d.ask(http.MethodPost, "/api/jobs", `{"type":"parts"}`, http.StatusCreated, &job)
	d.settles()
	var items struct{ Total int64 }
	d.ask(http.MethodGet, fmt.Sprintf("/api/jobs/%d/items", job.ID), "", http.StatusOK, &items)
	require.Zero(t, items.Total)
	d.stop()
	d.run("doctor", "--deep")
}

// countParts counts the songs of which a part is in a state.
func (d *desk) countParts(state, part string) (n int64) {
	d.t.Helper()
	list := queryStrings(d.t, filepath.Join(d.dir, "catalogsync.db"), fmt.Sprintf("SELECT song_id FROM song_parts WHERE part = '%s' AND state = '%s'", part, state))
	return int64(len(list))
}

// sums are the recorded checksums of the files that count, by song.
func (d *desk) sums() string {
	d.t.Helper()
	return strings.Join(queryStrings(d.t, filepath.Join(d.dir, "catalogsync.db"),
		"SELECT l.song_id || ' ' || a.sha256 FROM file_locations l JOIN file_assets a ON a.id = l.file_asset_id WHERE l.status = 'active' ORDER BY 1"), "\n")
}

// servedSums are those of the files as they were served.
func (d *desk) servedSums() string {
	d.t.Helper()
	return strings.Join(queryStrings(d.t, filepath.Join(d.dir, "catalogsync.db"),
		"SELECT l.song_id || ' ' || coalesce(nullif(a.served_sha256, ''), a.sha256) FROM file_locations l JOIN file_assets a ON a.id = l.file_asset_id WHERE l.status = 'active' ORDER BY 1"), "\n")
}
