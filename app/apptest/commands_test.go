package apptest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// A job that pauses because the library cannot be written ends the command with the
// reason: nobody could resume it from outside while the command holds the data. When the
// cause is gone, the same command goes on.
func TestUnwritableLibraryEndsTheCommandAndIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 5, Seed: 1})
	dir, env := t.TempDir(), apptest.Env(t, base)
	library := filepath.Join(dir, "library")
	require.NoError(t, os.Mkdir(library, 0o755))
	inTheWay := []string{filepath.Join(library, "netease"), filepath.Join(library, "qq"), filepath.Join(library, "kuwo")}
	for _, file := range inTheWay { // a folder is wanted where a file lies; that stops root as well
		require.NoError(t, os.WriteFile(file, []byte("x"), 0o600))
	}

	r := apptest.Run(t, dir, env, "run", "--data", dir, "--json")
	require.Equal(t, 3, r.Code, r.Stdout+r.Stderr)
	require.Contains(t, r.Stderr, "give another folder")
	require.Contains(t, r.Stderr, "the same command goes on")
	var paused struct {
		JobID int64 `json:"job_id"`
		State string
		Error string
	}
	r.JSON(t, &paused)
	require.Equal(t, "paused", paused.State)
	require.Contains(t, paused.Error, library)

	plain := apptest.Run(t, dir, env, "run", "--data", dir)
	require.Equal(t, 3, plain.Code, plain.Stdout+plain.Stderr)
	require.Equal(t, 1, strings.Count(plain.Stderr, "give another folder"), "one prompt, however many workers")

	for _, file := range inTheWay {
		require.NoError(t, os.Remove(file))
	}
	r = apptest.Run(t, dir, env, "run", "--data", dir, "--json")
	require.Zero(t, r.Code, r.Stdout+r.Stderr)
	var done struct {
		JobID      int64 `json:"job_id"`
		Downloaded int64
	}
	r.JSON(t, &done)
	require.Equal(t, paused.JobID, done.JobID)
	require.EqualValues(t, 5, done.Downloaded)
}

// What failed is told with its reason, in words and in JSON.
func TestCommandsTellWhyItemsFailed(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 5, Seed: 1})
	dir, env := t.TempDir(), apptest.Env(t, base)
	list := filepath.Join(dir, "lists.txt")
	require.NoError(t, os.WriteFile(list, []byte("https://music.163.com/#/playlist?id=999999999999\n"), 0o600))

	r := apptest.Run(t, dir, env, "run", "--data", dir, "--playlist-file", list)
	require.Equal(t, 1, r.Code, r.Stdout+r.Stderr)
	require.Contains(t, r.Stdout, "1 failed at sync (playlist_gone)")

	r = apptest.Run(t, dir, env, "run", "--data", dir, "--playlist-file", list, "--json")
	require.Equal(t, 1, r.Code, r.Stdout+r.Stderr)
	var result struct {
		Failures []struct {
			Stage, Code, Text string
			Count             int64
		}
	}
	r.JSON(t, &result)
	require.Len(t, result.Failures, 1)
	require.Equal(t, "playlist_gone", result.Failures[0].Code)
	require.NotEmpty(t, result.Failures[0].Text)
}

// A list that a script left empty, or that names what is not there, never means "all",
// and never a success without a word.
func TestEmptyAndUnknownListsAreRefused(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 5, Seed: 1})
	dir, env := t.TempDir(), apptest.Env(t, base)
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"empty file name":     {[]string{"run", "--playlist-file", ""}, "--playlist-file"},
		"a folder":            {[]string{"run", "--playlist-file", dir}, "is no file"},
		"no ids":              {[]string{"download", "--playlist-ids", ""}, "--playlist-ids"},
		"only separators":     {[]string{"sync", "--playlist-ids", ", ,"}, "--playlist-ids"},
		"unknown playlist":    {[]string{"download", "--playlist-ids", "999999"}, "there is no playlist [999999]"},
		"unknown in the sync": {[]string{"sync", "--playlist-ids", "999999"}, "there is no playlist [999999]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := apptest.Run(t, t.TempDir(), env, tc.args...)
			require.Equal(t, 2, r.Code, r.Stdout+r.Stderr)
			require.Contains(t, r.Stderr, tc.want)
			require.Empty(t, r.Stdout)
		})
	}
}

// What a terminal would obey is not printed back to it.
func TestBadLinesAreShownWithoutControlCharacters(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 5, Seed: 1})
	dir := t.TempDir()
	list := filepath.Join(dir, "lists.txt")
	require.NoError(t, os.WriteFile(list, []byte("red \x1b[31m\x07 \u009b2J\n"), 0o600))
	r := apptest.Run(t, dir, apptest.Env(t, base), "run", "--playlist-file", list)
	require.Equal(t, 2, r.Code)
	require.Contains(t, r.Stderr, "line 1")
	require.False(t, bytes.ContainsAny([]byte(r.Stderr), "\x1b\x07\u009b"), "%q", r.Stderr)
}

// The smallest demo is a platform without charts, and that is no error.
func TestSmallestDemoCompletes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := apptest.Run(t, dir, apptest.Env(t, "http://127.0.0.1:1"), "demo", "--once", "--data", dir, "--playlists", "1", "--songs", "1", "--json")
	require.Zero(t, r.Code, r.Stdout+r.Stderr)
	var result struct{ Playlists, Songs, Downloaded int64 }
	r.JSON(t, &result)
	require.EqualValues(t, [3]int64{1, 1, 1}, [3]int64{result.Playlists, result.Songs, result.Downloaded})
}
