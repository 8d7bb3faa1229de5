package apptest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// commandLine runs `jobs …` on one data folder.
type commandLine struct {
	*testing.T
	dir string
	env []string
}

func (c commandLine) jobs(code int, args ...string) apptest.Result {
	c.Helper()
	r := apptest.Run(c, c.dir, c.env, append(append([]string{"jobs"}, args...), "--data", c.dir)...)
	require.Equal(c, code, r.Code, "%v: %s", args, r.Stdout+r.Stderr)
	require.NotContains(c, r.Stderr, "goroutine ")
	return r
}

// answer is what a command prints with --json.
type answer struct {
	State, Reason string
	JobState      string `json:"job_state"`
	Running       bool
}

func (c commandLine) command(code int, args ...string) (a answer) {
	c.Helper()
	c.jobs(code, append(args, "--json")...).JSON(c, &a)
	return a
}

// slow makes every answer of an upstream late, so that a job lasts.
func slow(t *testing.T, up *demo.Server, latency time.Duration) {
	t.Helper()
	require.NoError(t, up.SetFaults("", demo.Faults{Rates: map[demo.FaultKind]float64{demo.FaultLatency: 1}, Latency: latency}))
}

// A job that a console runs is commanded from another process: the console obeys at once
// and answers, with the reason where it refuses.
func TestJobsAreCommandedBesideARunningConsole(t *testing.T) {
	t.Parallel()
	up, base := apptest.Upstream(t, demo.Config{Playlists: 12, Songs: 200, Seed: 31})
	dir := t.TempDir()
	c := commandLine{t, dir, apptest.Env(t, base)}
	slow(t, up, 150*time.Millisecond)
	console := apptest.Serve(t, dir, c.env, "serve", "--data", dir, "--port", "0")
	id := enqueue(t, console, map[string]any{"type": "catalog_sync"})
	job := strconv.FormatInt(id, 10)
	until(t, console, id, func(j jobView) bool { return j.ItemsDone > 3 })

	began := time.Now()
	paused := c.command(0, "pause", job)
	require.Less(t, time.Since(began), 4*time.Second, "process start included; the console looks twice a second")
	require.Equal(t, "applied", paused.State)
	require.True(t, paused.Running)
	require.Contains(t, []string{"pause_requested", "paused"}, paused.JobState)
	until(t, console, id, func(j jobView) bool { return j.State == "paused" })
	again := c.command(1, "pause", job)
	require.Equal(t, "rejected", again.State)
	require.Contains(t, again.Reason, "not possible while the job is paused")
	require.Contains(t, c.jobs(1, "pause", job).Stderr, "rejected")

	c.command(0, "reprioritize", job, "--priority", "7")
	require.Contains(t, c.command(1, "reprioritize", job, "--priority", "7").Reason, "priority 7 already")
	require.Equal(t, 7, jobOf(t, console, id).Priority)
	require.Contains(t, c.command(1, "retry", job).Reason, "no item of the job has failed")
	require.Contains(t, c.command(1, "retry", job, "--item", "999999").Reason, "no item 999999")

	require.Equal(t, "running", c.command(0, "resume", job).JobState)
	var list []jobView
	c.jobs(0, "list", "--state", "running,queued", "--json").JSON(t, &list)
	require.Len(t, list, 1)
	require.Equal(t, id, list[0].ID)
	require.Equal(t, "canceled", c.command(0, "cancel", job).JobState)
	for _, kind := range []string{"cancel", "pause", "resume", "retry"} {
		require.Contains(t, c.command(1, kind, job).Reason, "finished", kind)
	}
	var shown struct {
		jobView
		Events []struct{ Actor, Text string }
	}
	c.jobs(0, "show", job, "--json").JSON(t, &shown)
	require.Equal(t, "canceled", shown.State)
	require.Contains(t, c.jobs(0, "show", job).Stdout, "cli: retry_failed rejected: the job is finished (canceled)")
}

// Without a console a job is changed at rest; what it was told holds at the next start.
func TestJobsAreCommandedWithoutAConsole(t *testing.T) {
	t.Parallel()
	up, base := apptest.Upstream(t, demo.Config{Playlists: 9, Songs: 60, Seed: 32})
	dir := t.TempDir()
	c := commandLine{t, dir, apptest.Env(t, base)}
	slow(t, up, 150*time.Millisecond)
	console := apptest.Serve(t, dir, c.env, "serve", "--data", dir, "--port", "0")
	id := enqueue(t, console, map[string]any{"type": "catalog_sync"})
	until(t, console, id, func(j jobView) bool { return j.ItemsDone > 3 && j.Stages[1].Running > 0 })
	second := enqueue(t, console, map[string]any{"type": "catalog_sync", "limit": 3})
	job, other := strconv.FormatInt(id, 10), strconv.FormatInt(second, 10)
	require.NoError(t, console.Cmd.Process.Kill())
	_ = console.Cmd.Wait()

	paused := c.command(0, "pause", job)
	require.Equal(t, "paused", paused.JobState, "nothing runs, so there is nothing to wait for")
	require.False(t, paused.Running)
	require.Equal(t, "canceled", c.command(0, "cancel", other).JobState)
	require.Contains(t, c.jobs(0, "resume", job).Stdout, "goes on when a console is started")
	c.command(1, "resume", job)
	c.command(0, "pause", job)
	done := func() int64 {
		var shown jobView
		c.jobs(0, "show", job, "--json").JSON(t, &shown)
		return shown.ItemsDone
	}
	before := done()

	console = apptest.Serve(t, dir, c.env, "serve", "--data", dir, "--port", "0")
	require.Equal(t, "paused", jobOf(t, console, id).State)
	require.Equal(t, before, done())
	slow(t, up, time.Millisecond)
	require.Equal(t, "running", c.command(0, "resume", job).JobState)
	until(t, console, id, func(j jobView) bool { return j.State == "completed" })
	require.Equal(t, "canceled", jobOf(t, console, second).State)
}

// What failed is retried by its cause, and nothing else with it.
func TestFailuresAreRetriedByCause(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 9, Songs: 60, Seed: 33})
	dir := t.TempDir()
	c := commandLine{t, dir, apptest.Env(t, base)}
	list := filepath.Join(dir, "gone.txt")
	require.NoError(t, os.WriteFile(list, []byte("netease,https://music.163.com/#/playlist?id=999999999991\nnetease,https://music.163.com/#/playlist?id=999999999992\n"+
		"qq,https://y.qq.com/n/ryqq/playlist/999999999993\n"), 0o600))
	require.Equal(t, 1, apptest.Run(t, dir, c.env, "run", "--data", dir, "--playlist-file", list).Code)
	console := apptest.Serve(t, dir, c.env, "serve", "--data", dir, "--port", "0")
	show := func() (job jobView) {
		c.jobs(0, "show", "1", "--json").JSON(t, &job)
		return job
	}
	failed := show()
	require.Len(t, failed.Failures, 2, "%+v", failed)
	chosen := failed.Failures[0]
	require.EqualValues(t, 2, chosen.Count, "the largest group first")

	started := func() map[string]string {
		var items struct {
			Items []struct {
				Source    string
				StartedAt string `json:"started_at"`
			}
		}
		require.Equal(t, http.StatusOK, ask(t, console, http.MethodGet, "/api/jobs/1/items?state=failed", nil, &items))
		times := map[string]string{}
		for _, item := range items.Items {
			times[item.Source] = max(times[item.Source], item.StartedAt)
		}
		require.Len(t, times, 2)
		return times
	}
	before := started()
	require.Contains(t, c.command(1, "retry", "1", "--cause", "disk_full").Reason, "for that cause")
	require.Equal(t, "applied", c.command(0, "retry", "1", "--cause", chosen.ErrorCode, "--stage", chosen.Stage, "--source", chosen.Source).State)
	until(t, console, 1, func(j jobView) bool { return !j.live() })
	require.Equal(t, failed.Failures, show().Failures, "they are gone for good")
	after := started()
	require.NotEqual(t, before["netease"], after["netease"])
	require.Equal(t, before["qq"], after["qq"], "another cause is left alone")

	body := map[string]any{"kind": "retry_failed", "source": "qq"}
	require.Equal(t, http.StatusOK, ask(t, console, http.MethodPost, "/api/jobs/1/commands", body, nil))
	until(t, console, 1, func(j jobView) bool { return !j.live() })
	require.Equal(t, after["netease"], started()["netease"])
	require.NotEqual(t, after["qq"], started()["qq"])
	c.command(0, "retry", "1")
	until(t, console, 1, func(j jobView) bool { return !j.live() })
	require.NotEqual(t, after["netease"], started()["netease"])
}

// Nothing that a source does keeps a canceled job's items running, and nothing half done
// stays in the library.
func TestCancelEndsItemsOfAHangingSource(t *testing.T) {
	t.Parallel()
	up, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 40, Seed: 34})
	dir := t.TempDir()
	c := commandLine{t, dir, apptest.Env(t, base)}
	require.Zero(t, apptest.Run(t, dir, c.env, "collect", "--data", dir).Code)
	require.Zero(t, apptest.Run(t, dir, c.env, "sync", "--data", dir).Code)
	require.NoError(t, up.SetFaults("", demo.Faults{Rates: map[demo.FaultKind]float64{demo.FaultStalled: 1}, StallFor: time.Hour}))
	console := apptest.Serve(t, dir, c.env, "serve", "--data", dir, "--port", "0")
	id := enqueue(t, console, map[string]any{"type": "download_only"})
	running := func() int {
		var board struct{ Running []struct{ ID int64 } }
		require.Equal(t, http.StatusOK, ask(t, console, http.MethodGet, "/api/dashboard", nil, &board))
		return len(board.Running)
	}
	require.Eventually(t, func() bool { return running() >= 5 }, time.Minute, 20*time.Millisecond)

	began := time.Now()
	body := map[string]any{"kind": "cancel"}
	require.Equal(t, http.StatusOK, ask(t, console, http.MethodPost, "/api/jobs/"+strconv.FormatInt(id, 10)+"/commands", body, nil))
	require.Eventually(t, func() bool { return running() == 0 }, 2*time.Second, 20*time.Millisecond)
	require.Less(t, time.Since(began), 2*time.Second)
	job := jobOf(t, console, id)
	require.Equal(t, "canceled", job.State)
	require.Zero(t, job.Stages[0].Running+job.Stages[0].Pending)
	require.Empty(t, apptest.LibraryFiles(t, filepath.Join(dir, "library")), "no partial file is left")

	require.NoError(t, up.SetFaults("", demo.Faults{}))
	next := enqueue(t, console, map[string]any{"type": "download_only"})
	until(t, console, next, func(j jobView) bool { return j.State == "completed" })
}

// Bad input of the job commands ends in one sentence and the right code, and types that
// this build cannot run are told apart from those that do not exist.
func TestBadJobCommandsAreExplained(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 5, Seed: 1})
	dir := t.TempDir()
	c := commandLine{t, dir, apptest.Env(t, base)}
	require.Contains(t, c.jobs(3, "list").Stderr, "there is no database at")
	require.Contains(t, c.jobs(3, "pause", "1").Stderr, "there is no database at")
	require.Zero(t, apptest.Run(t, dir, c.env, "run", "--data", dir).Code)
	for want, args := range map[string][]string{
		"there is no job 77":          {"pause", "77"},
		"there is no job 78":          {"show", "78"},
		`"asleep" is no state`:        {"list", "--state", "asleep"},
		"--count":                     {"list", "--count", "0"},
		"choose one of":               {"retry", "1", "--failed", "--item", "3"},
		"goes with --item":            {"retry", "1", "--force"},
		"go with --cause":             {"retry", "1", "--stage", "download"},
		"--priority":                  {"reprioritize", "1"},
		"must be from -1000 to 1000":  {"reprioritize", "1", "--priority", "5000"},
		"<id>":                        {"cancel"},
		"expected a valid 64 bit int": {"cancel", "first"},
	} {
		r := c.jobs(2, args...)
		require.Contains(t, r.Stderr, want, "%v", args)
	}
	require.Contains(t, c.jobs(1, "cancel", "1").Stderr, "the job is finished (completed)")

	r := apptest.Run(t, dir, c.env, "schedule", "add", "Up", "--cron", "@daily", "--type", "scan", "--data", dir)
	require.Equal(t, 2, r.Code)
	require.Contains(t, r.Stderr, "this build cannot scan storage yet")
	console := apptest.Serve(t, dir, c.env, "serve", "--data", dir, "--port", "0")
	require.Contains(t, c.jobs(2, "pause", "77").Stderr, "there is no job 77", "beside a console too")
	var problem struct{ Code, Detail string }
	require.GreaterOrEqual(t, ask(t, console, http.MethodPost, "/api/jobs", map[string]any{"type": "beatsync"}, &problem), 400)
	require.Equal(t, "not_in_this_build", problem.Code)
	require.False(t, strings.Contains(problem.Detail, "internal"))
}
