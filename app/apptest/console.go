package apptest

import (
	"bufio"
	"io"
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// addressPattern finds the console's address in what the program prints at start.
var addressPattern = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// Console is a running console as its own process.
type Console struct {
	URL string
	Cmd *exec.Cmd
}

// Serve starts a command that serves the console (serve, demo) and waits for its address.
func Serve(t testing.TB, dir string, env []string, args ...string) *Console {
	t.Helper()
	cmd := Command(t, dir, env, args...)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := addressPattern.FindString(lines.Text()); m != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process
			return &Console{URL: m, Cmd: cmd}
		}
	}
	require.Fail(t, "the console said no address")
	return nil
}
