package apptest_test

import (
	"fmt"
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

// pausedJob is the job that runningConsole leaves in the middle of its work.
const (
	pausedJob    = "/jobs/6"
	pausedJobAPI = "/api" + pausedJob + "/commands"
)

// site is every page of the console, by the name of its picture.
var site = []struct{ name, path string }{
	{"dashboard", "/dashboard"},
	{"playlists", "/playlists"},
	{"playlists-none", "/playlists?keyword=nosuchlist"},
	{"playlist", "/playlists/1"},
	{"songs", "/songs"},
	{"song", "/songs/1"},
	{"artists", "/artists"},
	{"artist", "/artists/1"},
	{"jobs", "/jobs"},
	{"job", "/jobs/1"},
	{"job-failed", "/jobs/2"},
	{"job-paused", pausedJob},
	{"schedules", "/schedules"},
	{"schedule-new", "/schedules/new"},
	{"schedule", "/schedules/1"},
	{"schedule-run", "/schedules/1/runs/1"},
	{"maintenance", "/maintenance"},
	{"findings", "/maintenance/findings?class=extra"},
	{"rehearsal", "/maintenance/rehearse?class=missing"},
	{"similar", "/maintenance/similar"},
	{"recycle-bin", "/maintenance/recycle-bin"},
	{"exports", "/exports"},
	{"backups", "/backups"},
	{"storage", "/storage"},
	{"logs", "/logs"},
	{"settings", "/settings"},
	{"settings-jobs", "/settings/jobs"},
	{"settings-parts", "/settings/parts"},
	{"settings-after", "/settings/after_download"},
	{"settings-notifications", "/settings/notifications"},
	{"settings-backups", "/settings/backups"},
	{"settings-matching", "/settings/matching"},
	{"api-docs", "/api/docs"},
	{"error", "/none"},
}

// runningConsole is a console in which something is to be seen on every page: songs that
// came and songs that failed, a job that waits, findings, a schedule that ran, an export.
func runningConsole(t *testing.T) *apptest.Console {
	t.Helper()
	faults, err := demo.ParseFaults("latency=5ms,status_5xx=0.03")
	require.NoError(t, err)
	up, base := apptest.Upstream(t, demo.Config{Playlists: 24, Songs: 150, Seed: 21, Hostile: true, Faults: faults})
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, base)}
	list := filepath.Join(d.dir, "gone.txt")
	require.NoError(t, os.WriteFile(list, []byte("netease,https://music.163.com/#/playlist?id=999999999991\nqq,https://y.qq.com/n/ryqq/playlist/999999999993\n"), 0o600))
	apptest.Run(t, d.dir, d.env, "run", "--data", d.dir, "--limit", "12")
	apptest.Run(t, d.dir, d.env, "run", "--data", d.dir, "--playlist-file", list) // both are gone

	files := d.songFiles()
	require.Greater(t, len(files), 6)
	require.NoError(t, os.Remove(files[0]))
	require.NoError(t, os.WriteFile(files[1], []byte("<html>not a song</html>"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "library", "stray.bin"), []byte("whatever <b>this</b> is"), 0o600))

	d.start()
	d.ask(http.MethodPost, "/api/schedules", `{"name":"Charts every morning","cron":"0 7 * * *","time_zone":"Asia/Shanghai","job_type":"collect_only"}`, http.StatusCreated, nil)
	d.ask(http.MethodPost, "/api/schedules/1/run", `{}`, http.StatusAccepted, nil)
	until(t, d.console, 3, func(j jobView) bool { return strings.HasPrefix(j.State, "completed") })
	d.ask(http.MethodPost, "/api/playlists/export-zip", `{"playlist_ids":[1,2],"partial":true}`, http.StatusOK, nil)
	var look struct {
		JobID int64 `json:"job_id"`
	}
	d.ask(http.MethodPost, "/api/maintenance/reconcile", `{}`, http.StatusAccepted, &look)
	until(t, d.console, look.JobID, func(j jobView) bool { return strings.HasPrefix(j.State, "completed") })

	// The last job is held in the middle of its work.
	slow(t, up, 2*time.Second)
	paused := enqueue(t, d.console, map[string]any{"type": "sync_download"})
	require.Equal(t, pausedJob, fmt.Sprintf("/jobs/%d", paused))
	until(t, d.console, paused, func(j jobView) bool { return j.State == "running" })
	ask(t, d.console, http.MethodPost, pausedJobAPI, map[string]any{"kind": "pause"}, nil)
	until(t, d.console, paused, func(j jobView) bool { return j.State == "paused" })
	return d.console
}
