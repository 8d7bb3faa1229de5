package apptest_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// smallDisk mounts a file system of so many bytes in memory and gives its folder.
func smallDisk(t *testing.T, mebibytes int) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("a small file system in memory is mounted here, which takes root; run the tests as root to see a full disk")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm", mebibytes), "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("a small file system in memory cannot be mounted here (%v: %s); containers need --cap-add SYS_ADMIN for it", err, out)
	}
	t.Cleanup(func() {
		require.NoError(t, exec.Command("umount", "-l", dir).Run())
	})
	return dir
}

// fullDisk is a library of 12 MiB for songs of about 60, 10 workers, and a second folder.
type fullDisk struct {
	data, library, second string
	env                   []string
}

func newFullDisk(t *testing.T) fullDisk {
	t.Helper()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 60, Seed: 9, MinLength: 20 * time.Second, MaxLength: 30 * time.Second})
	d := fullDisk{data: t.TempDir(), library: filepath.Join(smallDisk(t, 12), "library"), second: filepath.Join(t.TempDir(), "second", "music")}
	d.env = apptest.Env(t, base, "LIBRARY_DIR="+d.library, "DB_PATH="+filepath.Join(d.data, "catalogsync.db"), "DISK_RESERVE_MB=2", "DOWNLOAD_WORKERS=10")
	return d
}

// requireWhole checks that every song that can be had lies in one of the folders, once.
func (d fullDisk) requireWhole(t *testing.T) {
	t.Helper()
	database := filepath.Join(d.data, "catalogsync.db")
	require.Equal(t, []string{"0"}, queryStrings(t, database, "SELECT count(*) FROM songs WHERE NOT downloaded AND availability NOT IN ('unavailable', 'not_music')"))
	require.Empty(t, queryStrings(t, database, "SELECT song_id FROM file_locations WHERE status = 'active' GROUP BY song_id HAVING count(*) > 1"))
	recorded := queryStrings(t, database, "SELECT b.root || '/' || l.locator FROM file_locations l JOIN storage_backends b ON b.id = l.backend_id WHERE l.status = 'active' ORDER BY 1")
	var lies []string
	for _, root := range []string{d.library, d.second} {
		files := apptest.LibraryFiles(t, root)
		require.NotEmpty(t, files, root)
		for _, f := range files {
			lies = append(lies, root+"/"+f)
		}
	}
	require.ElementsMatch(t, recorded, lies, "no song is lost, doubled or left half")
	checkup := apptest.Run(t, d.data, d.env, "doctor", "--deep", "--json")
	require.Equal(t, 0, checkup.Code, checkup.Stdout+checkup.Stderr)
}

// libraryView is GET /api/library.
type libraryView struct {
	Folders []struct {
		Folder  string
		Current bool
		Mounted bool
	}
	Shortage *struct{ Folder string }
}

func (d fullDisk) current(v libraryView) (folder string) {
	for _, f := range v.Folders {
		if f.Current {
			folder = f.Folder
		}
	}
	return folder
}

// pageIn is a page of the console in a language.
func pageIn(t *testing.T, c *apptest.Console, path, lang string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.URL+path, nil)
	require.NoError(t, err)
	req.Header.Set("Accept-Language", lang)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	return string(body)
}

func TestAFullDiskAsksForAnotherFolderInTheConsole(t *testing.T) {
	t.Parallel()
	d := newFullDisk(t)
	c := apptest.Serve(t, d.data, d.env, "serve", "--port", "0")
	job := enqueue(t, c, map[string]any{"type": "catalog_sync"})
	var lib libraryView
	short := func() bool {
		lib = libraryView{}
		require.Equal(t, http.StatusOK, ask(t, c, http.MethodGet, "/api/library", nil, &lib))
		return lib.Shortage != nil
	}
	require.Eventually(t, short, 2*time.Minute, 50*time.Millisecond)
	now := until(t, c, job, func(j jobView) bool { return j.Stages[2].Running == 0 })
	require.Equal(t, "running", now.State, "the lane waits, nobody has to resume a job")
	require.Zero(t, now.ItemsFailed)
	require.Positive(t, now.Stages[2].Pending)
	page := pageIn(t, c, "/dashboard", "zh")
	require.Equal(t, 1, strings.Count(page, "磁盘空间不足，请输入新的下载目录继续"), "one prompt, whatever the number of workers")
	require.Equal(t, 1, strings.Count(pageIn(t, c, fmt.Sprintf("/jobs/%d", job), "zh"), "磁盘空间不足，请输入新的下载目录继续"))

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for folder, code := range map[string]string{
		"": "bad_value", "relative": "bad_value", d.library + "/inside": "bad_value",
		file: "library_unwritable", filepath.Dir(d.library): "bad_value",
	} {
		var problem struct{ Code, Field string }
		require.Equal(t, http.StatusBadRequest, ask(t, c, http.MethodPost, "/api/library/folder", map[string]any{"folder": folder}, &problem), folder)
		require.Equal(t, code, problem.Code, folder)
		require.Equal(t, "folder", problem.Field)
	}
	require.NoDirExists(t, d.library+"/inside", "what was refused leaves nothing behind")

	require.Equal(t, http.StatusOK, ask(t, c, http.MethodPost, "/api/library/folder", map[string]any{"folder": d.second}, &lib))
	require.Equal(t, d.second, d.current(lib))
	done := until(t, c, job, func(j jobView) bool { return j.State == "completed" })
	require.Zero(t, done.ItemsFailed)

	require.NoError(t, c.Cmd.Process.Kill())
	_ = c.Cmd.Wait()
	c = apptest.Serve(t, d.data, d.env, "serve", "--port", "0")
	require.False(t, short())
	require.Equal(t, d.second, d.current(lib), "a restart changes nothing")
	require.NoError(t, c.Cmd.Process.Kill())
	_ = c.Cmd.Wait()
	d.requireWhole(t)
}

func TestDownloadsGoOnByThemselvesWhenThereIsRoom(t *testing.T) {
	t.Parallel()
	d := newFullDisk(t)
	ballast := filepath.Join(filepath.Dir(d.library), "ballast")
	require.NoError(t, os.WriteFile(ballast, make([]byte, 9<<20), 0o600))
	c := apptest.Serve(t, d.data, append(d.env, "SOURCES=kuwo"), "serve", "--port", "0")
	job := enqueue(t, c, map[string]any{"type": "catalog_sync", "limit": 1})
	require.Eventually(t, func() bool {
		var lib libraryView
		require.Equal(t, http.StatusOK, ask(t, c, http.MethodGet, "/api/library", nil, &lib))
		return lib.Shortage != nil
	}, 2*time.Minute, 50*time.Millisecond)
	require.NoError(t, exec.Command("mount", "-o", "remount,size=200m", filepath.Dir(d.library)).Run())
	require.NoError(t, os.Remove(ballast))
	require.Zero(t, until(t, c, job, func(j jobView) bool { return j.State == "completed" }).ItemsFailed)
}

func TestAFullDiskAsksForAnotherFolderOnTheCommandLine(t *testing.T) {
	t.Parallel()
	d := newFullDisk(t)
	r := apptest.Run(t, d.data, d.env, "run", "--json")
	require.Equal(t, 3, r.Code, "nobody can be asked: %s", r.Stderr)
	require.Contains(t, r.Stderr, "is full; free some space, or name another folder with --library-root; then the same command goes on")

	// Asked, it takes the first good answer, and asks once however many workers wait.
	cmd := apptest.Command(t, d.data, append(d.env, "LANG=zh_CN.UTF-8"), "run", "--on-disk-full=ask")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	var out, errOut strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errOut
	require.NoError(t, cmd.Start())
	_, err = io.WriteString(in, "\n"+d.second+"\n")
	require.NoError(t, err)
	require.NoError(t, cmd.Wait(), errOut.String())
	require.Equal(t, 2, strings.Count(errOut.String(), "磁盘空间不足，请输入新的下载目录继续："), "once, and once more after an empty answer: %s", errOut.String())
	d.requireWhole(t)
}
