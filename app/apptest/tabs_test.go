package apptest_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// Limits of what tabs that are left open may cost.
const (
	openTabs      = 20
	tabsMayGrow   = 20 << 20 // bytes of the server's memory
	tabMayAskFor  = 5 << 10  // bytes a second of one tab while ten workers run
	dashboardMost = 60 << 10 // bytes of the dashboard's page
)

// TestTabsCostLittle leaves TABS_MINUTES minutes twenty tabs open on a dashboard on which
// ten workers run, and tells what that took of the server's memory, of the tabs' and of
// the line.
func TestTabsCostLittle(t *testing.T) {
	minutes, err := strconv.Atoi(os.Getenv("TABS_MINUTES"))
	if err != nil || minutes < 1 {
		t.Skip("TABS_MINUTES is not set")
	}
	up, base := apptest.Upstream(t, demo.Config{Playlists: 60, Songs: 20_000, Seed: 5})
	slow(t, up, time.Second) // ten workers, ten songs a second or less, all the time
	dir := t.TempDir()
	console := apptest.Serve(t, dir, apptest.Env(t, base), "serve", "--data", dir, "--port", "0")
	job := enqueue(t, console, map[string]any{"type": "catalog_sync", "workers": 10})
	until(t, console, job, func(j jobView) bool { return j.ItemsDone > 70 })

	first := apptest.Browser(t, "en")
	tabs := []*apptest.Tab{first}
	for len(tabs) < openTabs {
		tabs = append(tabs, first.Another())
	}
	for _, tab := range tabs {
		tab.Open(console.URL + "/dashboard")
		tab.WaitFor(`document.querySelector("#dashboard-active[data-htmx-powered]")`)
		apptest.Eval[bool](tab, `(() => { window.took = 0; performance.setResourceTimingBufferSize(10);
			new PerformanceObserver(l => { for (const e of l.getEntries()) took += e.transferSize; performance.clearResourceTimings(); }).observe({type: "resource"}); return true })()`)
	}
	page := apptest.Eval[int](first, `performance.getEntriesByType("navigation")[0].decodedBodySize`)
	wait(first, time.Minute) // everything has been shown once
	server, heap, took := residentBytes(t, console.Cmd.Process.Pid), first.Heap(), apptest.Eval[int](first, "took")

	span := time.Duration(minutes) * time.Minute
	wait(first, span)
	grown := residentBytes(t, console.Cmd.Process.Pid) - server
	heapGrown := first.Heap() - heap
	pace := float64(apptest.Eval[int](first, "took")-took) / span.Seconds()
	t.Logf("dashboard %d B; %d tabs for %v: server %+d KiB from %d KiB, a tab's heap %+d KiB from %d KiB, %.0f B/s a tab",
		page, openTabs, span, grown>>10, server>>10, heapGrown>>10, heap>>10, pace)
	require.LessOrEqual(t, page, dashboardMost)
	require.Less(t, grown, int64(tabsMayGrow))
	require.Less(t, heapGrown, int64(1<<20), "a tab's heap stays flat")
	require.Less(t, pace, float64(tabMayAskFor))
}

// wait lets time pass in a page.
func wait(tab *apptest.Tab, d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		until := apptest.Eval[float64](tab, "performance.now()") + float64(min(20*time.Second, time.Until(end)).Milliseconds())
		tab.WaitFor(fmt.Sprintf("performance.now() > %f", until))
	}
}
