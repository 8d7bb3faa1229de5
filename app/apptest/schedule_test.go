package apptest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

type scheduleLine struct {
	ID       int64    `json:"id"`
	Name     string   `json:"name"`
	Cron     string   `json:"cron"`
	Enabled  bool     `json:"enabled"`
	CatchUp  bool     `json:"catch_up"`
	NextRuns []string `json:"next_runs"`
	Scope    struct {
		Sources []string `json:"sources"`
		Limit   int      `json:"limit"`
	} `json:"scope"`
	LastResult string `json:"last_result"`
}

// Schedules by command line: the nightly one is there and off; one is added, edited, run
// twice with reports that are compared, and removed; the removed nightly one stays away.
func TestSchedulesByCommandLine(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 20, Seed: 3})
	dir, env := t.TempDir(), apptest.Env(t, base)
	run := func(code int, args ...string) apptest.Result {
		t.Helper()
		r := apptest.Run(t, dir, env, append([]string{"schedule"}, append(args, "--data", dir)...)...)
		require.Equal(t, code, r.Code, r.Stdout+r.Stderr)
		return r
	}
	list := func() (lines []scheduleLine) {
		t.Helper()
		run(0, "list", "--json").JSON(t, &lines)
		return lines
	}

	require.Equal(t, []string{"Nightly catalog sync"}, names(list()))
	require.False(t, list()[0].Enabled)
	var on scheduleLine
	run(0, "enable", "nightly CATALOG sync", "--json").JSON(t, &on)
	require.True(t, on.Enabled)
	require.Len(t, on.NextRuns, 5)
	require.Contains(t, on.NextRuns[0], "T03:30:00")
	require.Contains(t, run(0, "disable", "1").Stdout, "off")

	var added scheduleLine
	run(0, "add", "Charts", "--cron", "@daily", "--sources", "qq", "--limit", "2", "--off", "--json").JSON(t, &added)
	require.Equal(t, []string{"qq"}, added.Scope.Sources)
	require.False(t, added.Enabled)
	var edited scheduleLine
	run(0, "edit", "Charts", "--catch-up", "--cron", "15 4 * * *", "--json").JSON(t, &edited)
	require.True(t, edited.CatchUp)
	require.Equal(t, 2, edited.Scope.Limit, "what was not said stays")

	type report struct {
		Report struct {
			Result  string `json:"result"`
			Numbers struct {
				NewPlaylists int64 `json:"new_playlists"`
				SongsIn      int64 `json:"songs_in"`
			} `json:"numbers"`
			Change *struct {
				NewPlaylists int64 `json:"new_playlists"`
			} `json:"change"`
		} `json:"report"`
	}
	var first, second report
	run(0, "run", "Charts", "--json").JSON(t, &first)
	require.Positive(t, first.Report.Numbers.NewPlaylists)
	require.Nil(t, first.Report.Change)
	run(0, "run", "Charts", "--json").JSON(t, &second)
	require.Zero(t, second.Report.Numbers.NewPlaylists)
	require.Equal(t, -first.Report.Numbers.NewPlaylists, second.Report.Change.NewPlaylists)
	require.Equal(t, "completed", list()[0].LastResult)

	run(0, "remove", "Nightly catalog sync")
	require.Equal(t, []string{"Charts"}, names(list()), "it does not come back")
}

func names(lines []scheduleLine) []string {
	var list []string
	for _, l := range lines {
		list = append(list, l.Name)
	}
	return list
}

func TestBadSchedulesAreExplained(t *testing.T) {
	t.Parallel()
	dir, env := t.TempDir(), apptest.Env(t, "http://127.0.0.1:1")
	for want, args := range map[string][]string{
		`field 2 (hour) at character 3, "25"`: {"add", "A", "--cron", "0 25 * * *"},
		"say when it runs":                    {"add", "A"},
		"unknown source":                      {"add", "A", "--cron", "@daily", "--sources", "spotify"},
		"job_type":                            {"add", "A", "--cron", "@daily", "--type", "explode"},
		"already; choose another name":        {"add", "Nightly catalog sync", "--cron", "@daily"},
		"overlap":                             {"edit", "1", "--overlap", "perhaps"},
		"there is no playlist 77":             {"edit", "1", "--playlist-ids", "77"},
		"--workers":                           {"edit", "1", "--workers", "65"},
		`there is no schedule "none"`:         {"run", "none"},
		"there is no time zone":               {"next", "--cron", "@daily", "--time-zone", "Mars"},
		"one of the two":                      {"next"},
	} {
		t.Run(want, func(t *testing.T) {
			r := apptest.Run(t, dir, env, append(append([]string{"schedule"}, args...), "--data", dir)...)
			require.Equal(t, 2, r.Code, r.Stdout+r.Stderr)
			require.Contains(t, r.Stderr, want)
		})
	}
}

// In the browser: the form tries the expression while it is typed, the schedule is kept,
// switched off and run.
func TestOperatorSchedulesInTheBrowser(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 5, Seed: 1})
	dir := t.TempDir()
	console := apptest.Serve(t, dir, apptest.Env(t, base), "serve", "--data", dir, "--port", "0")
	tab := apptest.Browser(t, "en")
	typed := func(selector, text string) string {
		return `(() => { const f = document.querySelector("` + selector + `"); f.value = "` + text + `"; f.dispatchEvent(new Event("input", { bubbles: true })); return true; })()`
	}

	tab.Open(console.URL + "/schedules/new")
	tab.WaitFor(`window.htmx && document.querySelector("#schedule-cron[data-htmx-powered]")`)
	tab.WaitFor(typed("#schedule-cron", "0 25 * * *"))
	tab.WaitFor(`/field 2 .hour., character 3: 25/.test(document.querySelector("#schedules-preview").textContent)`)
	tab.WaitFor(typed("#schedule-cron", "0 7 * * *"))
	tab.WaitFor(typed("#schedule-zone", "Asia/Shanghai"))
	tab.WaitFor(`document.querySelectorAll("#schedules-preview time").length === 5 && /07:00 CST/.test(document.querySelector("#schedules-preview").textContent)`)
	tab.WaitFor(typed("#schedule-name", "Morning charts"))
	tab.Click("#schedule-form button[type=submit]")
	tab.WaitFor(`location.pathname === "/schedules" && /Morning charts/.test(document.querySelector("#schedule-2")?.textContent)`)

	tab.Click("#schedule-2 .switch")
	tab.WaitFor(`document.querySelector("#schedule-2 .switch").getAttribute("aria-checked") === "false"`)
	tab.Click("#schedule-2 .card-footer .btn-primary")
	tab.WaitFor(`document.querySelector("#toasts .toast-card a[href^='/jobs/']")`)
	tab.WaitFor(`/Completed|With errors/.test(document.querySelector("#schedule-2 .schedule-parts").textContent)`)
	tab.Click("#schedule-2 .schedule-parts a")
	tab.WaitFor(`/Report of/.test(document.querySelector("h1").textContent) && document.querySelectorAll(".report dd").length === 8`)
}

// Beside a running console schedules are listed, switched and removed: the console's clock
// and its answers take it up by themselves.
func TestSchedulesAreKeptBesideARunningConsole(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 20, Seed: 4})
	dir, env := t.TempDir(), apptest.Env(t, base)
	console := apptest.Serve(t, dir, env, "serve", "--data", dir, "--port", "0")
	run := func(code int, args ...string) apptest.Result {
		t.Helper()
		r := apptest.Run(t, dir, env, append([]string{"schedule"}, append(args, "--data", dir)...)...)
		require.Equal(t, code, r.Code, r.Stdout+r.Stderr)
		return r
	}
	shown := func() (lines []scheduleLine) {
		t.Helper()
		var page struct{ Items []scheduleLine }
		require.Equal(t, 200, ask(t, console, "GET", "/api/schedules", nil, &page))
		return page.Items
	}
	require.Contains(t, run(0, "list").Stdout, "Nightly catalog sync")
	require.False(t, shown()[0].Enabled)
	require.Contains(t, run(0, "enable", "1").Stdout, "on")
	require.Eventually(t, func() bool { return shown()[0].Enabled }, 20*time.Second, 100*time.Millisecond, "no answer from before is repeated")
	require.Contains(t, run(0, "next", "1").Stdout, "03:30")
	require.Contains(t, run(0, "add", "More", "--cron", "@daily").Stdout, "More")
	require.Contains(t, run(0, "edit", "More", "--cron", "@hourly").Stdout, "@hourly")
	require.Eventually(t, func() bool {
		return slices.ContainsFunc(shown(), func(l scheduleLine) bool { return l.Cron == "@hourly" })
	}, 20*time.Second, 100*time.Millisecond)
	require.Contains(t, run(2, "disable", "Never heard of").Stderr, "there is no schedule")
	run(0, "remove", "1")
	require.Eventually(t, func() bool { return len(shown()) == 1 }, 20*time.Second, 100*time.Millisecond)

	var result struct {
		JobID  int64 `json:"job_id"`
		Report *struct{ Result string }
	}
	ran := run(0, "run", "More", "--json")
	ran.JSON(t, &result)
	require.NotNil(t, result.Report)
	require.Equal(t, "completed", result.Report.Result)
	require.Equal(t, "completed", jobOf(t, console, result.JobID).State, "the console ran it")
}
