package handlers_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/revision"
	"catalogsync/handlers/web"
	"catalogsync/models"
)

// drawn is what the dashboard's pictures show in tests.
type drawn struct{}

func (drawn) ListThroughput(_ context.Context, stage models.StageName, _ int64) ([]models.ThroughputHour, error) {
	hour := models.NowMS(now.Truncate(time.Hour))
	return []models.ThroughputHour{
		{HourMS: hour - 26*3_600_000, Stage: stage, Succeeded: 50, Bytes: 100 << 20},
		{HourMS: hour, Stage: stage, Succeeded: 200, Failed: 3, Bytes: 1 << 30},
	}, nil
}

func (drawn) CountQueue(context.Context) ([]models.QueueShare, error) {
	return []models.QueueShare{
		{Wait: models.QueueRunning, Items: 4}, {Wait: models.QueueReady, Items: 90},
		{Wait: models.QueueSource, Detail: "qq", Items: 5}, {Wait: models.QueueStage, Detail: "waits for the CPU: 99% busy, 80% allowed", Items: 1},
	}, nil
}

func withFigures(d *web.Deps) { d.LocalAssets, d.Figures = true, drawn{} }

func TestPicturesTellTheirNumbers(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), withFigures)
	_, body := get(t, app, "/dashboard/throughput", fragment...)
	for _, want := range []string{"1.0 GiB", ">200<", ">3<", `height="40"`, `height="10"`, "250 in all"} {
		require.Contains(t, body, want)
	}
	resp, body := get(t, app, "/dashboard/queue", append(fragment, "Accept-Language", "en")...)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	for _, want := range []string{"100 items", "QQ Music does not serve", "99 %", "Next in line", `x="40" y="0" width="900"`} {
		require.Contains(t, body, want)
	}
	require.NotContains(t, body, "waits for the CPU: 99% busy, 80% allowed", "it is told in the reader's language")
}

// Ticked rows stay where they are while others come and go; the note says what waits.
func TestBrowserHoldsTheOrderWhileRowsAreTicked(t *testing.T) {
	b := apptest.Browser(t, "en")
	f := newFake()
	url, d := serve(t, f, local)
	b.Open(url + "/playlists")
	b.WaitFor(`document.querySelector("#playlists-table[data-htmx-powered]")`)
	b.Click(`[data-select="2"]`)
	order := `[...document.querySelectorAll("#playlists-table [data-row]")].map(r => r.id).join()`
	require.Equal(t, "playlist-1,playlist-2,playlist-3,playlist-4,playlist-5", apptest.Eval[string](b, order))

	f.change(func() {
		fresh := f.playlists[0]
		fresh.ID, fresh.Name = 77, "came meanwhile"
		f.playlists[1].Name = "renamed"
		f.playlists = append([]models.PlaylistRow{fresh, f.playlists[3]}, f.playlists[0], f.playlists[1], f.playlists[2])
	})
	d.Revision.Bump(revision.Playlists)
	b.WaitFor(`document.querySelector(".held-note")`)
	require.Equal(t, "playlist-1,playlist-2,playlist-3,playlist-4,playlist-5", apptest.Eval[string](b, order), "no row moved")
	require.Contains(t, b.Text("#playlist-2"), "renamed", "what changed in a row is shown")
	require.Contains(t, b.Text(".held-note"), "1 new")
	require.True(t, apptest.Eval[bool](b, `document.querySelector('[data-select="2"]').checked`))

	b.Click("[data-held-refresh]")
	b.WaitFor(order + ` === "playlist-77,playlist-4,playlist-1,playlist-2,playlist-3" && !document.querySelector(".held-note")`)
	require.True(t, apptest.Eval[bool](b, `document.querySelector('[data-select="2"]').checked`), "the tick went with its row")
}

func TestBrowserPausesAndRemembers(t *testing.T) {
	b := apptest.Browser(t, "en")
	f := newFake()
	url, d := serve(t, f, withFigures)
	b.Open(url + "/dashboard")
	b.WaitFor(`document.querySelector("#dashboard-active[data-htmx-powered]")`)
	b.Click("#live-menu > summary")
	b.Click(`[data-live-set=paused]`)
	b.Open(url + "/dashboard")
	b.WaitFor(`document.documentElement.dataset.live === "paused" && document.querySelector("#dashboard-active[data-htmx-powered]")`)
	f.change(func() { f.jobs[0].ItemsDone = 99 })
	d.Revision.Bump(revision.Jobs)
	apptest.Eval[bool](b, `(window.asked = performance.getEntriesByType("resource").length, true)`)
	b.WaitFor(`performance.now() > 5000`) // three intervals of what runs
	require.Zero(t, apptest.Eval[int](b, `performance.getEntriesByType("resource").length - window.asked`), "nothing is asked while paused")
	b.Click("#live-menu > summary")
	b.Click(`[data-live-set=""]`)
	b.WaitFor(`document.querySelector("#dashboard-active .numbers b").textContent === "99"`)
}

func TestBrowserAsksBeforeAJobIsCanceled(t *testing.T) {
	b := apptest.Browser(t, "en")
	f := newFake()
	url, _ := serve(t, f, local)
	b.Open(url + "/jobs/12")
	b.WaitFor(`document.querySelector("#job-12-cancel[data-htmx-powered]")`)
	b.Click("#job-12-cancel")
	b.WaitFor(`document.getElementById("confirm").open`)
	require.Contains(t, b.Text("#confirm"), "104 items are left")
	b.Click("#confirm [value=no]")
	b.WaitFor(`!document.getElementById("confirm").open`)
	b.Click("#job-12-cancel")
	b.Click("#confirm [value=yes]")
	b.WaitFor(`document.querySelector("#toasts .toast-card")`)
	require.Len(t, f.commands, 1, "only what was agreed to is sent")
}

func TestBrowserShowsAnErrorWhole(t *testing.T) {
	b := apptest.Browser(t, "en")
	url, _ := serve(t, newFake(), local)
	b.Open(url + "/dashboard")
	b.Click("#task-12-node > summary")
	b.Click("#task-12-p-4-node > summary")
	b.Click("#task-12-p-4-s-2-1 .error-link")
	b.WaitFor(`document.getElementById("drawer").open`)
	require.NotEmpty(t, b.Text("[data-drawer-raw]"))
	require.NotEmpty(t, b.Text("[data-drawer-next]"))
	require.Empty(t, b.Violations(t))
	b.Press("Escape")
	b.WaitFor(`!document.getElementById("drawer").open && document.querySelector("#task-12-p-4-node").open`)
}

func TestBrowserKeyboard(t *testing.T) {
	b := apptest.Browser(t, "en")
	url, _ := serve(t, newFake(), local)
	b.Open(url + "/playlists")
	b.WaitFor(`document.querySelector("#playlists-table[data-htmx-powered]")`)
	b.Press("j")
	b.Press("j")
	require.Equal(t, "playlist-2", apptest.Eval[string](b, `document.activeElement.closest("[data-row]").id`))
	b.Press("k")
	b.Press("x")
	require.True(t, apptest.Eval[bool](b, `document.querySelector('#playlist-1 [data-select]').checked`))
	b.Press("/")
	require.Equal(t, "f-keyword", apptest.Eval[string](b, `document.activeElement.id`))
	b.Press("Escape")
	b.Press("?")
	b.WaitFor(`document.getElementById("help").open`)
	require.Empty(t, b.Violations(t))
	b.Click("#help [data-open=legend]")
	b.WaitFor(`document.getElementById("legend").open && document.querySelectorAll("#legend li .badge").length > 20`)
	require.Empty(t, b.Violations(t))
	b.Press("Escape")
	b.WaitFor(`!document.querySelector("dialog[open]")`)
}

func TestBrowserRemembersColumnsAndSizes(t *testing.T) {
	b := apptest.Browser(t, "en")
	url, _ := serve(t, newFake(), local)
	b.Open(url + "/playlists")
	b.WaitFor(`document.querySelector("#playlists-filter[data-htmx-powered]")`)
	b.Click(".columns-menu > summary")
	b.Click(`[data-column="playlists.c-num"]`)
	b.WaitFor(`getComputedStyle(document.querySelector("td.c-num")).display === "none"`)
	apptest.Eval[bool](b, `(() => { const s = document.getElementById("f-size"); s.value = "20"; return s.dispatchEvent(new Event("change", {bubbles: true})) })()`)
	b.WaitFor(`location.search.includes("page_size=20")`)
	b.Open(url + "/jobs")
	b.WaitFor(`window.htmx`)
	b.Click(`.topnav a[href="/playlists"]`)
	b.WaitFor(`location.search === "?page_size=20" && document.querySelector("td.c-num")`)
	require.Equal(t, "none", apptest.Eval[string](b, `getComputedStyle(document.querySelector("td.c-num")).display`))
	require.False(t, apptest.Eval[bool](b, `document.querySelector('[data-column="playlists.c-num"]').checked`))
}
