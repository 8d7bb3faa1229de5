package apptest_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// desk is a console and the operator before it.
type desk struct {
	t       *testing.T
	dir     string
	env     []string
	console *apptest.Console
}

func (d *desk) start() {
	d.t.Helper()
	d.console = apptest.Serve(d.t, d.dir, d.env, "serve", "--data", d.dir, "--port", "0")
}

func (d *desk) stop() {
	d.t.Helper()
	require.NoError(d.t, d.console.Cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(d.t, d.console.Cmd.Wait())
}

// run runs a command to its good end.
func (d *desk) run(args ...string) {
	d.t.Helper()
	r := apptest.Run(d.t, d.dir, d.env, append(args, "--data", d.dir)...)
	require.Zero(d.t, r.Code, r.Stdout+r.Stderr)
}

// ask sends a request and reads the answer into out.
func (d *desk) ask(method, path, body string, status int, out any) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.console.URL+path, strings.NewReader(body))
	require.NoError(d.t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(d.t, err)
	require.Equal(d.t, status, res.StatusCode, "%s %s: %s", method, path, text)
	if out != nil {
		require.NoError(d.t, json.NewDecoder(bytes.NewReader(text)).Decode(out), string(text))
	}
}

type decided struct {
	Candidates []struct {
		Source   string `json:"source"`
		RemoteID string `json:"remote_id"`
		Verdict  string `json:"verdict"`
	} `json:"candidates"`
	Overrides []struct {
		Kind     string `json:"kind"`
		Source   string `json:"source"`
		RemoteID string `json:"remote_id"`
		Note     string `json:"note"`
	} `json:"overrides"`
}

func (d *desk) decision(songID int64) (out decided) {
	d.t.Helper()
	d.ask(http.MethodGet, fmt.Sprintf("/api/songs/%d/decision", songID), "", http.StatusOK, &out)
	return out
}

func (d *desk) say(songID int64, body string) {
	d.t.Helper()
	d.ask(http.MethodPost, fmt.Sprintf("/api/songs/%d/overrides", songID), body, http.StatusCreated, nil)
}

// again downloads a song anew and waits for the end.
func (d *desk) again(songID int64) {
	d.t.Helper()
	var job struct {
		ID    int64
		State string
	}
	d.ask(http.MethodPost, fmt.Sprintf("/api/songs/%d/download", songID), "{}", http.StatusAccepted, &job)
	require.Eventually(d.t, func() bool {
		d.ask(http.MethodGet, fmt.Sprintf("/api/jobs/%d", job.ID), "", http.StatusOK, &job)
		return job.State == "completed" || job.State == "failed" || job.State == "completed_with_errors"
	}, time.Minute, 50*time.Millisecond)
	require.Equal(d.t, "completed", job.State)
}

// file is where a song's only active file came from and lies: "source|id|locator".
func (d *desk) file(remoteID string) string {
	d.t.Helper()
	files := queryStrings(d.t, filepath.Join(d.dir, "catalogsync.db"), fmt.Sprintf(`SELECT a.source || '|' || a.source_song_id || '|' || l.locator FROM songs s
		JOIN file_locations l ON l.song_id = s.id AND l.status = 'active' JOIN file_assets a ON a.id = l.file_asset_id
		WHERE s.platform = 'netease' AND s.remote_song_id = '%s'`, remoteID))
	require.Len(d.t, files, 1, "a song has one file")
	return files[0]
}

func (d *desk) exec(statements ...string) {
	d.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(d.dir, "catalogsync.db"))
	require.NoError(d.t, err)
	defer db.Close()
	for _, s := range statements {
		_, err := db.ExecContext(d.t.Context(), s)
		require.NoError(d.t, err, s)
	}
}

// What the operator says of a song's file outlives a download, a restart, a deleted file
// that a scan finds, a sync, and even the song's row.
func TestOverridesAreNeverForgotten(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 4, Songs: 20, Seed: 21})
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, base)}
	d.run("run", "--json")
	d.start()
	song, remoteID := d.songWithChoice()

	// Another candidate than the one that was taken, because the operator wants it.
	before := d.file(remoteID)
	var picked struct{ source, id string }
	for _, c := range d.decision(song).Candidates {
		if c.Verdict == "usable" {
			picked.source, picked.id = c.Source, c.RemoteID
			break
		}
	}
	require.NotEmpty(t, picked.source)
	d.say(song, fmt.Sprintf(`{"kind":"pick","source":%q,"remote_id":%q,"note":"this is the one"}`, picked.source, picked.id))
	d.again(song)
	want := d.file(remoteID)
	require.NotEqual(t, before, want)
	require.True(t, strings.HasPrefix(want, picked.source+"|"+picked.id+"|"), want)
	old := before[strings.LastIndex(before, "|")+1:]
	if locator := want[strings.LastIndex(want, "|")+1:]; locator != old {
		require.NoFileExists(t, filepath.Join(d.dir, "library", old), "the replaced file is gone")
	}

	remembered := func(step string) {
		t.Helper()
		said := d.decision(song).Overrides
		found := false
		for _, o := range said {
			found = found || o.Kind == "pick" && o.Source == picked.source && o.RemoteID == picked.id && o.Note == "this is the one"
		}
		require.True(t, found, "%s: %+v", step, said)
		require.Equal(t, want, d.file(remoteID), step)
	}
	remembered("download")
	d.consoleTells(song, picked.source)

	d.stop() // restart, sync and download by the nightly run
	d.run("run", "--json")
	require.Equal(t, want, d.file(remoteID))

	// The file is deleted by hand; a scan finds that, and the next run fetches it again.
	require.NoError(t, os.Remove(filepath.Join(d.dir, "library", want[strings.LastIndex(want, "|")+1:])))
	apptest.Run(t, d.dir, d.env, "doctor", "--fix", "--data", d.dir)
	d.run("run", "--json")
	d.start()
	remembered("scan")

	// The song's row and all that hangs on it goes, and the next sync makes it anew.
	d.stop()
	where := fmt.Sprintf("(SELECT id FROM songs WHERE platform = 'netease' AND remote_song_id = '%s')", remoteID)
	d.exec("DELETE FROM playlist_changes WHERE song_id IN "+where, "DELETE FROM playlist_songs WHERE song_id IN "+where, "DELETE FROM download_tasks WHERE song_id IN "+where,
		"DELETE FROM file_locations WHERE song_id IN "+where, "DELETE FROM file_assets WHERE song_id IN "+where, "DELETE FROM song_backend_presence WHERE song_id IN "+where,
		"DELETE FROM artist_songs WHERE song_id IN "+where, "DELETE FROM songs WHERE id IN "+where, "UPDATE playlists SET version_tag = '', synced_at_ms = 0, sync_checked_ms = 0")
	require.NoError(t, os.RemoveAll(filepath.Join(d.dir, "library", want[strings.LastIndex(want, "|")+1:])))
	d.run("run", "--json")
	d.start()
	song = d.songID(remoteID)
	remembered("a new row")

	// Only the operator takes it back.
	var list struct{ Items []struct{ ID int64 } }
	d.ask(http.MethodGet, fmt.Sprintf("/api/songs/%d/overrides", song), "", http.StatusOK, &list)
	for _, o := range list.Items {
		d.ask(http.MethodDelete, fmt.Sprintf("/api/songs/%d/overrides/%d", song, o.ID), "", http.StatusNoContent, nil)
	}
	require.Empty(t, d.decision(song).Overrides)
}

// consoleTells reads the song's decision as the console shows it, and presses a button there.
func (d *desk) consoleTells(song int64, source string) {
	d.t.Helper()
	send := func(method, path, form string) string {
		req, err := http.NewRequestWithContext(d.t.Context(), method, d.console.URL+path, strings.NewReader(form))
		require.NoError(d.t, err)
		req.Header.Set("HX-Request", "true")
		if form != "" {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		res, err := http.DefaultClient.Do(req)
		require.NoError(d.t, err)
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		require.NoError(d.t, err)
		require.Equal(d.t, http.StatusOK, res.StatusCode, string(text))
		return string(text)
	}
	path := fmt.Sprintf("/songs/%d/", song)
	told := send(http.MethodGet, path+"decision", "")
	for _, want := range []string{"Use this one:", "this is the one", "Never this one", "Download again now", "you picked another one"} {
		require.Contains(d.t, told, want)
	}
	said := url.Values{"said": {"kind=forbid&source=" + source + "&remote_id=never+seen"}, "note": {"pressed"}}
	require.Contains(d.t, send(http.MethodPost, path+"overrides", said.Encode()), "This candidate will never be used")
	require.Contains(d.t, send(http.MethodGet, path+"decision", ""), "pressed")
}

func (d *desk) songID(remoteID string) (id int64) {
	d.t.Helper()
	rows := queryStrings(d.t, filepath.Join(d.dir, "catalogsync.db"), fmt.Sprintf("SELECT id FROM songs WHERE platform = 'netease' AND remote_song_id = '%s'", remoteID))
	require.Len(d.t, rows, 1)
	_, err := fmt.Sscan(rows[0], &id)
	require.NoError(d.t, err)
	return id
}

// songWithChoice finds a song of netease that other sources have as well: said not to be
// on its own platform, it comes from one of them, and another one would do.
func (d *desk) songWithChoice() (id int64, remoteID string) {
	d.t.Helper()
	songs := queryStrings(d.t, filepath.Join(d.dir, "catalogsync.db"), `SELECT s.remote_song_id FROM songs s JOIN download_tasks t ON t.song_id = s.id
		WHERE s.platform = 'netease' AND s.downloaded AND t.chosen_source = 'netease' ORDER BY s.id`)
	for _, remoteID := range songs {
		id := d.songID(remoteID)
		d.say(id, `{"kind":"absent","source":"netease"}`)
		d.again(id)
		for _, c := range d.decision(id).Candidates {
			if c.Source == "netease" {
				require.NotEqual(d.t, "chosen", c.Verdict)
			}
			if c.Verdict == "usable" {
				return id, remoteID
			}
		}
	}
	require.Fail(d.t, "no song has two other candidates")
	return 0, ""
}

// An override that an older program kept is there after the upgrade.
func TestOverridesSurviveAnUpgrade(t *testing.T) {
	t.Parallel()
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, "http://127.0.0.1:9")}
	d.run("init-db")
	var kept []string
	file := filepath.Join(d.dir, "catalogsync.db")
	current := queryStrings(t, file, "PRAGMA user_version")[0]
	appID := queryStrings(t, file, "PRAGMA application_id")[0]
	for _, f := range []string{file, file + "-wal", file + "-shm"} {
		require.NoError(t, os.RemoveAll(f))
	}
	migrations, err := filepath.Glob("../database/migrations/000[1-4]_*.sql")
	require.NoError(t, err)
	require.Len(t, migrations, 4)
	for _, m := range migrations {
		text, err := os.ReadFile(m)
		require.NoError(t, err)
		kept = append(kept, string(text))
	}
	d.exec(append(kept, "PRAGMA user_version = 4", "PRAGMA application_id = "+appID,
		"INSERT INTO songs (platform, remote_song_id, name, created_at_ms, updated_at_ms) VALUES ('netease', '7', '海风', 1, 1)",
		"INSERT INTO match_overrides (platform, remote_song_id, kind, source, candidate_id, note, actor, at_ms) VALUES ('netease', '7', 'forbid', 'qq', 'x', 'wrong singer', 'web', 1)")...)
	d.start()
	require.Equal(t, current, queryStrings(t, file, "PRAGMA user_version")[0])
	said := d.decision(1).Overrides
	require.Len(t, said, 1)
	require.Equal(t, "wrong singer", said[0].Note)
	d.stop()
}
