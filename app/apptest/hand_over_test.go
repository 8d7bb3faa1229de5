package apptest_test

import (
	"bufio"
	"io"
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

// handedOver is what a job command prints with --json.
type handedOver struct {
	JobID       int64 `json:"job_id"`
	State       string
	Downloaded  int64
	HandedOver  bool `json:"handed_over"`
	Interrupted bool
}

// A console holds the data all day; commands of a script are run by it and followed, and
// what they download lies in the console's library.
func TestCommandsAreHandedOverToARunningConsole(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 6, Songs: 40, Seed: 51})
	dir, env := t.TempDir(), apptest.Env(t, base)
	console := apptest.Serve(t, dir, env, "serve", "--data", dir, "--port", "0")

	var all handedOver
	r := apptest.Run(t, dir, env, "run", "--db", filepath.Join(dir, "catalogsync.db"), "--limit", "2", "--json")
	r.JSON(t, &all)
	require.Contains(t, []int{0, 1}, r.Code, r.Stderr)
	require.True(t, all.HandedOver)
	require.Positive(t, all.Downloaded)
	require.Contains(t, r.Stderr, filepath.Join(dir, "library"))
	require.Len(t, apptest.LibraryFiles(t, filepath.Join(dir, "library")), int(all.Downloaded))
	require.NoDirExists(t, filepath.Join(dir, "data"), "the folder that this command's own settings name is not used")
	require.Equal(t, all.State, jobOf(t, console, all.JobID).State)

	list := filepath.Join(dir, "list.txt")
	require.NoError(t, os.WriteFile(list, []byte("https://music.163.com/#/playlist?id=30000001\nnonsense\n"), 0o600))
	var listed handedOver
	r = apptest.Run(t, dir, env, "run", "--data", dir, "--playlist-file", list, "--json")
	r.JSON(t, &listed)
	require.Equal(t, 1, r.Code, "a line was bad")
	require.True(t, listed.HandedOver)
	require.Greater(t, listed.JobID, all.JobID)
	require.Contains(t, r.Stderr, "line 2")
	require.Equal(t, 2, apptest.Run(t, dir, env, "sync", "--data", dir, "--playlist-ids", "999999").Code)
	require.Equal(t, 2, apptest.Run(t, dir, env, "collect", "--data", dir, "--sources", "nobody").Code)
}

// Ctrl-C ends the watching and not the job; a console that dies is told, and the same
// command then goes on by itself.
func TestAHandedOverJobOutlivesItsWatcherAndItsConsole(t *testing.T) {
	t.Parallel()
	up, base := apptest.Upstream(t, demo.Config{Playlists: 90, Songs: 120, Seed: 52})
	dir, env := t.TempDir(), apptest.Env(t, base)
	slow(t, up, 300*time.Millisecond)
	console := apptest.Serve(t, dir, env, "serve", "--data", dir, "--port", "0")

	r := apptest.Run(t, dir, env, "collect", "--data", dir, "--sources", "netease", "--json")
	require.Equal(t, 0, r.Code, r.Stderr)
	watcher := watch(t, dir, env)
	watcher.line(t, "runs job")
	require.NoError(t, watcher.cmd.Process.Signal(os.Interrupt))
	require.Contains(t, watcher.rest(t), "goes on in the running console")
	require.Equal(t, 1, watcher.cmd.ProcessState.ExitCode())
	require.Equal(t, "running", until(t, console, 2, func(j jobView) bool { return j.ItemsDone > 3 }).State)

	watcher = watch(t, dir, env)
	watcher.line(t, "runs job 2")
	require.NoError(t, console.Cmd.Process.Kill())
	require.Contains(t, watcher.rest(t), "has ended")
	require.Equal(t, 3, watcher.cmd.ProcessState.ExitCode())

	require.NoError(t, up.SetFaults("", demo.Faults{}))
	var own handedOver
	r = apptest.Run(t, dir, env, "sync", "--data", dir, "--json")
	r.JSON(t, &own)
	require.Equal(t, 0, r.Code, r.Stderr)
	require.False(t, own.HandedOver)
}

// watched is a command whose output is read while it runs.
type watched struct {
	cmd    *exec.Cmd
	output *bufio.Reader
}

// watch starts a sync that another process will run.
func watch(t *testing.T, dir string, env []string) watched {
	t.Helper()
	cmd := apptest.Command(t, dir, env, "sync", "--data", dir)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	cmd.Stdout, cmd.Stderr = write, write
	require.NoError(t, cmd.Start())
	require.NoError(t, write.Close())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait(); _ = read.Close() })
	return watched{cmd, bufio.NewReader(read)}
}

// line reads on until a line that has text.
func (w watched) line(t *testing.T, text string) {
	t.Helper()
	for {
		line, err := w.output.ReadString('\n')
		if strings.Contains(line, text) {
			return
		}
		require.NoError(t, err, "the command ended without saying %q", text)
	}
}

// rest is what the command says until it ends.
func (w watched) rest(t *testing.T) string {
	t.Helper()
	out, err := io.ReadAll(w.output)
	require.NoError(t, err)
	_ = w.cmd.Wait() // the exit code is looked at
	return string(out)
}
