package apptest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// A job that names playlists leaves their folders behind, made of links, and the command
// has run once when the program ends; it sees the folders complete.
func TestFoldersAndCommandFollowADownload(t *testing.T) {
	t.Parallel()
	sh := apptest.Tool(t, "sh")
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 30, Seed: 3})
	dir := t.TempDir()
	env := apptest.Env(t, base, "SOURCE_QQ_COOKIE=do-not-tell", "CATALOG_EXPORT_COMMAND="+sh+` -c 'ls "$LIBRARY_DIR/../playlists" > seen; echo "job $CATALOGSYNC_JOB_ID $CATALOGSYNC_STATE cookie=$SOURCE_QQ_COOKIE" >> ran'`,
		"CATALOG_EXPORT_WORKDIR="+dir)
	run := func(args ...string) {
		t.Helper()
		r := apptest.Run(t, dir, env, append(args, "--data", dir, "--json")...)
		require.Equal(t, 0, r.Code, r.Stdout+r.Stderr)
	}
	run("collect")
	database := filepath.Join(dir, "catalogsync.db")
	list := filepath.Join(dir, "list.txt")
	urls := queryStrings(t, database, "SELECT platform || ',' || web_url FROM playlists WHERE kind = 'playlist' ORDER BY id LIMIT 2")
	require.NoError(t, os.WriteFile(list, []byte(strings.Join(urls, "\n")), 0o600))
	run("run", "--playlist-file", list)

	ran, err := os.ReadFile(filepath.Join(dir, "ran"))
	require.NoError(t, err)
	require.Equal(t, "job 2 completed cookie=\n", string(ran))
	seen, err := os.ReadFile(filepath.Join(dir, "seen"))
	require.NoError(t, err)
	require.NotEmpty(t, string(seen))
	songs, lists := 0, 0
	for _, file := range apptest.LibraryFiles(t, filepath.Join(dir, "playlists")) {
		switch filepath.Ext(file) {
		case ".m3u8":
			lists++
		case ".mp3", ".flac", ".wav", ".m4a", ".ogg":
			songs++
		}
	}
	require.Equal(t, 2, lists)
	require.Positive(t, songs)
	require.Equal(t, []string{"catalog_export_started", "catalog_export_succeeded"},
		queryStrings(t, database, "SELECT kind FROM job_events WHERE kind LIKE 'catalog_export_%' ORDER BY id"))

	run("run", "--playlist-file", list) // everything is there already
	again, err := os.ReadFile(filepath.Join(dir, "ran"))
	require.NoError(t, err)
	require.Equal(t, string(ran)+"job 3 completed cookie=\n", string(again), "once per download stage")
}
