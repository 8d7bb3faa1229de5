package apptest_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// The operator changes a source while the program runs: a bad value is refused at its
// field, a good one is in the file and in effect, an undo brings the old one back, and a
// password that was typed is nowhere to be seen.
func TestSettingsAreChangedInTheBrowser(t *testing.T) {
	t.Parallel()
	up, base := apptest.Upstream(t, demo.Config{Playlists: 9, Songs: 20, Seed: 5})
	dir := t.TempDir()
	file := filepath.Join(dir, "catalogsync.env")
	before := fmt.Sprintf("# our house\nSOURCE_QQ_RATE=2 # calm\nSOURCE_QQ_BASE_URL=%s\nSOURCE_NETEASE_BASE_URL=%s\nUNKNOWN=kept\n", base, base)
	require.NoError(t, os.WriteFile(file, []byte(before), 0o600))
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "ASSETS=local", "MAX_CPU_PERCENT=100", "SOURCE_KUWO_BASE_URL=" + base}
	console := apptest.Serve(t, dir, env, "serve", "--data", dir, "--port", "0")
	tab := apptest.Browser(t, "en")
	tab.Open(console.URL + "/settings")
	tab.WaitFor(`window.htmx && document.querySelector("#settings-form-qq")`)
	require.True(t, apptest.Eval[bool](tab, `document.querySelector("#settings-form-kuwo-SOURCE_KUWO_BASE_URL").disabled`), "the environment wins")

	save := func(rate string) {
		tab.WaitFor(fmt.Sprintf(`(document.querySelector("#settings-source-qq details").open = true) && (document.querySelector("[name=SOURCE_QQ_RATE]").value = %q)`, rate))
		tab.Click("#settings-form-qq button[type=submit]")
	}
	save("fast")
	tab.WaitFor(`/such as 0.8/.test(document.querySelector("#settings-form-qq .invalid-feedback")?.textContent)`)
	require.Equal(t, before, read(t, file))

	tab.WaitFor(`(document.querySelector("[name=SOURCE_QQ_COOKIE]").value = "uin=1; qm_keyst=hunter22")`)
	save("50")
	tab.WaitFor(`/In effect now/.test(document.querySelector("#settings-form-qq .alert-success")?.textContent)`)
	require.Equal(t, "# our house\nSOURCE_QQ_RATE=50 # calm\nSOURCE_QQ_BASE_URL="+base+"\nSOURCE_NETEASE_BASE_URL="+base+"\nUNKNOWN=kept\n", read(t, file))
	require.Equal(t, "SOURCE_QQ_COOKIE='uin=1; qm_keyst=hunter22'\n", read(t, filepath.Join(dir, "secrets.env")))
	require.NotContains(t, apptest.Eval[string](tab, `document.documentElement.outerHTML`), "hunter22")

	asked := up.Stats()
	tab.Click("#settings-source-qq [hx-post$='/test'] button")
	tab.WaitFor(`/It answers/.test(document.querySelector("#settings-test-qq").textContent)`)
	require.NotEqual(t, asked, up.Stats(), "the test went to the upstream")

	// A disabled source is no longer asked, at once.
	var answer struct{ Live []string }
	require.Equal(t, http.StatusOK, ask(t, console, http.MethodPut, "/api/settings", map[string]any{"values": map[string]string{"SOURCE_NETEASE_ENABLED": "false"}}, &answer))
	require.Equal(t, []string{"SOURCE_NETEASE_ENABLED"}, answer.Live)
	var problem struct{ Code string }
	require.Equal(t, http.StatusConflict, ask(t, console, http.MethodPost, "/api/settings/sources/netease/test", nil, &problem))
	require.Equal(t, "source_not_in_use", problem.Code)

	var list struct {
		Items []struct {
			ID      int64
			Changes []struct{ Key, Old string }
		}
	}
	ask(t, console, http.MethodGet, "/api/settings/revisions", nil, &list)
	require.Len(t, list.Items, 2)
	tab.Open(console.URL + "/settings")
	tab.WaitFor(`window.htmx && document.querySelector("#settings-revisions form")`)
	tab.Click(fmt.Sprintf(`#settings-revisions form[hx-post$="/%d/rollback"] button`, list.Items[1].ID))
	tab.Agree()
	tab.WaitFor(`/undoes #1/.test(document.querySelector("#settings-revisions").textContent)`)
	require.Contains(t, read(t, file), "SOURCE_QQ_RATE=2 # calm\n")
	require.Contains(t, read(t, file), "SOURCE_NETEASE_ENABLED=false\n", "only that change was undone")
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(b)
}
