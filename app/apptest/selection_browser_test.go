package apptest_test

import (
	"archive/zip"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// shown writes a picture of the tab into the folder that SHOTS names, for a person to look at.
func shown(t *testing.T, tab *apptest.Tab, name string) {
	t.Helper()
	if dir := os.Getenv("SHOTS"); dir != "" {
		tab.Screenshot(filepath.Join(dir, name+".png"))
	}
}

// Selecting over pages and filters, by range and by filter; a stale selection is told; what is
// rehearsed is what happens; what was begun is undone.
func TestOperatorSelectsRehearsesAndUndoesInTheBrowser(t *testing.T) {
	t.Parallel()
	faults, err := demo.ParseFaults("latency=10ms")
	require.NoError(t, err)
	_, base := apptest.Upstream(t, demo.Config{Playlists: 130, Songs: 300, Seed: 21, Faults: faults})
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, base)}
	d.run("collect", "--json")
	d.start()
	tab := apptest.Browser(t, "en")
	open := func(path string) {
		tab.Open(d.console.URL + path)
		tab.WaitFor(`window.htmx && document.querySelector("#playlists-table[data-htmx-powered]") && document.querySelector("[data-bulk][data-htmx-powered]")`)
	}
	count := func(want string) {
		t.Helper()
		tab.WaitFor(fmt.Sprintf(`document.querySelector("[data-bulk-count]").textContent.startsWith(%q)`, want))
	}

	// A range over a page, one row of the next page by the keyboard.
	open("/playlists?page_size=20")
	require.Contains(t, tab.Text("#bulkbar"), "Nothing is selected")
	tab.Click("[data-row]:nth-of-type(2) [data-select]")
	apptest.Eval[bool](tab, `document.querySelector('[data-row]:nth-of-type(6) [data-select]').dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, shiftKey: true}))`)
	count("5 playlists")
	open("/playlists?page_size=20&page=2")
	apptest.Eval[any](tab, `document.querySelector("[data-row] [data-row-link]").focus()`)
	apptest.Eval[any](tab, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "x", bubbles: true}))`)
	count("6 playlists")
	open("/playlists?page_size=20&platform=kuwo")
	count("6 playlists")
	tab.WaitFor(`/songs/.test(document.querySelector("[data-bulk-songs]").textContent) && /here/.test(document.querySelector("[data-bulk-bytes]").textContent)`)
	tab.WaitFor(`document.querySelector('[data-bulk=unwant]').getAttribute("aria-disabled") === "true" && /None of them/.test(document.querySelector('[data-bulk=unwant]').title)`)
	tab.Click("[data-bulk=unwant]")
	tab.WaitFor(`/None of them is wanted/.test(document.querySelector("#toasts").textContent)`)
	tab.Click("[data-bulk-clear]")
	count("Nothing is selected")

	// The whole page, then all that match; it holds on other pages and under another filter.
	open("/playlists?page_size=20")
	tab.Click("[data-select-page]")
	count("20 playlists")
	tab.Click("[data-bulk-all]")
	count("All ")
	total := d.total("/api/playlists?page_size=1")
	require.Contains(t, strings.ReplaceAll(tab.Text("[data-bulk-count]"), ",", ""), fmt.Sprint(total))
	shown(t, tab, "all-that-match")
	open("/playlists?page_size=20&page=2")
	tab.WaitFor(`document.querySelectorAll("[data-select]:checked").length === 20`)
	tab.Click("[data-row]:nth-of-type(1) [data-select]")
	count(fmt.Sprintf("All %d ", total-1))
	open("/playlists?page_size=20&platform=kuwo")
	tab.WaitFor(`document.querySelectorAll("[data-select]:checked").length >= 19`)

	// Another playlist comes while the numbers are shown: the new ones are asked about.
	tab.Click("[data-bulk=want]")
	tab.WaitFor(`document.querySelector("#bulk-dialog").open`)
	d.ask(http.MethodPost, "/api/playlists/import", `{"text":"qq,https://y.qq.com/n/ryqq/playlist/7570659434"}`, http.StatusOK, nil)
	tab.Click("#bulk-dialog [data-confirm]")
	tab.WaitFor(`document.querySelector("#bulk-dialog[open] .alert")`)
	shown(t, tab, "stale")
	require.Contains(t, tab.Text("#bulk-dialog"), fmt.Sprintf("%d match now", total+1))
	tab.Click("#bulk-dialog [data-confirm]")
	tab.WaitFor(`!document.querySelector("#bulk-dialog").open && document.querySelector("#toasts [data-undo], #toasts .toast-success")`)
	require.Equal(t, total, d.total("/api/playlists?wanted_only=1&page_size=1"), "all but the one that was taken out")
	shown(t, tab, "marked")

	// Undone, and told on the action's page.
	tab.Click(`#toasts form[hx-post^="/bulk/"] button`)
	tab.WaitFor(`/as they were/.test(document.querySelector("#toasts").textContent)`)
	require.Zero(t, d.total("/api/playlists?wanted_only=1&page_size=1"))
}

// total is the number of rows of a list.
func (d *desk) total(path string) int {
	d.t.Helper()
	var list struct{ Total int }
	d.ask(http.MethodGet, path, "", http.StatusOK, &list)
	return list.Total
}

// loses takes every n-th file of the library away, and has an export find out.
func (d *desk) loses(n int) {
	d.t.Helper()
	lost := 0
	for i, file := range d.songFiles() {
		if i%n == 0 {
			require.NoError(d.t, os.Remove(file))
			lost++
		}
	}
	require.Positive(d.t, lost)
	// An export looks at every file, and what is gone does not count as here any more.
	d.ask(http.MethodPost, "/api/playlists/export-zip", `{"filter":{},"partial":true}`, http.StatusOK, nil)
}

// runs lists the jobs, newest first.
func (d *desk) runs() []jobRow {
	d.t.Helper()
	var list struct{ Items []jobRow }
	d.ask(http.MethodGet, "/api/jobs", "", http.StatusOK, &list)
	return list.Items
}

type jobRow struct {
	ID      int64
	Type    string
	State   string
	Total   int `json:"items_total"`
	Failed  int `json:"items_failed"`
	Skipped int `json:"items_skipped"`
}

// On an upstream that does not change, what a rehearsal told is what the run comes to. An
// export that waits for songs becomes a ZIP although the program was stopped meanwhile, and
// offers itself.
func TestRehearsalIsWhatHappensAndWaitingExportOffersItself(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 60, Songs: 200, Seed: 7})
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, base)}
	d.run("run", "--json")
	d.start()
	d.loses(5)
	tab := apptest.Browser(t, "en")
	open := func(path string) {
		tab.Open(d.console.URL + path)
		tab.WaitFor(`window.htmx && (!document.querySelector("#bulkbar") || document.querySelector("[data-bulk][data-htmx-powered]"))`)
	}

	open("/playlists?page_size=20")
	tab.Click("[data-select-page]")
	tab.WaitFor(`/here/.test(document.querySelector("[data-bulk-bytes]").textContent)`) // nothing moves any more
	tab.Click("[data-bulk-all]")
	tab.WaitFor(`document.querySelector("[data-bulk-count]").textContent.startsWith("All ")`)
	tab.Click("[data-bulk=download]")
	tab.WaitFor(`document.querySelector("#bulk-dialog").open`)
	shown(t, tab, "rehearsal")
	number := func(name string) int {
		return apptest.Eval[int](tab, fmt.Sprintf(`Number(document.querySelector("#bulk-dialog [data-%[1]s]").dataset.%[1]s)`, name))
	}
	will, here, blocked := number("will"), number("here"), number("blocked")
	require.Positive(t, will)
	require.Equal(t, here, d.total("/api/songs?state=here"))
	tab.Click("#bulk-dialog [data-confirm]")
	tab.WaitFor(`document.querySelector("#toasts a[href^='/jobs/']")`)
	d.settles()
	jobs := d.runs()
	require.Equal(t, "bulk", jobs[0].Type)
	require.Equal(t, "download_only", jobs[1].Type)
	require.Equal(t, []int{will + blocked, 0, blocked}, []int{jobs[1].Total, jobs[1].Failed, jobs[1].Skipped})
	require.Equal(t, here+will, d.total("/api/songs?state=here"))
	open(fmt.Sprintf("/jobs/%d", jobs[0].ID))
	tab.WaitFor(`/Download a selection/.test(document.querySelector("main").textContent)`)
	shown(t, tab, "bulk-job")

	d.exportsLater(tab, open)
}

// total2 is the number of rows of a list that is paged by its rows.

// exportsLater exports playlists whose songs are not here, stops the program, and takes the
// ZIP where it offers itself.
func (d *desk) exportsLater(tab *apptest.Tab, open func(string)) {
	t := d.t
	t.Helper()
	d.loses(3)
	tab.Open("about:blank")
	open("/playlists?page_size=20&sort=progress")
	if apptest.Eval[bool](tab, `document.querySelector("[data-bulk-clear]").hidden === false`) {
		tab.Click("[data-bulk-clear]")
	}
	tab.Click("[data-row]:nth-of-type(1) [data-select]")
	tab.Click("[data-row]:nth-of-type(2) [data-select]")
	tab.WaitFor(`/^2 playlists/.test(document.querySelector("[data-bulk-count]").textContent)`)
	tab.Click("[data-bulk=export]")
	tab.WaitFor(`document.querySelector("#toasts .toast-warning")`)
	shown(t, tab, "export-waits")
	tab.Open("about:blank") // nobody looks
	d.stop()
	d.start()
	d.settles()
	tab.Viewport(390, 900)
	open("/jobs")
	tab.WaitFor(`document.querySelector("#offers [href*='/api/exports/bundles/']")`)
	shown(t, tab, "export-offered-390")
	tab.Viewport(1440, 1000)
	tab.Click("#offers [href*='/api/exports/bundles/']")
	file := tab.WaitForDownload(".zip")
	checkZIP(t, file)
	z, err := zip.OpenReader(file)
	require.NoError(t, err)
	defer z.Close()
	lists := 0
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, ".m3u8") {
			lists++
		}
	}
	require.Equal(t, 2, lists)
	tab.Click("#offers form button")
	tab.WaitFor(`!document.querySelector("#offers .toast-card")`)
	tab.Click("#exports-menu summary")
	tab.WaitFor(`document.querySelector("#exports-menu .menu-panel [href*='/api/exports/bundles/']").checkVisibility()`)
	shown(t, tab, "exports-menu")
	open("/exports")
	shown(t, tab, "exports")
}
