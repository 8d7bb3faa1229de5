package apptest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// told is what an unconfirmed change answers.
type told struct {
	Code   string
	Field  string
	Params struct {
		Decisions, Differ, Gained, Lost int
		Token                           string
	}
}

// Whichever way rules of matching are changed (the API, its undo, the console's forms and
// its undo), what that does to stored decisions is told before anything is saved.
func TestRulesAreReplayedOnEveryWayToSaveThem(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 4, Songs: 20, Seed: 21})
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, base)}
	file := filepath.Join(d.dir, "catalogsync.env")
	require.NoError(t, os.WriteFile(file, []byte("# ours\n"), 0o600))
	d.run("run", "--json")
	d.start()
	d.songWithChoice() // its file comes from another platform, so that the order decides

	change := func(order string) string { return fmt.Sprintf(`{"values":{"DOWNLOAD_SOURCES":%q}`, order) }
	var first told
	turned := ""
	for _, order := range []string{"kuwo,qq,netease", "qq,kuwo,netease"} {
		res := d.try(http.MethodPut, "/api/settings", change(order)+"}")
		if res.Code == http.StatusConflict {
			turned = order
			d.ask(http.MethodPut, "/api/settings", change(order)+"}", http.StatusConflict, &first)
			break
		}
	}
	require.NotEmpty(t, turned, "no order turns a decision")
	require.Equal(t, "replay_unconfirmed", first.Code)
	require.Equal(t, "confirmed", first.Field)
	require.Positive(t, first.Params.Decisions)
	require.Positive(t, first.Params.Differ)
	require.NotContains(t, read(t, file), "DOWNLOAD_SOURCES="+turned)

	var saved struct{ Revision int64 }
	d.ask(http.MethodPut, "/api/settings", change(turned)+`,"confirmed":"of another"}`, http.StatusConflict, nil)
	d.ask(http.MethodPut, "/api/settings", change(turned)+fmt.Sprintf(`,"confirmed":%q}`, first.Params.Token), http.StatusOK, &saved)
	require.Contains(t, read(t, file), "DOWNLOAD_SOURCES="+turned)

	// Taking it back turns the same decisions again.
	undo := fmt.Sprintf("/api/settings/revisions/%d/rollback", saved.Revision)
	var back told
	d.ask(http.MethodPost, undo, "", http.StatusConflict, &back)
	require.Equal(t, first.Params.Differ, back.Params.Differ)
	require.Contains(t, read(t, file), "DOWNLOAD_SOURCES="+turned)

	// The console's button shows it, and does it when pressed again.
	tab := apptest.Browser(t, "en")
	tab.Open(d.console.URL + "/settings")
	row := fmt.Sprintf("#settings-rollback-%d", saved.Revision)
	tab.WaitFor(fmt.Sprintf(`window.htmx && document.querySelector(%q)`, row))
	tab.Click(row + " button")
	tab.Agree()
	tab.WaitFor(fmt.Sprintf(`/would differ/.test(document.querySelector(%q)?.textContent)`, row))
	require.Contains(t, read(t, file), "DOWNLOAD_SOURCES="+turned, "seen, not saved")
	tab.Click(row + " button")
	tab.Agree()
	tab.WaitFor(fmt.Sprintf(`/undoes #%d/.test(document.querySelector("#settings-revisions").textContent)`, saved.Revision))
	require.NotContains(t, read(t, file), "DOWNLOAD_SOURCES="+turned)

	// A browser without scripts is asked as well.
	form := url.Values{}
	for i, name := range strings.Split(turned, ",") {
		form.Set("place."+name, fmt.Sprint(i+1))
	}
	form.Set("shown.DOWNLOAD_SOURCES", "qq,kuwo,migu,qianqian,kugou,netease")
	page := d.send("/settings/sources", form)
	require.Contains(t, page, "would differ")
	require.Contains(t, page, `name="confirmed" value="`+first.Params.Token+`"`)
	require.NotContains(t, read(t, file), "DOWNLOAD_SOURCES="+turned)
}

// try sends a request and takes whatever comes.
func (d *desk) try(method, path, body string) *httptest.ResponseRecorder {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.console.URL+path, strings.NewReader(body))
	require.NoError(d.t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	defer res.Body.Close()
	out := httptest.NewRecorder()
	out.Code = res.StatusCode
	_, err = out.Body.ReadFrom(res.Body)
	require.NoError(d.t, err)
	return out
}

// send sends a form as a browser without scripts does, and gives the page that comes.
func (d *desk) send(path string, form url.Values) string {
	d.t.Helper()
	res, err := http.PostForm(d.console.URL+path, form) //nolint:noctx // the console is this test's own
	require.NoError(d.t, err)
	defer res.Body.Close()
	out := httptest.NewRecorder()
	_, err = out.Body.ReadFrom(res.Body)
	require.NoError(d.t, err)
	require.Equal(d.t, http.StatusOK, res.StatusCode, out.Body.String())
	return out.Body.String()
}
