package apptest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// A job that fails in the night reaches the operator's webhook; the address is a secret
// everywhere.
func TestAFailedJobReachesTheWebhook(t *testing.T) {
	t.Parallel()
	got := make(chan string, 16)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.URL.Path + " " + string(body)
	}))
	t.Cleanup(hook.Close)
	target := "generic://" + strings.TrimPrefix(hook.URL, "http://") + "/sealed-hook?disabletls=yes&template=json"
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 10, Seed: 72})
	dir := t.TempDir()
	console := apptest.Serve(t, dir, apptest.Env(t, base), "serve", "--data", dir, "--port", "0")
	require.Equal(t, http.StatusBadRequest, ask(t, console, http.MethodPost, "/api/notifications/test", map[string]any{}, nil), "nobody is set")
	require.Equal(t, http.StatusOK, ask(t, console, http.MethodPut, "/api/settings", map[string]any{"values": map[string]string{"NOTIFY_URLS": target, "NOTIFY_KINDS": "job_failed,job_done"}}, nil))
	var tested struct {
		Items []struct {
			Target string
			Sent   bool
		}
	}
	require.Equal(t, http.StatusOK, ask(t, console, http.MethodPost, "/api/notifications/test", map[string]any{}, &tested))
	require.Len(t, tested.Items, 1)
	require.True(t, tested.Items[0].Sent)
	require.Equal(t, "generic", tested.Items[0].Target)
	require.Contains(t, <-got, "/sealed-hook")

	enqueue(t, console, map[string]any{"type": "collect_only", "sources": []string{"netease"}})
	select {
	case news := <-got:
		require.Contains(t, news, "done")
	case <-time.After(time.Minute):
		require.Fail(t, "no news of the job")
	}
	for _, page := range []string{"/settings/notifications", "/api/settings", "/logs"} {
		res, err := http.Get(console.URL + page)
		require.NoError(t, err)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.NotContains(t, string(body), "sealed-hook", page)
	}
	env, err := os.ReadFile(filepath.Join(dir, "catalogsync.env"))
	require.NoError(t, err)
	require.NotContains(t, string(env), "sealed-hook", "secrets are kept apart")
}
