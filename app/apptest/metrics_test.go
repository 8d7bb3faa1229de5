package apptest_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// What a monitoring system sees of a console: that it is ready, what jobs did, how the
// sources answer.
func TestMonitoringSeesTheConsole(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 10, Seed: 71})
	dir := t.TempDir()
	console := apptest.Serve(t, dir, apptest.Env(t, base), "serve", "--data", dir, "--port", "0")
	read := func(path string) string {
		t.Helper()
		res, err := http.Get(console.URL + path)
		require.NoError(t, err)
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, res.StatusCode, string(text))
		return string(text)
	}
	require.Equal(t, "ready\n", read("/readyz"))
	require.Equal(t, "ok\n", read("/healthz"))
	id := enqueue(t, console, map[string]any{"type": "collect_only", "sources": []string{"netease"}})
	until(t, console, id, func(j jobView) bool { return j.State == "completed" })
	text := read("/metrics")
	require.Contains(t, text, "catalogsync_database_up 1\n")
	require.Contains(t, text, "catalogsync_runner_up 1\n")
	require.Contains(t, text, `catalogsync_items_total{code="",stage="collect",state="succeeded"}`)
	require.Contains(t, text, `catalogsync_upstream_request_seconds_count{source="netease"}`)
	require.Contains(t, text, `catalogsync_http_request_seconds_count{method="POST",route="/api/jobs",status="201"} 1`)
	require.Contains(t, text, "catalogsync_library_disk_free_bytes")
	require.Contains(t, text, "process_resident_memory_bytes")
}
