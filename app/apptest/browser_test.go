package apptest_test

import (
	"archive/zip"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// The main job by browser only: collect, filter, tick five, download, watch the tree,
// export; the file arrives whole.
func TestOperatorDoesTheMainJobInTheBrowser(t *testing.T) {
	t.Parallel()
	faults, err := demo.ParseFaults("latency=20ms")
	require.NoError(t, err)
	_, base := apptest.Upstream(t, demo.Config{Playlists: 24, Songs: 150, Seed: 21, Faults: faults})
	dir := t.TempDir()
	console := apptest.Serve(t, dir, apptest.Env(t, base), "serve", "--data", dir, "--port", "0")
	tab := apptest.Browser(t, "en")

	tab.Open(console.URL)
	tab.WaitFor(`document.querySelector("#launch") && window.htmx`)
	tab.WaitFor(`(document.querySelector("#launch-type").value = "collect_only") === "collect_only"`)
	tab.Click("#launch button[type=submit]")
	tab.WaitFor(`document.querySelector("#tree-tasks [id^='task-1']") && /completed/i.test(document.querySelector("#task-1 .node-state").textContent)`)

	tab.Open(console.URL + "/playlists?platform=netease")
	tab.WaitFor(`document.querySelectorAll("[data-row]").length > 4`)
	require.Equal(t, apptest.Eval[int](tab, `document.querySelectorAll("[data-row]").length`),
		apptest.Eval[int](tab, `[...document.querySelectorAll(".c-platform")].filter(c => /NetEase/.test(c.textContent)).length`))
	for i := range 5 {
		tab.Click(fmt.Sprintf("[data-row]:nth-of-type(%d) [data-select]", i+1))
	}
	tab.WaitFor(`!document.querySelector("#bulkbar").hidden && /5/.test(document.querySelector("[data-bulk-count]").textContent)`)
	tab.Click(`#bulkbar [hx-post="/playlists/download"]`)
	tab.WaitFor(`document.querySelector("#toasts .toast-card a[href^='/jobs/']")`)

	watchTheTree(t, tab, console.URL)

	tab.Open(console.URL + "/playlists?platform=netease")
	tab.WaitFor(`!document.querySelector("#bulkbar").hidden`) // the selection survived
	tab.Click(`#bulkbar [hx-post="/playlists/export"]`)
	file := tab.WaitForDownload(".zip")
	z, err := zip.OpenReader(file)
	require.NoError(t, err)
	defer z.Close()
	lists := 0
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, ".m3u8") {
			lists++
		}
	}
	require.Equal(t, 5, lists)
	checkZIP(t, file)
}

// watchTheTree opens task and playlist and looks at them until the job ends: what is
// open stays open, and where the page was scrolled to it stays.
func watchTheTree(t *testing.T, tab *apptest.Tab, url string) {
	t.Helper()
	tab.Open(url + "/dashboard")
	// By its id and not by its place: what stands above it may grow this very moment.
	const open = `(n => n && (n.open || n.querySelector("summary").click() || n.open))(document.querySelector("%s"))`
	tab.WaitFor(fmt.Sprintf(open, "#task-2-node"))
	tab.WaitFor(`document.querySelector("#task-2-children details")`)
	tab.WaitFor(fmt.Sprintf(open, "#task-2-children li:first-child details"))
	tab.WaitFor(`document.querySelector("#task-2-children .song")`)
	opened := apptest.Eval[string](tab, `document.querySelector("#task-2-children details[open]").id`)
	apptest.Eval[bool](tab, `(window.scrollTo({top: 120, behavior: "instant"}), window.closedOnce = false,
		document.addEventListener("toggle", e => { if (!e.target.open) window.closedOnce = true }, true), true)`)
	top := apptest.Eval[float64](tab, "window.scrollY")
	tab.WaitFor(`/completed/i.test(document.querySelector("#task-2 .node-state").textContent)`)
	require.True(t, apptest.Eval[bool](tab, fmt.Sprintf(`document.getElementById(%q).open && document.querySelector("#task-2-node").open`, opened)))
	require.False(t, apptest.Eval[bool](tab, "window.closedOnce"), "nothing closed in between")
	require.InDelta(t, top, apptest.Eval[float64](tab, "window.scrollY"), 1)
}

// Hostile titles are text in every page.
func TestHostileTitlesAreTextInTheBrowser(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 60, Seed: 11, Hostile: true})
	dir := t.TempDir()
	env := apptest.Env(t, base)
	require.Zero(t, apptest.Run(t, dir, env, "run", "--data", dir).Code)
	console := apptest.Serve(t, dir, env, "serve", "--data", dir, "--port", "0")
	tab := apptest.Browser(t, "zh-CN")

	seen := false
	for _, id := range queryStrings(t, filepath.Join(dir, "catalogsync.db"), "SELECT id FROM playlists") {
		tab.Open(console.URL + "/playlists/" + id)
		tab.WaitFor(`document.querySelector("main")`)
		require.False(t, apptest.Eval[bool](tab, `Boolean([...document.querySelectorAll("main script, main img[onerror]")].length)`))
		seen = seen || strings.Contains(tab.Text("main"), "<script>")
	}
	require.True(t, seen, "a hostile title was on a page, as text")
}
