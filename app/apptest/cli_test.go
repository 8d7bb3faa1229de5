package apptest_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// Bad input ends in one sentence that says what to do next, and the right exit code.
func TestBadInputIsExplained(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 5, Seed: 1})
	notADir := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(notADir, []byte("x"), 0o600))
	badDB := filepath.Join(t.TempDir(), "bad.db")
	require.NoError(t, os.WriteFile(badDB, []byte(strings.Repeat("not a database ", 100)), 0o600))

	for name, tc := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no command":           {[]string{}, 0, ""},
		"unknown command":      {[]string{"frobnicate"}, 2, "catalogsync --help"},
		"unknown flag":         {[]string{"run", "--frob"}, 2, "--frob"},
		"unknown source":       {[]string{"collect", "--sources", "netease,spotify"}, 2, `unknown source "spotify"; known are: netease, qq, kuwo`},
		"unknown provider":     {[]string{"download", "--download-sources", "spotify"}, 2, `unknown source "spotify"`},
		"negative limit":       {[]string{"sync", "--limit", "-1"}, 2, "--limit"},
		"too many workers":     {[]string{"download", "--workers", "1000"}, 2, "--workers"},
		"bad ids":              {[]string{"sync", "--playlist-ids", "1,x"}, 2, `"x" is no playlist number`},
		"no playlist file":     {[]string{"run", "--playlist-file", "/nonexistent/list.txt"}, 2, "/nonexistent/list.txt"},
		"library is a file":    {[]string{"run", "--library-root", notADir}, 3, notADir},
		"damaged database":     {[]string{"run", "--db", badDB}, 3, "not a readable database"},
		"public address":       {[]string{"serve", "--host", "0.0.0.0"}, 2, "--insecure"},
		"bad port":             {[]string{"serve", "--port", "70000"}, 2, "WEB_PORT"},
		"nothing to examine":   {[]string{"doctor", "--data", "elsewhere"}, 3, "there is no database at"},
		"bad fault":            {[]string{"demo-upstream", "--faults", "nonsense=2"}, 2, "--faults"},
		"env file not there":   {[]string{"run", "--env-file", "/nonexistent.env"}, 2, "ENV_FILE"},
		"no playlists in demo": {[]string{"demo", "--once", "--playlists", "0"}, 2, "--playlists"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			r := apptest.Run(t, dir, apptest.Env(t, base), tc.args...)
			require.Equal(t, tc.code, r.Code, r.Stdout+r.Stderr)
			require.Contains(t, r.Stdout+r.Stderr, tc.want)
			require.NotContains(t, r.Stderr, "goroutine ")
		})
	}
	after, err := os.ReadFile(badDB)
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("not a database ", 100), string(after), "a damaged database is left as it was")
}

// Every command explains itself with an example.
func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	t.Parallel()
	for _, cmd := range []string{"init-db", "collect", "sync", "download", "run", "jobs", "schedule", "serve", "demo", "demo-upstream", "doctor"} {
		r := apptest.Run(t, t.TempDir(), apptest.Env(t, "http://127.0.0.1:1"), cmd, "--help")
		require.Zero(t, r.Code, cmd)
		require.Contains(t, r.Stdout, "Example", cmd)
		require.Contains(t, r.Stdout, "catalogsync "+cmd, cmd)
	}
}

var linePattern = regexp.MustCompile(`line (\d+)`)

// The seed's four lines, and bad ones between: the bad ones are named by number, the
// rest is synced and downloaded.
func TestPlaylistFileReportsBadLinesAndGoesOn(t *testing.T) {
	t.Parallel()
	server, base := apptest.Upstream(t, demo.Config{Playlists: 12, Songs: 60, Seed: 9})
	dir := t.TempDir()
	urls := demoPlaylistURLs(server)
	seed := []string{
		"https://music.163.com/#/playlist?id=17745989905", "https://y.qq.com/n/ryqq/playlist/7707261125",
		"https://y.qq.com/n/ryqq/toplist/26", "https://www.kuwo.cn/rankList?bangId=16",
	}
	require.Subset(t, urls, seed)
	text := "\ufeff# 注释行\r\n\r\n" + seed[0] + "\r\nqq,https://example.com/nothing\r\nqq," + seed[1] + "\r\n" + seed[0] +
		"\r\nhttps://music.163.com/#/song?id=5\r\n" + seed[2] + "\r\n" + seed[3] + "\r\n"
	file := filepath.Join(dir, "playlists.txt")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))

	r := apptest.Run(t, dir, apptest.Env(t, base), "run", "--data", filepath.Join(dir, "data"), "--playlist-file", file,
		"--download-sources", "qq,kuwo,migu,qianqian,kugou,netease", "--workers", "10")
	require.Equal(t, 1, r.Code, "bad lines are not silent: %s", r.Stdout+r.Stderr)
	var numbers []string
	for _, m := range linePattern.FindAllStringSubmatch(r.Stderr, -1) {
		numbers = append(numbers, m[1])
	}
	require.Equal(t, []string{"4", "7"}, numbers, r.Stderr)

	db := filepath.Join(dir, "data", "catalogsync.db")
	require.Equal(t, []string{"4"}, queryStrings(t, db, "SELECT count(*) FROM playlists WHERE synced_at_ms > 0"))
	require.Equal(t, []string{"manual_file"}, queryStrings(t, db, "SELECT DISTINCT kind FROM playlist_pools"))
	require.NotEqual(t, []string{"0"}, queryStrings(t, db, "SELECT count(*) FROM songs WHERE downloaded = 1"))
	require.Equal(t, []string{"0"}, queryStrings(t, db, "SELECT count(*) FROM songs WHERE downloaded = 0 AND availability = ''"))
}

// A second process on the same data says who holds it, exits 3, and touches nothing.
func TestSecondInstanceIsRefused(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 5, Seed: 1})
	dir, env := t.TempDir(), apptest.Env(t, base)
	first := apptest.Serve(t, dir, env, "serve", "--data", dir, "--port", "0")

	second := apptest.Run(t, dir, env, "serve", "--data", dir, "--port", "0")
	require.Equal(t, 3, second.Code)
	require.Contains(t, second.Stderr, strconv.Itoa(first.Cmd.Process.Pid))

	checkup := apptest.Run(t, dir, env, "doctor", "--data", dir, "--fix")
	require.Equal(t, 3, checkup.Code)
	require.Contains(t, checkup.Stderr, strconv.Itoa(first.Cmd.Process.Pid))

	resp, err := http.Get(first.URL + "/healthz")
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode)

	_, port, err := net.SplitHostPort(strings.TrimPrefix(first.URL, "http://"))
	require.NoError(t, err)
	taken := apptest.Run(t, dir, env, "serve", "--data", t.TempDir(), "--port", port)
	require.Equal(t, 3, taken.Code)
	require.Contains(t, taken.Stderr, "--port")
}
