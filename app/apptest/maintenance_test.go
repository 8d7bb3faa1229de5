package apptest_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// songFiles are the songs in the library, by path.
func (d *desk) songFiles() []string {
	d.t.Helper()
	var list []string
	root := filepath.Join(d.dir, "library")
	require.NoError(d.t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !strings.Contains(path, ".recycle") && strings.HasSuffix(path, ".mp3") {
			list = append(list, path)
		}
		return err
	}))
	return list
}

// An operator finds what is wrong with the library, sees what would happen, settles it,
// and has every file that left the library in the recycle bin.
func TestOperatorKeepsTheLibraryInOrderInTheBrowser(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 60, Seed: 21})
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, base)}
	d.run("run", "--json")
	files := d.songFiles()
	require.Greater(t, len(files), 6)
	gone, moved, broken := files[0], files[1], files[2]
	require.NoError(t, os.Remove(gone))
	require.NoError(t, os.Rename(moved, filepath.Join(d.dir, "library", "moved here.mp3")))
	require.NoError(t, os.WriteFile(broken, []byte("<html>not a song</html>"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "library", "stray.bin"), []byte("whatever <b>this</b> is"), 0o600))
	d.start()
	tab := apptest.Browser(t, "en")

	// The card on the dashboard shows its result in place.
	tab.Open(d.console.URL + "/dashboard")
	tab.WaitFor(`window.htmx && document.querySelector("#duplicates-scan[data-htmx-powered]")`)
	apptest.Eval[any](tab, `window.stayed = true`)
	tab.Click("#duplicates-scan")
	tab.WaitFor(`/no duplicates/i.test(document.querySelector("#maintenance-duplicates").innerText)`)
	require.True(t, apptest.Eval[bool](tab, `window.stayed && location.pathname === "/dashboard"`))

	tab.Open(d.console.URL + "/maintenance")
	tab.WaitFor(`window.htmx && document.querySelector("#maintenance-overview [hx-post][data-htmx-powered]")`)
	tab.Click(`#maintenance-overview button[value="0"]`)
	d.settles()
	tab.WaitFor(`/1 Moved/.test(document.querySelector("#maintenance-overview").innerText)`)
	overview := tab.Text("#maintenance-overview")
	for _, want := range []string{"1 Missing", "1 Moved", "1 Damaged", "1 Unknown"} {
		require.Contains(t, overview, want)
	}
	tab.Click(`#maintenance-overview .card-footer a`)
	tab.WaitFor(`document.querySelector("#maintenance-rehearsal form [data-htmx-powered], #maintenance-rehearsal form[data-htmx-powered]")`)
	require.Contains(t, tab.Text("#maintenance-rehearsal"), filepath.Base(gone))
	d.shoot(tab, "maintenance")

	tab.Open(d.console.URL + "/maintenance/findings?class=extra")
	tab.WaitFor(`document.querySelector("#maintenance-findings [data-row]")`)
	require.Contains(t, tab.Text("#maintenance-findings"), "stray.bin")
	d.shoot(tab, "findings")

	tab.Open(d.console.URL + "/maintenance")
	tab.WaitFor(`window.htmx && document.querySelector("#maintenance-overview .card-footer a[data-htmx-powered]")`)
	tab.Click(`#maintenance-overview .card-footer a`)
	tab.WaitFor(`document.querySelector("#maintenance-rehearsal form[data-htmx-powered]")`)
	tab.Click(`#maintenance-rehearsal form button`)
	tab.WaitFor(`/Everything is where it should be/.test(document.querySelector("#maintenance-overview").innerText)`)
	d.settles()
	require.FileExists(t, gone, "it was downloaded again")
	require.FileExists(t, filepath.Join(d.dir, "library", "moved here.mp3"))

	tab.Open(d.console.URL + "/maintenance/recycle-bin")
	tab.WaitFor(`window.htmx && document.querySelectorAll("#maintenance-recycle [data-row]").length === 2`)
	d.shoot(tab, "recycle")
	apptest.Eval[any](tab, `[...document.querySelectorAll("#maintenance-recycle [data-row]")].find(r => r.innerText.includes("stray.bin")).querySelector("button").click()`)
	tab.WaitFor(`document.querySelector("#toasts .toast-card")`)
	require.FileExists(t, filepath.Join(d.dir, "library", "stray.bin"))

	d.importsFolder(tab, gone)
	d.apiTells()
	for _, page := range []string{"/maintenance", "/maintenance/findings?class=part", "/maintenance/recycle-bin", "/maintenance/similar", "/dashboard"} {
		for _, width := range []int64{360, 768} {
			tab.Viewport(width, 900)
			tab.Open(d.console.URL + page)
			tab.WaitFor(`window.htmx && !document.documentElement.classList.contains("assets-pending")`)
			require.LessOrEqual(t, apptest.Eval[float64](tab, `document.documentElement.scrollWidth - innerWidth`), 0.0, "%s scrolls sideways at %d px", page, width)
		}
	}
}

// importsFolder looks through a folder from the page, and reads what each file is.
func (d *desk) importsFolder(tab *apptest.Tab, song string) {
	d.t.Helper()
	folder := d.t.TempDir()
	b, err := os.ReadFile(song)
	require.NoError(d.t, err)
	require.NoError(d.t, os.WriteFile(filepath.Join(folder, "mine <i>already<.mp3"), b, 0o600))
	require.NoError(d.t, os.WriteFile(filepath.Join(folder, "page.mp3"), []byte("<html>not a song</html>"), 0o600))
	tab.Open(d.console.URL + "/maintenance")
	tab.WaitFor(`window.htmx && document.querySelector("form[action='/maintenance/imports'][data-htmx-powered]")`)
	apptest.Eval[any](tab, fmt.Sprintf(`document.querySelector("#import-folder").value = %q`, folder))
	tab.Click("form[action='/maintenance/imports'] button")
	tab.WaitFor(`document.querySelectorAll("#toasts .toast-card a").length > 1`)
	d.settles()
	tab.Click("#toasts .toast-card a[href*='/maintenance/imports/']")
	tab.WaitFor(`/mine <i>already</.test(document.body.innerText) && /Here already/.test(document.body.innerText) && /HTML page/.test(document.body.innerText)`)
	d.shoot(tab, "import")
}

// apiTells asks the API what the console shows.
func (d *desk) apiTells() {
	d.t.Helper()
	var overview struct {
		Total    int64 `json:"total"`
		LastLook struct {
			Files int64 `json:"files"`
		} `json:"last_look"`
	}
	d.ask(http.MethodGet, "/api/maintenance", "", http.StatusOK, &overview)
	require.Zero(d.t, overview.Total)
	require.Positive(d.t, overview.LastLook.Files)
	var report struct {
		DryRun bool `json:"dry_run"`
		Groups *int `json:"groups"`
	}
	d.ask(http.MethodGet, "/api/maintenance/local-duplicates", "", http.StatusOK, &report)
	require.Zero(d.t, *report.Groups)
	d.ask(http.MethodPost, "/api/maintenance/local-duplicates/dedupe", `{"dry_run":true}`, http.StatusOK, &report)
	require.True(d.t, report.DryRun)
	for body, status := range map[string]int{
		`{"class":"missing","action":"recycle"}`:       http.StatusBadRequest,
		`{"class":"nothing"}`:                          http.StatusBadRequest,
		`{"class":"all","dry_run":true}`:               http.StatusOK,
		`{"class":"extra","ids":[999],"dry_run":true}`: http.StatusOK,
	} {
		var out map[string]any
		d.ask(http.MethodPost, "/api/maintenance/fix", body, status, &out)
	}
	var out map[string]any
	d.ask(http.MethodPost, "/api/maintenance/imports", `{"folder":"relative"}`, http.StatusBadRequest, &out)
	require.Equal(d.t, "folder", out["field"])
	d.ask(http.MethodGet, "/api/maintenance/recycle-bin", "", http.StatusOK, &out)
	require.EqualValues(d.t, 1, out["files"])
}

// shoot keeps pictures of a page where SCREENSHOTS names a folder.
func (d *desk) shoot(tab *apptest.Tab, name string) {
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	for _, width := range []int64{390, 1440} {
		tab.Viewport(width, 1200)
		for _, theme := range []string{"light", "dark"} {
			apptest.Eval[any](tab, fmt.Sprintf(`document.documentElement.setAttribute("data-bs-theme", %q)`, theme))
			tab.Screenshot(filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", name, theme, width)))
		}
	}
	tab.Viewport(1280, 900)
}
