package apptest_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// written is a backup as printed with --json.
type written struct {
	Name, Path string
	Bytes      int64
}

// contents is every row of every table of a database, as text.
func contents(t *testing.T, path string) string {
	t.Helper()
	var all strings.Builder
	for _, table := range queryStrings(t, path, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name") {
		writeRows(t, &all, path, table)
	}
	return all.String()
}

func writeRows(t *testing.T, out *strings.Builder, path, table string) {
	t.Helper()
	rows, err := open(t, path).QueryContext(t.Context(), `SELECT * FROM "`+table+`" ORDER BY 1, 2`)
	require.NoError(t, err, table)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		require.NoError(t, rows.Scan(targets...))
		fmt.Fprintln(out, table, values)
	}
	require.NoError(t, rows.Err())
}

// What the operator would do after a bad day: bring yesterday's backup back.
func TestABackupRestoresTheSameDatabase(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 40, Seed: 61})
	dir, env := t.TempDir(), apptest.Env(t, base)
	db := filepath.Join(dir, "catalogsync.db")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "catalogsync.env"), []byte("SYNC_WORKERS=3\nSOURCE_QQ_COOKIE=uin=1; sealed\n"), 0o600))
	run := func(code int, args ...string) apptest.Result {
		t.Helper()
		r := apptest.Run(t, dir, env, append(args, "--data", dir)...)
		require.Equal(t, code, r.Code, r.Stdout+r.Stderr)
		require.NotContains(t, r.Stderr, "goroutine ")
		return r
	}
	run(0, "run", "--sources", "netease", "--json")
	before := contents(t, db)
	require.Contains(t, before, "songs ")
	var made written
	run(0, "backup", "--json").JSON(t, &made)
	raw, err := os.ReadFile(made.Path)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "sealed")
	require.Contains(t, run(0, "backup", "--check", made.Path).Stdout, "is whole")

	run(0, "collect", "--sources", "qq")
	require.NotEqual(t, before, contents(t, db))
	broken := filepath.Join(dir, "broken.tar.zst")
	require.NoError(t, os.WriteFile(broken, raw[:len(raw)/2], 0o600))
	now := contents(t, db)
	require.Contains(t, run(2, "restore", broken).Stderr, "nothing was changed")
	require.Equal(t, now, contents(t, db))

	out := run(0, "restore", made.Path, "--settings").Stdout
	require.Contains(t, out, ".before-restore-")
	require.Equal(t, before, contents(t, db))
	settings, err := os.ReadFile(filepath.Join(dir, "catalogsync.env"))
	require.NoError(t, err)
	require.Equal(t, "SYNC_WORKERS=3\n", string(settings))
	run(0, "doctor")
	require.Contains(t, run(0, "backup", "--list").Stdout, made.Name)
}

// The console backs up while a job runs, and restores at its own restart.
func TestTheConsoleBacksUpAndRestores(t *testing.T) {
	t.Parallel()
	up, base := apptest.Upstream(t, demo.Config{Playlists: 40, Songs: 60, Seed: 62})
	dir, env := t.TempDir(), apptest.Env(t, base)
	console := apptest.Serve(t, dir, env, "serve", "--data", dir, "--port", freePort(t))
	first := enqueue(t, console, map[string]any{"type": "collect_only", "sources": []string{"netease"}})
	until(t, console, first, func(j jobView) bool { return j.State == "completed" })
	slow(t, up, 200*time.Millisecond)
	busy := enqueue(t, console, map[string]any{"type": "sync_only"})
	var job struct {
		JobID int64 `json:"job_id"`
	}
	require.Equal(t, http.StatusAccepted, ask(t, console, http.MethodPost, "/api/backups", nil, &job))
	until(t, console, job.JobID, func(j jobView) bool { return j.State == "completed" })
	require.True(t, jobOf(t, console, busy).State != "completed", "the backup was written while the other job ran")
	require.NoError(t, up.SetFaults("", demo.Faults{}))
	until(t, console, busy, func(j jobView) bool { return j.State == "completed" })
	var playlists struct{ Total int64 }
	require.Equal(t, http.StatusOK, ask(t, console, http.MethodGet, "/api/playlists", nil, &playlists))
	later := enqueue(t, console, map[string]any{"type": "collect_only", "sources": []string{"qq"}})
	until(t, console, later, func(j jobView) bool { return j.State == "completed" })

	var list struct {
		Items   []struct{ Name string }
		Waiting *struct{ Name string }  `json:"waiting_restore"`
		Last    *struct{ Error string } `json:"last_restore"`
	}
	require.Equal(t, http.StatusOK, ask(t, console, http.MethodGet, "/api/backups", nil, &list))
	require.Len(t, list.Items, 1)
	require.Equal(t, 3, apptest.Run(t, dir, env, "restore", filepath.Join(dir, "backups", list.Items[0].Name), "--data", dir).Code, "a console works on the data")
	require.Equal(t, http.StatusAccepted, ask(t, console, http.MethodPost, "/api/backups/"+list.Items[0].Name+"/restore", map[string]any{}, nil))
	require.Equal(t, http.StatusAccepted, ask(t, console, http.MethodPost, "/api/restart", nil, nil))
	require.Eventually(t, func() bool {
		res, err := http.Get(console.URL + "/api/backups")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		list.Last = nil
		return json.NewDecoder(res.Body).Decode(&list) == nil && list.Last != nil
	}, time.Minute, 50*time.Millisecond, "the console answers again after its restart")
	require.Empty(t, list.Last.Error)
	require.Nil(t, list.Waiting)
	before := playlists.Total
	require.Equal(t, http.StatusOK, ask(t, console, http.MethodGet, "/api/playlists", nil, &playlists))
	require.Equal(t, before, playlists.Total, "what was collected since the backup is gone")
	require.Equal(t, http.StatusNotFound, ask(t, console, http.MethodGet, "/api/backups/catalogsync.db", nil, nil))
}

// freePort is a port that nobody listens on, for a console that is to find it again after a
// restart.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(ln.Addr().String())
	require.NoError(t, err)
	require.NoError(t, ln.Close())
	return port
}
