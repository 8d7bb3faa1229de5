package apptest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
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
	song, _ := d.songWithChoice() // another source would do as well
	chosen := ""
	for _, c := range d.decision(song).Candidates {
		if c.Verdict == "chosen" {
			chosen = c.Source
		}
	}
	key := "SOURCE_" + strings.ToUpper(chosen) + "_QUALITY_CEILING"
	change := fmt.Sprintf(`{"values":{%q:"low"}`, key) // so that the other one is better
	var first told
	d.ask(http.MethodPut, "/api/settings", change+"}", http.StatusConflict, &first)
	require.Equal(t, "replay_unconfirmed", first.Code)
	require.Equal(t, "confirmed", first.Field)
	require.Positive(t, first.Params.Decisions)
	require.Positive(t, first.Params.Differ)
	require.NotContains(t, read(t, file), key+"=low")

	var saved struct{ Revision int64 }
	d.ask(http.MethodPut, "/api/settings", change+`,"confirmed":"of another"}`, http.StatusConflict, nil)
	d.ask(http.MethodPut, "/api/settings", change+fmt.Sprintf(`,"confirmed":%q}`, first.Params.Token), http.StatusOK, &saved)
	require.Contains(t, read(t, file), key+"=low")

	// Taking it back turns the same decisions again.
	undo := fmt.Sprintf("/api/settings/revisions/%d/rollback", saved.Revision)
	var back told
	d.ask(http.MethodPost, undo, "", http.StatusConflict, &back)
	require.Equal(t, first.Params.Differ, back.Params.Differ)
	require.Contains(t, read(t, file), key+"=low")

	// The console's button shows it, and does it when pressed again.
	tab := apptest.Browser(t, "en")
	tab.Open(d.console.URL + "/settings")
	row := fmt.Sprintf("#settings-rollback-%d", saved.Revision)
	tab.WaitFor(fmt.Sprintf(`window.htmx && document.querySelector(%q)`, row))
	tab.Click(row + " button")
	tab.Agree()
	tab.WaitFor(fmt.Sprintf(`/would differ/.test(document.querySelector(%q)?.textContent)`, row))
	require.Contains(t, read(t, file), key+"=low", "seen, not saved")
	tab.Click(row + " button")
	tab.WaitFor(fmt.Sprintf(`/undoes #%d/.test(document.querySelector("#settings-revisions").textContent)`, saved.Revision))
	require.NotContains(t, read(t, file), key+"=low")

	// A browser without scripts is asked as well.
	form := url.Values{key: {"low"}, "shown." + key: {""}}
	page := d.send("/settings/sources/"+chosen, form)
	require.Contains(t, page, "would differ")
	require.Contains(t, page, `name="confirmed" value="`+first.Params.Token+`"`)
	require.Equal(t, 1, strings.Count(page, `id="settings-form-`+chosen+`"`), "in the source's own card")
	require.NotContains(t, read(t, file), key+"=low")
	form.Set("confirmed", first.Params.Token)
	d.send("/settings/sources/"+chosen, form)
	require.Contains(t, read(t, file), key+"=low")

	// The page of the rules tries them, and saves what it showed with the token that it gives.
	rules := url.Values{"threshold": {"0.9"}, "title": {"35"}, "artists": {"30"}, "duration": {"25"}, "album": {"9"}}
	tried := d.send("/settings/matching/replay", rules)
	token := regexp.MustCompile(`name="confirmed" value="([0-9a-f]+)"`).FindStringSubmatch(tried)
	require.NotNil(t, token)
	rules.Set("confirmed", token[1])
	d.send("/settings/matching", rules)
	require.Contains(t, read(t, file), "MATCH_THRESHOLD=0.9")
	require.Contains(t, read(t, file), "album=9")
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
