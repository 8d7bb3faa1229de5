package apptest_test

import (
	"archive/zip"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// demoOutcome is what `demo --once --json` prints.
type demoOutcome struct {
	Playlists, Songs, Downloaded, Skipped, Failed, Bytes int64
	Seconds                                              float64
	ZIP                                                  string
}

// The README's command in an empty folder: everything obtainable is there, the ZIP
// opens, its playlist resolves, its files play.
func TestDemoOnceRunsTheMainJob(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := apptest.Run(t, dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()},
		"demo", "--once", "--data", dir, "--playlists", "12", "--songs", "40", "--json")
	require.Equal(t, 0, r.Code, r.Stderr)
	var got demoOutcome
	r.JSON(t, &got)
	require.EqualValues(t, 12, got.Playlists)
	require.EqualValues(t, 40, got.Songs)
	require.Zero(t, got.Failed)
	require.Equal(t, got.Songs, got.Downloaded+got.Skipped)
	require.Greater(t, got.Downloaded, got.Skipped)

	reasons := queryStrings(t, filepath.Join(dir, "catalogsync.db"), "SELECT DISTINCT availability_code FROM songs WHERE availability <> ''")
	require.NotEmpty(t, reasons)
	require.NotContains(t, reasons, "", "every skipped song says why")
	require.Len(t, apptest.LibraryFiles(t, filepath.Join(dir, "library")), int(got.Downloaded))
	checkZIP(t, got.ZIP)
	checkTags(t, dir)
}

// checkTags reads what the files say of themselves as players do: all have their titles,
// and those of which the platforms have covers and words have these.
func checkTags(t *testing.T, dir string) {
	t.Helper()
	ffprobe, file := apptest.Tool(t, "ffprobe"), filepath.Join(dir, "catalogsync.db")
	for _, row := range queryStrings(t, file, `SELECT json_array(l.locator, s.name, s.album, p.state, c.state) FROM file_locations l JOIN songs s ON s.id = l.song_id
		JOIN song_parts p ON p.song_id = s.id AND p.part = 'lyrics' JOIN song_parts c ON c.song_id = s.id AND c.part = 'cover' WHERE l.status = 'active' ORDER BY l.id`) {
		var song [5]string
		require.NoError(t, json.Unmarshal([]byte(row), &song))
		out, err := exec.Command(ffprobe, "-v", "error", "-show_entries", "stream=codec_name,codec_type:stream_tags:format_tags", "-of", "json", filepath.Join(dir, "library", song[0])).Output()
		require.NoError(t, err, song[0])
		var told struct {
			Streams []struct{ Tags map[string]string }
			Format  struct{ Tags map[string]string }
		}
		require.NoError(t, json.Unmarshal(out, &told), song[0])
		tags := told.Format.Tags
		if len(tags) == 0 { // Ogg has them at the stream
			tags = told.Streams[0].Tags
		}
		lower := map[string]string{}
		for k, v := range tags {
			name, _, _ := strings.Cut(strings.ToLower(k), "-") // ID3 adds kind and language of words
			lower[name] = v
		}
		require.Equal(t, strings.Join(strings.Fields(song[1]), " "), strings.Join(strings.Fields(lower["title"]), " "), song[0])
		require.Equal(t, song[2], lower["album"], song[0])
		require.Equal(t, song[4] == "ok", strings.Contains(string(out), "mjpeg"), "the cover of %s", song[0])
		require.Equal(t, song[3] == "ok", lower["lyrics"] != "", "the words of %s: %v", song[0], lower)
	}
	states := queryStrings(t, file, `SELECT part || ' ' || state || ' ' || last_error_code || ' ' || count(*) FROM song_parts GROUP BY part, state, last_error_code`)
	require.NotContains(t, strings.Join(states, "; "), " failed")
	require.Greater(t, len(queryStrings(t, file, "SELECT song_id FROM song_parts WHERE part = 'cover' AND state = 'ok'")), len(queryStrings(t, file, "SELECT song_id FROM song_parts WHERE part = 'cover' AND state = 'skipped'")), states)
	require.NotEmpty(t, queryStrings(t, file, "SELECT song_id FROM song_parts WHERE part = 'lyrics' AND state = 'ok'"), states)
	require.NotEmpty(t, queryStrings(t, file, "SELECT song_id FROM song_parts WHERE part = 'translation' AND state = 'ok'"), states)
}

func checkZIP(t *testing.T, file string) {
	t.Helper()
	z, err := zip.OpenReader(file)
	require.NoError(t, err)
	defer z.Close()
	names := map[string]*zip.File{}
	for _, f := range z.File {
		require.Equal(t, zip.Store, f.Method)
		require.True(t, filepath.IsLocal(f.Name), f.Name)
		names[f.Name] = f
	}
	lists, songs := 0, 0
	for name, f := range names {
		if path.Ext(name) != ".m3u8" {
			continue
		}
		lists++
		for line := range strings.SplitSeq(string(readEntry(t, f)), "\n") {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			require.Contains(t, names, path.Join(path.Dir(name), line), "an entry of %s", name)
			songs++
		}
	}
	require.Positive(t, lists)
	require.Positive(t, songs)
	if unzip, err := exec.LookPath("unzip"); err == nil {
		out, err := exec.Command(unzip, "-tq", file).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	playAll(t, names)
}

// playAll decodes every audio file of the archive.
func playAll(t *testing.T, names map[string]*zip.File) {
	t.Helper()
	ffprobe, err := exec.LookPath("ffprobe")
	if err != nil {
		t.Log("ffprobe is not installed here; the files were not played")
		return
	}
	for name, f := range names {
		switch path.Ext(name) {
		case ".m3u8", ".json", ".jpg", ".png", ".lrc":
			continue
		}
		file := filepath.Join(t.TempDir(), "song"+path.Ext(name))
		require.NoError(t, os.WriteFile(file, readEntry(t, f), 0o600))
		out, err := exec.Command(ffprobe, "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", file).CombinedOutput()
		require.NoError(t, err, "%s: %s", name, out)
		require.Contains(t, string(out), "audio", name)
	}
}

func readEntry(t *testing.T, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	require.NoError(t, err)
	defer r.Close()
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return b
}

// A second run on an unchanged upstream downloads nothing and changes no row but
// timestamps.
func TestSecondRunChangesNothing(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 9, Songs: 60, Seed: 3})
	dir, env := t.TempDir(), apptest.Env(t, base)
	run := func() {
		r := apptest.Run(t, dir, env, "run", "--data", dir, "--json")
		require.Equal(t, 0, r.Code, r.Stdout+r.Stderr)
	}
	run()
	before, files := dump(t, dir), fileTimes(t, dir)
	run()
	require.Equal(t, before, dump(t, dir))
	require.Equal(t, files, fileTimes(t, dir), "no file was written again")
}

// Killed at random moments again and again, then left alone: the same songs as without
// a kill, each once, nothing half there.
func TestKilledRunsEndLikeAnUndisturbedOne(t *testing.T) {
	t.Parallel()
	rounds := 30
	if testing.Short() {
		rounds = 5
	}
	faults, err := demo.ParseFaults("latency=5ms")
	require.NoError(t, err)
	_, base := apptest.Upstream(t, demo.Config{Playlists: 12, Songs: 120, Seed: 5, Faults: faults})
	env := apptest.Env(t, base)

	calm := t.TempDir()
	r := apptest.Run(t, calm, env, "run", "--data", calm, "--json")
	require.Equal(t, 0, r.Code, r.Stderr)

	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range rounds {
		killAfter(t, dir, env, time.Duration(20+rnd.IntN(900))*time.Millisecond)
		if round%5 == 4 { // what a kill leaves behind is no damage
			checkup := apptest.Run(t, dir, env, "doctor", "--data", dir, "--json")
			require.Equal(t, 0, checkup.Code, checkup.Stdout+checkup.Stderr)
		}
	}
	last := apptest.Run(t, dir, env, "run", "--data", dir, "--json")
	require.Equal(t, 0, last.Code, last.Stdout+last.Stderr)

	require.Equal(t, facts(t, calm), facts(t, dir))
	// Which of two songs of one name gets the suffix depends on which came first, so
	// compare how many files there are, not their names.
	require.Len(t, apptest.LibraryFiles(t, filepath.Join(dir, "library")), len(apptest.LibraryFiles(t, filepath.Join(calm, "library"))))
	for _, f := range apptest.LibraryFiles(t, filepath.Join(dir, "library")) {
		require.NotEqual(t, ".part", path.Ext(f))
	}
	require.Empty(t, queryStrings(t, filepath.Join(dir, "catalogsync.db"),
		"SELECT song_id FROM file_locations WHERE status = 'active' GROUP BY song_id HAVING count(*) > 1"))
	checkup := apptest.Run(t, dir, env, "doctor", "--data", dir, "--deep", "--json")
	require.Equal(t, 0, checkup.Code, checkup.Stdout+checkup.Stderr)
}

// killAfter starts a run and ends it with SIGKILL unless it ended before.
func killAfter(t *testing.T, dir string, env []string, d time.Duration) {
	t.Helper()
	cmd := apptest.Command(t, dir, env, "run", "--data", dir)
	require.NoError(t, cmd.Start())
	timer := time.AfterFunc(d, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	_ = cmd.Wait() // killed, or done
}

// With a tenth of all answers broken in every way, the job still ends, and nothing
// wrong counts as a song.
func TestFaultsLoseNothing(t *testing.T) {
	t.Parallel()
	faults, err := demo.ParseFaults("all=0.1")
	require.NoError(t, err)
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 40, Seed: 7, Faults: faults})
	dir := t.TempDir()
	r := apptest.Run(t, dir, apptest.Env(t, base), "run", "--data", dir, "--json")
	require.Contains(t, []int{0, 1}, r.Code, r.Stderr)
	var got struct{ State string }
	r.JSON(t, &got)
	require.Contains(t, []string{"completed", "completed_with_errors"}, got.State)
	require.NotContains(t, r.Stderr, "panic")

	ffmpeg := apptest.Tool(t, "ffmpeg")
	for _, f := range apptest.LibraryFiles(t, filepath.Join(dir, "library")) {
		out, err := exec.Command(ffmpeg, "-v", "error", "-xerror", "-i", filepath.Join(dir, "library", f), "-f", "null", "-").CombinedOutput()
		require.NoError(t, err, "%s: %s", f, out)
	}
}

// Titles are text: whatever an upstream calls a song, its file lies inside the library.
func TestHostileTitlesStayInsideTheLibrary(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 60, Seed: 11, Hostile: true})
	parent := t.TempDir()
	dir := filepath.Join(parent, "data")
	r := apptest.Run(t, parent, apptest.Env(t, base), "run", "--data", dir, "--json")
	require.Equal(t, 0, r.Code, r.Stdout+r.Stderr)

	require.NotEmpty(t, queryStrings(t, filepath.Join(dir, "catalogsync.db"), "SELECT name FROM songs WHERE name LIKE '%<script>%' AND downloaded = 1"))
	require.Len(t, apptest.LibraryFiles(t, filepath.Join(dir, "library")), len(queryStrings(t, filepath.Join(dir, "catalogsync.db"), "SELECT id FROM songs WHERE downloaded = 1")))
	entries, err := os.ReadDir(parent)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing was written beside the data folder")
}

func open(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

func queryStrings(t *testing.T, file, query string) []string {
	t.Helper()
	rows, err := open(t, file).QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		require.NoError(t, rows.Scan(&s))
		out = append(out, s)
	}
	require.NoError(t, rows.Err())
	return out
}

// dump is the content of all catalogue and storage tables without their timestamps.
func dump(t *testing.T, dir string) map[string][]string {
	t.Helper()
	file := filepath.Join(dir, "catalogsync.db")
	out := map[string][]string{}
	for _, table := range []string{"playlist_pools", "playlists", "pool_playlists", "songs", "playlist_songs", "playlist_changes", "artists",
		"artist_songs", "artist_pools", "pool_artists", "storage_backends", "file_assets", "file_locations", "song_backend_presence"} {
		columns := queryStrings(t, file, fmt.Sprintf("SELECT name FROM pragma_table_info('%s') WHERE name NOT LIKE '%%\\_ms' ESCAPE '\\' OR name IN ('duration_ms','gone_at_ms','seen_from_ms')", table))
		out[table] = queryStrings(t, file, fmt.Sprintf("SELECT json_array(%s) FROM %s ORDER BY 1", strings.Join(columns, ","), table))
		require.NotEmpty(t, out[table], table)
	}
	return out
}

// facts is what two runs on the same upstream must agree on, whatever happened to them.
func facts(t *testing.T, dir string) map[string][]string {
	t.Helper()
	file := filepath.Join(dir, "catalogsync.db")
	return map[string][]string{
		"songs":     queryStrings(t, file, "SELECT json_array(platform, remote_song_id, name, singers, duration_ms, downloaded, availability) FROM songs ORDER BY 1"),
		"playlists": queryStrings(t, file, "SELECT json_array(platform, remote_playlist_id, name, collected_song_count, downloaded_count, skipped_count) FROM playlists ORDER BY 1"),
		"links":     queryStrings(t, file, "SELECT json_array(p.remote_playlist_id, s.remote_song_id, l.occurrence, l.position) FROM playlist_songs l JOIN playlists p ON p.id = l.playlist_id JOIN songs s ON s.id = l.song_id ORDER BY 1"),
		"files":     queryStrings(t, file, "SELECT json_array(s.platform, s.remote_song_id, a.sha256, a.file_size_bytes, l.status) FROM file_locations l JOIN file_assets a ON a.id = l.file_asset_id JOIN songs s ON s.id = l.song_id ORDER BY 1"),
		"presence":  queryStrings(t, file, "SELECT json_array(s.remote_song_id, p.active_files) FROM song_backend_presence p JOIN songs s ON s.id = p.song_id ORDER BY 1"),
		"artists":   queryStrings(t, file, "SELECT json_array(platform, name_key, song_count) FROM artists ORDER BY 1"),
	}
}

func fileTimes(t *testing.T, dir string) []string {
	t.Helper()
	root := filepath.Join(dir, "library")
	var out []string
	for _, f := range apptest.LibraryFiles(t, root) {
		info, err := os.Stat(filepath.Join(root, f))
		require.NoError(t, err)
		b, err := json.Marshal([]any{f, info.Size(), info.ModTime()})
		require.NoError(t, err)
		out = append(out, string(b))
	}
	sort.Strings(out)
	return out
}
