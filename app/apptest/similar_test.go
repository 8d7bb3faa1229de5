package apptest_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

type similarList struct {
	Counts struct{ Open, Merged, Rejected int64 }
	Items  []struct {
		ID         int64
		State      string
		Song, Twin struct {
			ID         int64
			Downloaded bool
		}
	}
}

func (d *desk) similar(state string) (list similarList) {
	d.t.Helper()
	d.ask(http.MethodGet, "/api/maintenance/similar?state="+state, "", http.StatusOK, &list)
	return list
}

// An operator looks for songs that are one, decides on them, and is never asked again, not
// after a sync nor after a restart; a merge can be undone.
func TestOperatorMergesSimilarSongsInTheBrowser(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 16, Songs: 130, Seed: 1})
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, base)}
	d.run("run", "--json")
	d.start()
	tab := apptest.Browser(t, "en")
	tab.Open(d.console.URL + "/maintenance")
	tab.WaitFor(`window.htmx && document.querySelector("#maintenance-similar-summary form[data-htmx-powered]")`)
	tab.Click("#similar-look")
	tab.WaitFor(`/pairs wait for your decision/.test(document.querySelector("#maintenance-similar-summary").innerText)`)
	d.settles()
	found := d.similar("open")
	require.GreaterOrEqual(t, len(found.Items), 3)

	tab.Open(d.console.URL + "/maintenance/similar")
	merged, rejected := found.Items[0], found.Items[1]
	row := func(id int64) string { return fmt.Sprintf("#similar-%d", id) }
	tab.WaitFor(fmt.Sprintf(`window.htmx && document.querySelector("%s form[data-htmx-powered]")`, row(merged.ID)))
	d.shoot(tab, "similar")
	require.Contains(t, tab.Text(row(merged.ID)), "Title 100%")
	tab.Click(row(merged.ID) + " form[action$='/merge'] button.btn-primary")
	tab.WaitFor(fmt.Sprintf(`/share one file/.test(document.querySelector("#toasts")?.innerText) && !document.querySelector("%s")`, row(merged.ID)))
	tab.Click(row(rejected.ID) + " form[action$='/reject'] button")
	tab.WaitFor(fmt.Sprintf(`!document.querySelector("%s")`, row(rejected.ID)))

	// One file on the disk, both songs have it.
	files := queryStrings(t, filepath.Join(d.dir, "catalogsync.db"), fmt.Sprintf(
		"SELECT locator FROM file_locations WHERE status = 'active' AND song_id IN (%d, %d)", merged.Song.ID, merged.Twin.ID))
	require.Len(t, files, 2)
	var infos []os.FileInfo
	for _, f := range files {
		info, err := os.Stat(filepath.Join(d.dir, "library", filepath.FromSlash(f)))
		require.NoError(t, err)
		infos = append(infos, info)
	}
	require.True(t, os.SameFile(infos[0], infos[1]))

	// A sync, a restart and another look change nothing of it.
	d.ask(http.MethodPost, "/api/jobs", `{"type":"sync_download"}`, http.StatusCreated, nil)
	d.settles()
	d.stop()
	d.run("maintenance", "similar", "look")
	d.start()
	again := d.similar("open")
	require.Equal(t, found.Counts.Open-2, again.Counts.Open)
	require.EqualValues(t, 1, again.Counts.Merged)
	require.EqualValues(t, 1, again.Counts.Rejected)
	d.ask(http.MethodPost, fmt.Sprintf("/api/maintenance/similar/%d/merge", merged.ID), `{}`, http.StatusConflict, nil)
	d.ask(http.MethodPost, "/api/maintenance/similar/99999/merge", `{}`, http.StatusNotFound, nil)
	d.ask(http.MethodPost, fmt.Sprintf("/api/maintenance/similar/%d/merge", again.Items[0].ID), `{"keep":99999}`, http.StatusBadRequest, nil)

	tab.Open(d.console.URL + "/maintenance/similar?state=merged")
	tab.WaitFor(fmt.Sprintf(`window.htmx && document.querySelector("%s form[data-htmx-powered]")`, row(merged.ID)))
	tab.Click(row(merged.ID) + " form[action$='/part'] button")
	tab.WaitFor(fmt.Sprintf(`!document.querySelector("%s")`, row(merged.ID)))
	require.EqualValues(t, 2, d.similar("rejected").Counts.Rejected)

	var job struct {
		ID int64 `json:"job_id"`
	}
	d.ask(http.MethodPost, "/api/maintenance/similar/look", `{"skip_look":true,"merge":true}`, http.StatusAccepted, &job)
	d.settles()
	require.Zero(t, d.similar("open").Counts.Open)
	d.manyDuplicates()
	d.stop()
	d.run("doctor", "--deep")
}

// manyDuplicates removes more duplicates than one request does.
func (d *desk) manyDuplicates() {
	d.t.Helper()
	d.stop()
	file := filepath.Join(d.dir, "catalogsync.db")
	locators := queryStrings(d.t, file, "SELECT locator FROM file_locations WHERE status = 'active'")
	require.Greater(d.t, len(locators), 100)
	for _, l := range locators {
		path := filepath.Join(d.dir, "library", filepath.FromSlash(l))
		require.NoError(d.t, os.Link(path, path+" (1).mp3"))
	}
	d.exec(`INSERT INTO file_locations (file_asset_id, song_id, backend_id, locator, locator_key, status, created_at_ms, updated_at_ms)
		SELECT file_asset_id, song_id, backend_id, locator || ' (1).mp3', locator_key || ' (1)', 'active', 0, 0 FROM file_locations WHERE status = 'active'`,
		`UPDATE song_backend_presence SET active_files = 2 WHERE active_files = 1`)
	d.start()
	var report struct {
		Groups int
		Bytes  int64
	}
	d.ask(http.MethodPost, "/api/maintenance/local-duplicates/dedupe", `{"dry_run":true}`, http.StatusOK, &report)
	require.Equal(d.t, len(locators), report.Groups)
	require.Positive(d.t, report.Bytes)
	var job struct {
		ID    int64 `json:"job_id"`
		Type  string
		State string
	}
	d.ask(http.MethodPost, "/api/maintenance/local-duplicates/dedupe", "{}", http.StatusAccepted, &job)
	require.Equal(d.t, "dedupe", job.Type)
	d.settles()
	d.ask(http.MethodGet, fmt.Sprintf("/api/jobs/%d", job.ID), "", http.StatusOK, &job)
	require.Equal(d.t, "completed", job.State)
	d.ask(http.MethodGet, "/api/maintenance/local-duplicates", "", http.StatusOK, &report)
	require.Zero(d.t, report.Groups)
}
