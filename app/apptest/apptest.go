// Package apptest starts the whole program for tests: the real binary as its own
// process, on an empty data folder, against a demo upstream.
package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/demo"
	"catalogsync/app/sources/all"
)

// buildOnce compiles the program once a test process.
var buildOnce = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "catalogsync-test-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "catalogsync")
	cmd := exec.Command("go", "build", "-o", bin, "catalogsync")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return bin, nil
})

// Binary is the path of the compiled program.
func Binary(t testing.TB) string {
	t.Helper()
	bin, err := buildOnce()
	require.NoError(t, err)
	return bin
}

// Upstream starts a demo upstream and gives its address.
func Upstream(t testing.TB, cfg demo.Config) (*demo.Server, string) {
	t.Helper()
	s, err := demo.New(cfg)
	require.NoError(t, err)
	base, err := s.Start(context.Background(), "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, base
}

// Env is an environment with nothing of this machine's in it but PATH and a HOME of its
// own, with the demo's platforms at base and no other source in use but those that extra
// sets up.
func Env(t testing.TB, base string, extra ...string) []string {
	t.Helper()
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "ASSETS=local", "RETRY_BASE=50ms",
		"MAX_CPU_PERCENT=100"} // tests run side by side, on machines that are busy by right
	for key, value := range all.AtStandIn(base, demo.Sources()...) {
		ofSource := func(setting string) bool { return strings.HasPrefix(setting, strings.TrimSuffix(key, "ENABLED")) }
		if !slices.ContainsFunc(extra, ofSource) {
			env = append(env, key+"="+value)
		}
	}
	return append(env, extra...)
}

// Result is how a command ended.
type Result struct {
	Code           int
	Stdout, Stderr string
}

// JSON reads the command's output into out.
func (r Result) JSON(t testing.TB, out any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(r.Stdout), out), "stdout %q, stderr %q", r.Stdout, r.Stderr)
}

// Command makes a command of the program, not started.
func Command(t testing.TB, dir string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(Binary(t), args...)
	cmd.Dir, cmd.Env = dir, env
	return cmd
}

// Run runs a command of the program to its end.
func Run(t testing.TB, dir string, env []string, args ...string) Result {
	t.Helper()
	cmd := Command(t, dir, env, args...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); !exited {
		require.NoError(t, err)
	}
	return Result{Code: cmd.ProcessState.ExitCode(), Stdout: out.String(), Stderr: errOut.String()}
}

// LibraryFiles lists the files below a library folder, '/'-separated, sorted.
func LibraryFiles(t testing.TB, root string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		files = append(files, filepath.ToSlash(rel))
		return err
	})
	require.NoError(t, err)
	return files
}

// Tool finds a program of this machine, or skips the test and says which is missing.
func Tool(t testing.TB, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skipf("%s is not installed here; .ci/install-test-tools installs it where it may", strings.Join(names, " or "))
	return ""
}
