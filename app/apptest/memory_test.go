package apptest_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
)

// idleMemory is what a console on an empty database may hold.
const idleMemory = 80 << 20

// A household leaves the console running on a small machine; what it holds while nothing
// happens is taken from everything else there.
func TestIdleConsoleNeedsLittleMemory(t *testing.T) {
	dir := t.TempDir()
	c := apptest.Serve(t, dir, apptest.Env(t, "http://127.0.0.1:1"), "serve", "--data", dir, "--port", "0")
	res, err := http.Get(c.URL + "/dashboard")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Less(t, residentBytes(t, c.Cmd.Process.Pid), int64(idleMemory))
}

// residentBytes is the memory that a process holds; the test is skipped where the system
// does not tell it.
func residentBytes(t testing.TB, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("this system does not tell a process's memory under /proc")
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kb), "kB")), 10, 64)
			require.NoError(t, err)
			return n << 10
		}
	}
	require.Fail(t, "no VmRSS in /proc", string(status))
	return 0
}
