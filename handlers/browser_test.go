package handlers_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/gofiber/fiber/v3"
	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/revision"
	"catalogsync/handlers/web"
	"catalogsync/models"
)

// serve runs the console on a free port and gives its address.
func serve(t *testing.T, f *fakeConsole, change func(*web.Deps)) (string, web.Deps) {
	t.Helper()
	app, d := newApp(t, f, change)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- app.Listener(ln, fiber.ListenConfig{DisableStartupMessage: true}) }()
	t.Cleanup(func() {
		require.NoError(t, app.Shutdown())
		require.NoError(t, <-done)
	})
	return "http://" + ln.Addr().String(), d
}

func local(d *web.Deps) { d.LocalAssets = true }

// The promise of the Task Center: a refresh changes what changed, and nothing else.
func TestBrowserTreeStaysAsItWasLeft(t *testing.T) {
	b := apptest.Browser(t, "en")
	f := newFake()
	url, d := serve(t, f, local)
	b.Open(url + "/dashboard")
	b.WaitFor(`document.querySelector("#tree-tasks[data-htmx-powered]")`)

	b.Click("#task-12-node > summary")
	b.WaitFor(`document.querySelector("#task-12-p-4-node")`)
	b.Click("#task-12-p-4-node > summary")
	b.WaitFor(`document.querySelector("#task-12-p-4-s-2-1 .song-error")`)
	require.Equal(t, hostile, apptest.Eval[string](b, `document.querySelector("#task-12-p-4-s-2-1 .song-title").firstChild.textContent`), "titles are text")

	apptest.Eval[bool](b, `(() => { document.querySelector("#task-12-p-4-node > summary").focus({preventScroll: true});
		window.kept = document.querySelector("#task-12-p-4-s-4-3"); scrollTo({top: 300, behavior: "instant"}); window.y = kept.getBoundingClientRect().top; return true })()`)
	for round := range 3 {
		f.change(func() { f.jobs[0].ItemsDone++; f.playlists[3].DownloadedCount++ })
		d.Revision.Bump(revision.Jobs, revision.Progress)
		want := fmt.Sprint(77 + round)
		b.WaitFor(`document.querySelector("#task-12 > details > summary b").textContent === "` + want + `"`)
		b.WaitFor(fmt.Sprintf(`document.querySelector("#task-12-p-4-node > summary b").textContent === "%d"`, 4+round))
	}
	for _, id := range []string{"task-12-node", "task-12-p-4-node"} {
		require.True(t, apptest.Eval[bool](b, `document.getElementById("`+id+`").open`), "%s collapsed", id)
	}
	require.True(t, apptest.Eval[bool](b, `window.kept.isConnected`), "a row was replaced instead of patched")
	require.Equal(t, "task-12-p-4-node", apptest.Eval[string](b, `document.activeElement.parentElement.id`), "focus was stolen")
	require.InDelta(t, apptest.Eval[float64](b, `window.y`), apptest.Eval[float64](b, `kept.getBoundingClientRect().top`), 2, "the page moved")
}

func TestBrowserAsksOnlyForWhatIsOpen(t *testing.T) {
	b := apptest.Browser(t, "en")
	url, _ := serve(t, newFake(), local)
	b.Open(url + "/dashboard")
	b.Click("#task-12-node > summary")
	b.WaitFor(`document.querySelector("#task-12-p-4-node")`)
	polled := func(path string) int {
		return apptest.Eval[int](b, `performance.getEntriesByType("resource").filter(e => new URL(e.name).pathname === "`+path+`").length`)
	}
	b.WaitFor(`performance.getEntriesByType("resource").filter(e => new URL(e.name).pathname === "/jobs/12/tree").length > 2`)
	require.Zero(t, polled("/jobs/10/tree"), "a closed node was asked for")
	require.Zero(t, polled("/jobs/12/tree/4"), "a closed node was asked for")
	b.Click("#task-12-node > summary")
	before := polled("/jobs/12/tree")
	b.WaitFor(fmt.Sprintf(`performance.getEntriesByType("resource").filter(e => new URL(e.name).pathname === "/dashboard/active").length > %d`, polled("/dashboard/active")+2))
	require.LessOrEqual(t, polled("/jobs/12/tree"), before+1, "a node that was closed is still asked for")
}

func TestBrowserSelectionSurvives(t *testing.T) {
	b := apptest.Browser(t, "en")
	f := newFake()
	url, d := serve(t, f, local)
	b.Open(url + "/playlists")
	b.WaitFor(`document.querySelector("#playlists-table[data-htmx-powered]")`)
	b.Click(`[data-select="2"]`)
	apptest.Eval[bool](b, `document.querySelector('[data-select="4"]').dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, shiftKey: true}))`)
	require.Contains(t, b.Text("#bulkbar"), "3 playlists selected")
	b.WaitFor(`document.querySelector("[data-bulk-songs]").textContent === "162 songs"`)
	require.True(t, apptest.Eval[bool](b, `document.querySelector("[data-select-page]").indeterminate`))

	f.change(func() { f.playlists[0].Name = "renamed meanwhile" })
	d.Revision.Bump(revision.Playlists)
	b.WaitFor(`document.querySelector("#playlist-1").innerText.includes("renamed meanwhile")`)
	require.Equal(t, 3, apptest.Eval[int](b, `document.querySelectorAll("[data-select]:checked").length`))

	b.Open(url + "/playlists?platform=kuwo")
	require.Contains(t, b.Text("#bulkbar"), "3 playlists selected", "the selection outlives the filter")
	b.WaitFor(`window.htmx && document.querySelector("[data-bulk][data-htmx-powered]")`)
	b.Click(`#bulkbar [hx-post="/playlists/download"]`)
	b.WaitFor(`document.querySelector("#toasts .toast-card")`)
	require.Contains(t, b.Text("#toasts"), "3 playlists looked at")
	b.Click(`#toasts form[hx-post="/bulk/77/undo"] button`)
	b.WaitFor(`/1 job canceled/.test(document.querySelector("#toasts").textContent)`)
	b.Click("[data-bulk-clear]")
	require.Contains(t, b.Text("#bulkbar"), "Nothing is selected")
	b.Click(`#bulkbar [hx-post="/playlists/sync"]`)
	b.WaitFor(`[...document.querySelectorAll("#toasts .toast-card")].some(c => /Nothing is selected/.test(c.textContent))`)
}

func TestBrowserFiltersLiveInTheAddress(t *testing.T) {
	b := apptest.Browser(t, "en")
	url, _ := serve(t, newFake(), local)
	b.Open(url + "/playlists")
	b.WaitFor(`document.querySelector("#playlists-filter[data-htmx-powered]")`)
	apptest.Eval[bool](b, `(() => { const s = document.getElementById("f-platform"); s.value = "qq"; return s.dispatchEvent(new Event("change", {bubbles: true})) })()`)
	b.WaitFor(`location.search === "?platform=qq"`)
	b.WaitFor(`document.querySelectorAll("#playlists-table tbody tr").length === 2`)
	apptest.Eval[bool](b, `(() => { history.back(); return true })()`)
	b.WaitFor(`location.search === "" && document.querySelectorAll("#playlists-table tbody tr").length === 5`)
}

// No page may scroll sideways, hold inline code, or ask for what the policy forbids.
func TestBrowserPagesFitAndKeepThePolicy(t *testing.T) {
	b := apptest.Browser(t, "zh-CN")
	url, _ := serve(t, newFake(), local)
	for _, width := range []int64{360, 390, 768, 1440, 3840} {
		b.Viewport(width, 900)
		for _, page := range []string{"/dashboard", "/playlists", "/playlists/1", "/jobs", "/jobs/12", "/none"} {
			b.Open(url + page)
			apptest.Eval[bool](b, `(() => { window.refused = []; addEventListener("securitypolicyviolation", e => refused.push(e.violatedDirective + " " + e.blockedURI)); return true })()`)
			b.WaitFor(`window.htmx && !document.documentElement.classList.contains("assets-pending")`)
			require.LessOrEqual(t, apptest.Eval[float64](b, `document.documentElement.scrollWidth - innerWidth`), 0.0, "%s scrolls sideways at %d px", page, width)
			require.Empty(t, apptest.Eval[[]string](b, `window.refused`), page)
			require.Equal(t, 0, apptest.Eval[int](b, `document.querySelectorAll("[style]:not([data-hold]), script:not([src])").length`), page)
			require.Equal(t, "zh-CN", apptest.Eval[string](b, `document.documentElement.lang`))
		}
	}
}

func TestBrowserFallsBackWhenTheCDNIsNotThere(t *testing.T) {
	b := apptest.Browser(t, "en")
	url, _ := serve(t, newFake(), nil)
	b.Open(url + "/jobs")
	b.WaitFor(`window.htmx && getComputedStyle(document.body).opacity === "1" && document.querySelector("link[href*=tabler]")?.sheet`)
	require.Less(t, apptest.Eval[float64](b, `Math.max(...performance.getEntriesByType("resource").filter(e => e.name.includes("/static/") && e.name.includes("vendor")).map(e => e.startTime))`), 1000.0)
	require.Equal(t, "local", apptest.Eval[string](b, `sessionStorage.getItem("catalogsync.assets")`))
}

func TestBrowserSaysThatTheConnectionIsLost(t *testing.T) {
	b := apptest.Browser(t, "en")
	f := newFake()
	app, _ := newApp(t, f, local)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = app.Listener(ln, fiber.ListenConfig{DisableStartupMessage: true}) }()
	b.Open("http://" + ln.Addr().String() + "/dashboard")
	b.WaitFor(`document.querySelector("#dashboard-active[data-htmx-powered]")`)
	require.NoError(t, app.Shutdown())
	b.WaitFor(`!document.getElementById("banner-lost").hidden`)
}

func TestBrowserTitleShowsProgress(t *testing.T) {
	b := apptest.Browser(t, "en")
	f := newFake()
	f.change(func() { f.jobs[0].State = models.JobRunning })
	url, _ := serve(t, f, local)
	b.Open(url + "/jobs/12")
	b.WaitFor(`document.title.startsWith("50% · ")`)
}
