package apptest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// A console is killed again and again while jobs run through all stages, the folders and
// the command behind them, and an operator commands them at random. Left alone and told
// to go on, it ends with the same songs, playlists and folders as an undisturbed run, and
// doctor finds nothing. KILL_ROUNDS is how often it is killed.
func TestKilledAndCommandedConsoleEndsLikeAnUndisturbedOne(t *testing.T) {
	t.Parallel()
	rounds := 12
	if text := os.Getenv("KILL_ROUNDS"); text != "" {
		var err error
		rounds, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	faults, err := demo.ParseFaults("latency=100ms")
	require.NoError(t, err)
	_, base := apptest.Upstream(t, demo.Config{Playlists: 24, Songs: 300, Seed: 5, Faults: faults})
	env := apptest.Env(t, base, "EXPORT_FOLDERS=all", "CATALOG_EXPORT_COMMAND="+apptest.Tool(t, "true"))

	calm := t.TempDir()
	r := apptest.Run(t, calm, env, "run", "--data", calm, "--json")
	require.Equal(t, 0, r.Code, r.Stderr)

	o := &operator{T: t, env: env, rnd: rand.New(rand.NewPCG(4, 2)), answers: map[string]int{}, killed: map[string]int{}}
	for round := range rounds {
		if round%killsOfOne == 0 { // begin anew, so that every stage is killed again and again
			o.dir, o.jobs = t.TempDir(), 0
		}
		o.round()
		if last := round == rounds-1; last || round%killsOfOne == killsOfOne-1 {
			checkup := apptest.Run(t, o.dir, env, "doctor", "--data", o.dir, "--json")
			require.Equal(t, 0, checkup.Code, "what a kill leaves behind is no damage; round %d: %s", round, checkup.Stdout+checkup.Stderr)
			o.finish(playlistFolders(t, calm))
			o.compare(calm)
			t.Logf("%d rounds, answers %v, killed in %v", round+1, o.answers, o.killed)
		}
	}
}

// killsOfOne is how often the console is killed on one data folder.
const killsOfOne = 20

// compare holds the outcome against that of an undisturbed run.
func (o *operator) compare(calm string) {
	t := o.T
	require.Equal(t, facts(t, calm), facts(t, o.dir))
	require.Len(t, apptest.LibraryFiles(t, filepath.Join(o.dir, "library")), len(apptest.LibraryFiles(t, filepath.Join(calm, "library"))))
	for _, f := range apptest.LibraryFiles(t, o.dir) {
		require.NotEqual(t, ".part", filepath.Ext(f))
	}
	database := filepath.Join(o.dir, "catalogsync.db")
	require.Empty(t, queryStrings(t, database, "SELECT song_id FROM file_locations WHERE status = 'active' GROUP BY song_id HAVING count(*) > 1"))
	require.Equal(t, []string{"0"}, queryStrings(t, database, "SELECT count(*) FROM job_commands WHERE state = 'pending'"))
	checkup := apptest.Run(t, o.dir, o.env, "doctor", "--data", o.dir, "--deep", "--json")
	require.Equal(t, 0, checkup.Code, checkup.Stdout+checkup.Stderr)
}

// playlistFolders counts the files of each playlist folder; one that is being exchanged
// counts as far as it is there.
func playlistFolders(t *testing.T, dir string) map[string]int {
	t.Helper()
	folders := map[string]int{}
	root := filepath.Join(dir, "playlists")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			folder, _ := filepath.Rel(root, filepath.Dir(path))
			folders[filepath.ToSlash(folder)]++
		}
		return nil
	})
	require.NoError(t, err)
	return folders
}

// operator commands jobs at random.
type operator struct {
	*testing.T
	dir     string
	env     []string
	rnd     *rand.Rand
	console *apptest.Console
	jobs    int64          // the highest number so far
	answers map[string]int // by command and status
	killed  map[string]int // how often in which stage
}

func (o *operator) serve() {
	o.console = apptest.Serve(o.T, o.dir, o.env, "serve", "--data", o.dir, "--port", "0")
}

// send is a request whose console may be killed while it runs: status 0.
func (o *operator) send(method, path string, body, out any) int {
	b, err := json.Marshal(body)
	require.NoError(o, err)
	req, err := http.NewRequestWithContext(o.Context(), method, o.console.URL+path, bytes.NewReader(b))
	require.NoError(o, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0
	}
	require.Less(o, resp.StatusCode, 500, "%s %s: %s", method, path, answer)
	if out != nil {
		require.NoError(o, json.Unmarshal(answer, out), "%s", answer)
	}
	return resp.StatusCode
}

// round starts the console, gives commands, and kills it at a random moment.
func (o *operator) round() {
	o.serve()
	o.keepBusy()
	kill := time.AfterFunc(time.Duration(20+o.rnd.IntN(900))*time.Millisecond, func() { _ = o.console.Cmd.Process.Kill() })
	defer kill.Stop()
	for range o.rnd.IntN(6) {
		o.command()
	}
	_ = o.console.Cmd.Wait()
	for _, stage := range queryStrings(o.T, filepath.Join(o.dir, "catalogsync.db"), "SELECT current_stage FROM job_runs WHERE state IN ('running', 'pause_requested')") {
		o.killed[stage]++
	}
}

// keepBusy makes a job when none is left to run.
func (o *operator) keepBusy() {
	var list struct{ Items []jobView }
	if o.send(http.MethodGet, "/api/jobs?state=queued,running,pause_requested", nil, &list) == http.StatusOK && len(list.Items) > 0 {
		o.jobs = max(o.jobs, list.Items[0].ID)
		return
	}
	var job jobView
	types := []string{"catalog_sync", "catalog_sync", "sync_download", "download_only"}
	if o.send(http.MethodPost, "/api/jobs", map[string]any{"type": types[o.rnd.IntN(len(types))]}, &job) == http.StatusCreated {
		o.jobs = max(o.jobs, job.ID)
	}
}

// apt are the commands that a job in each state is given three times out of four.
var apt = map[string][]string{
	"queued":                {"reprioritize", "cancel"},
	"running":               {"pause", "pause", "pause", "reprioritize", "force_retry_item", "force_retry_item", "retry_failed", "cancel"},
	"pause_requested":       {"resume", "force_retry_item"},
	"paused":                {"resume", "resume", "force_retry_item", "reprioritize", "cancel"},
	"completed":             {"force_retry_item"},
	"completed_with_errors": {"force_retry_item", "retry_failed", "retry_item"},
}

// command gives one command to one of the last jobs, in one of five by command line.
func (o *operator) command() {
	if o.jobs == 0 {
		return
	}
	id := o.jobs
	if o.rnd.IntN(4) == 0 {
		id -= int64(o.rnd.IntN(int(min(o.jobs, 3))))
	}
	kinds := []string{"pause", "resume", "retry_item", "force_retry_item", "retry_failed", "reprioritize", "cancel"}
	var job jobView
	o.send(http.MethodGet, fmt.Sprintf("/api/jobs/%d", id), nil, &job)
	if fitting := apt[job.State]; len(fitting) > 0 && o.rnd.IntN(4) > 0 {
		kinds = fitting
	}
	kind := kinds[o.rnd.IntN(len(kinds))]
	body := map[string]any{"kind": kind, "priority": 0}
	switch kind {
	case "retry_item", "force_retry_item":
		body["item_id"] = o.item(id)
	case "reprioritize":
		body["priority"] = o.rnd.IntN(5)
	}
	if simple := kind == "pause" || kind == "resume" || kind == "cancel"; simple && o.rnd.IntN(5) == 0 {
		r := apptest.Run(o.T, o.dir, o.env, "jobs", kind, strconv.FormatInt(id, 10), "--data", o.dir)
		require.NotContains(o, r.Stderr, "goroutine ")
		o.answers[fmt.Sprintf("cli %s %d", kind, r.Code)]++
		return
	}
	if kind != "reprioritize" {
		delete(body, "priority")
	}
	o.answers[fmt.Sprintf("%s %d", kind, o.send(http.MethodPost, fmt.Sprintf("/api/jobs/%d/commands", id), body, nil))]++
}

// item is one of a job's items, or one that does not exist.
func (o *operator) item(job int64) int64 {
	var page struct{ Items []struct{ ID int64 } }
	o.send(http.MethodGet, fmt.Sprintf("/api/jobs/%d/items?page_size=50", job), nil, &page)
	if len(page.Items) == 0 {
		return 1
	}
	return page.Items[o.rnd.IntN(len(page.Items))].ID
}

// finish lets everything go on to its end, has one job look at all once more, and waits
// for the folders behind it.
func (o *operator) finish(folders map[string]int) {
	o.serve()
	rest := func() bool {
		var list struct{ Items []jobView }
		require.Equal(o, http.StatusOK, o.send(http.MethodGet, "/api/jobs?page_size=100", nil, &list))
		live := false
		for _, job := range list.Items {
			live = live || job.live()
			if job.State == "paused" {
				o.send(http.MethodPost, fmt.Sprintf("/api/jobs/%d/commands", job.ID), map[string]any{"kind": "resume"}, nil)
			}
		}
		return !live
	}
	require.Eventually(o, rest, 5*time.Minute, 100*time.Millisecond)
	last := enqueue(o.T, o.console, map[string]any{"type": "catalog_sync"})
	until(o.T, o.console, last, func(j jobView) bool { return j.State == "completed" })
	require.NotEmpty(o, folders)
	require.Eventually(o, func() bool { return maps.Equal(folders, playlistFolders(o.T, o.dir)) }, 2*time.Minute, 200*time.Millisecond, "the same folders")
	require.NoError(o, o.console.Cmd.Process.Signal(os.Interrupt))
	require.NoError(o, o.console.Cmd.Wait())
}
