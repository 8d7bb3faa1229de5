package apptest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// press clicks one of a job's buttons, as soon as it can be used; a question is answered
// with yes.
func press(tab *apptest.Tab, job int64, kind string) {
	id := fmt.Sprintf("job-%d-%s", job, kind)
	tab.WaitFor(fmt.Sprintf(`document.getElementById(%q) && document.getElementById(%[1]q).getAttribute("aria-disabled") !== "true"`, id))
	tab.Click("#" + id)
	if kind == "cancel" {
		tab.Agree()
	}
}

// From the dashboard and from the job's own page: pause, resume, cancel.
func TestOperatorSteersJobsInTheBrowser(t *testing.T) {
	t.Parallel()
	up, base := apptest.Upstream(t, demo.Config{Playlists: 12, Songs: 150, Seed: 41})
	slow(t, up, 400*time.Millisecond)
	dir := t.TempDir()
	console := apptest.Serve(t, dir, apptest.Env(t, base), "serve", "--data", dir, "--port", "0")
	id := enqueue(t, console, map[string]any{"type": "catalog_sync"})
	tab := apptest.Browser(t, "en")
	for _, page := range []string{"/dashboard", "/jobs/" + strconv.FormatInt(id, 10)} {
		tab.Open(console.URL + page)
		tab.WaitFor(`window.htmx`)
		press(tab, id, "pause")
		until(t, console, id, func(j jobView) bool { return j.State == "paused" })
		press(tab, id, "resume")
		until(t, console, id, func(j jobView) bool { return j.State == "running" })
	}
	press(tab, id, "cancel")
	until(t, console, id, func(j jobView) bool { return j.State == "canceled" })
	tab.WaitFor(fmt.Sprintf(`document.getElementById("job-%d-cancel").getAttribute("aria-disabled") === "true"`, id))

	second := enqueue(t, console, map[string]any{"type": "catalog_sync"})
	tab.Open(console.URL + "/dashboard")
	tab.WaitFor(`window.htmx`)
	press(tab, second, "cancel")
	until(t, console, second, func(j jobView) bool { return j.State == "canceled" })
}

// What failed is retried in the browser: one item, those of one cause, all.
func TestOperatorRetriesInTheBrowser(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 5, Seed: 1})
	dir, env := t.TempDir(), apptest.Env(t, base)
	list := filepath.Join(dir, "gone.txt")
	require.NoError(t, os.WriteFile(list, []byte("netease,https://music.163.com/#/playlist?id=999999999991\nqq,https://y.qq.com/n/ryqq/playlist/999999999993\n"), 0o600))
	require.Equal(t, 1, apptest.Run(t, dir, env, "run", "--data", dir, "--playlist-file", list).Code)
	console := apptest.Serve(t, dir, env, "serve", "--data", dir, "--port", "0")
	database := filepath.Join(dir, "catalogsync.db")
	commands := func(want ...string) {
		t.Helper()
		require.Eventually(t, func() bool {
			got := queryStrings(t, database, "SELECT kind || ' ' || source || ' ' || state FROM job_commands ORDER BY id")
			return fmt.Sprint(got) == fmt.Sprint(want)
		}, time.Minute, 50*time.Millisecond, "%v", want)
		until(t, console, 1, func(j jobView) bool { return !j.live() })
	}
	tab := apptest.Browser(t, "en")
	tab.Open(console.URL + "/jobs/1")
	tab.WaitFor(`window.htmx && document.querySelectorAll(".failure-retry").length === 2`)
	tab.Click("li[id^='failure-sync-qq'] > .failure-retry")
	commands("retry_failed qq applied")
	tab.Open(console.URL + "/jobs/1")
	tab.WaitFor(`window.htmx && document.querySelectorAll(".failure-retry").length === 2`)
	tab.Click("#jobs-failures .card-header button")
	commands("retry_failed qq applied", "retry_failed  applied")
	tab.Open(console.URL + "/jobs/1")
	tab.WaitFor(`window.htmx && document.querySelectorAll(".failure-retry").length === 2`)
	tab.Click("li[id^='failure-sync-netease'] summary")
	tab.Click("li[id^='failure-sync-netease'] .song-action")
	commands("retry_failed qq applied", "retry_failed  applied", "retry_item  applied")
}

// stillWatch notes everything that a reader would see as unrest: a node that closes, one
// that is made anew, the page that scrolls, the focus that goes.
const stillWatch = `(() => {
	const node = document.getElementById(%q), parent = document.querySelector("#task-%d-node");
	node.querySelector("summary").focus({ preventScroll: true });
	window.scrollTo({ top: 120, behavior: "instant" });
	window.still = { node, parent, focus: document.activeElement, top: window.scrollY, faults: [], changes: 0 };
	document.addEventListener("toggle", e => { if (!e.target.open) window.still.faults.push("closed " + e.target.id); }, true);
	window.addEventListener("scroll", () => { if (Math.abs(window.scrollY - window.still.top) > 1) window.still.faults.push("scrolled to " + window.scrollY); });
	new MutationObserver(list => {
		window.still.changes += list.length;
		for (const m of list) for (const gone of m.removedNodes)
			if (gone.nodeType === 1 && gone.id && gone.matches("li, details")) window.still.faults.push("removed " + gone.id);
	}).observe(document.querySelector("#tree-tasks"), { childList: true, subtree: true, attributes: true, characterData: true });
	return true;
})()`

// An open tree stays open and still while a job goes on below it: nothing closes, no node
// is made anew, neither page nor focus moves. STILL_MINUTES is how long it is watched.
func TestTreeStaysStillInTheBrowser(t *testing.T) {
	t.Parallel()
	watched := 20 * time.Second
	if text := os.Getenv("STILL_MINUTES"); text != "" {
		minutes, err := strconv.Atoi(text)
		require.NoError(t, err)
		watched = time.Duration(minutes) * time.Minute
	}
	up, base := apptest.Upstream(t, demo.Config{Playlists: 12, Songs: 400, Seed: 43})
	dir, env := t.TempDir(), apptest.Env(t, base)
	require.Zero(t, apptest.Run(t, dir, env, "collect", "--data", dir).Code)
	require.Zero(t, apptest.Run(t, dir, env, "sync", "--data", dir).Code)
	slow(t, up, 1200*time.Millisecond) // two workers, some requests a song: it lasts beyond the watch
	console := apptest.Serve(t, dir, env, "serve", "--data", dir, "--port", "0")
	id := enqueue(t, console, map[string]any{"type": "download_only", "workers": 2})
	tab := apptest.Browser(t, "en")
	tab.Open(console.URL + "/dashboard")
	tab.Click(fmt.Sprintf("#task-%d-node > summary", id))
	tab.WaitFor(fmt.Sprintf(`document.querySelector("#task-%d-children details")`, id))
	tab.Click(fmt.Sprintf("#task-%d-children li:first-child details > summary", id))
	tab.WaitFor(fmt.Sprintf(`document.querySelector("#task-%d-children .song")`, id))
	opened := apptest.Eval[string](tab, fmt.Sprintf(`document.querySelector("#task-%d-children details[open]").id`, id))
	apptest.Eval[bool](tab, fmt.Sprintf(stillWatch, opened, id))
	done := jobOf(t, console, id).ItemsDone

	// The page's own clock ends the watch, so that nothing sleeps here.
	now := func() float64 { return apptest.Eval[float64](tab, "performance.now()") }
	for end := now() + float64(watched.Milliseconds()); now() < end; {
		tab.WaitFor(fmt.Sprintf("performance.now() > %f", min(end, now()+20_000)))
	}
	require.Equal(t, []string{}, apptest.Eval[[]string](tab, "window.still.faults"))
	require.Positive(t, apptest.Eval[int](tab, "window.still.changes"), "there was something to see")
	require.Greater(t, jobOf(t, console, id).ItemsDone, done)
	require.True(t, apptest.Eval[bool](tab, fmt.Sprintf(`document.getElementById(%q) === window.still.node && window.still.node.open && window.still.parent.open
		&& window.still.parent.isConnected && document.activeElement === window.still.focus && Math.abs(window.scrollY - window.still.top) <= 1`, opened)))
}
