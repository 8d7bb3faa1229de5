package apptest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// The library by browser: search, filter, page, play with a jump, download again, forbid.
func TestOperatorHearsAndCorrectsSongsInTheBrowser(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 12, Songs: 90, Seed: 21})
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, base)}
	d.run("run", "--json")
	d.start()
	tab := apptest.Browser(t, "en")
	song, _ := d.songWithChoice()

	var row struct{ Name string }
	d.ask(http.MethodGet, fmt.Sprintf("/api/songs/%d", song), "", http.StatusOK, &row)
	tab.Open(d.console.URL + "/songs")
	tab.WaitFor(`window.htmx && document.querySelectorAll("[data-row]").length === 50`)

	// A slash leads to the search; what is typed narrows the list and the address.
	apptest.Eval[any](tab, `document.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true}))`)
	tab.WaitFor(`document.activeElement.id === "f-keyword"`)
	apptest.Eval[any](tab, fmt.Sprintf(`(() => { const f = document.querySelector("#f-keyword"); f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})); })()`, strings.ToUpper(row.Name)))
	tab.WaitFor(fmt.Sprintf(`document.querySelectorAll("[data-row]").length < 50 && document.querySelector("#song-%d") && location.search.includes("keyword=")`, song))
	tab.WaitFor(`document.querySelectorAll(".chip").length === 2`)
	tab.Open(d.console.URL + "/songs?state=not_music&quality=320k")
	tab.WaitFor(`/No song matches/.test(document.querySelector(".empty-state").textContent)`)
	tab.Click(".empty-state a")
	tab.WaitFor(`document.querySelectorAll("[data-row]").length === 50`)

	// The next page comes without leaving this one.
	tab.Open(d.console.URL + "/songs?page_size=20")
	tab.WaitFor(`window.htmx && document.querySelectorAll("[data-row]").length === 20`)
	apptest.Eval[any](tab, `window.stayed = true`)
	first := tab.Text("[data-row] a")
	tab.Click("a[rel=next]")
	tab.WaitFor(`location.search.includes("after=") && document.querySelectorAll("[data-row]").length === 20`)
	require.NotEqual(t, first, tab.Text("[data-row] a"))
	require.True(t, apptest.Eval[bool](tab, "window.stayed"))

	d.playsAndJumps(tab, song, row.Name)
	d.refusesFile(tab, song)
}

// playsAndJumps plays a song and goes to its second half, which the browser fetches as a
// part of the file.
func (d *desk) playsAndJumps(tab *apptest.Tab, song int64, name string) {
	d.t.Helper()
	tab.Open(d.console.URL + "/songs?state=here&keyword=" + url.QueryEscape(name))
	play := fmt.Sprintf("#song-%d [data-play]", song)
	tab.Click(play)
	tab.WaitFor(`!document.querySelector("#player").hidden && document.querySelector("#player audio").readyState > 0`)
	require.Equal(d.t, name, tab.Text("[data-player-title]"))
	tab.WaitFor(fmt.Sprintf(`document.querySelector(%q).getAttribute("aria-pressed") === "true"`, play))
	apptest.Eval[any](tab, `(() => { const a = document.querySelector("#player audio"); a.currentTime = a.duration / 2; })()`)
	tab.WaitFor(`(a => !a.seeking && a.currentTime >= a.duration / 2 - 0.5 && !a.error)(document.querySelector("#player audio"))`)

	// On the next page it goes on where it was.
	tab.Open(d.console.URL + "/songs")
	tab.WaitFor(`!document.querySelector("#player").hidden && document.querySelector("#player audio").currentTime > 1`)
	tab.Click("[data-player-close]")
	tab.WaitFor(`document.querySelector("#player").hidden`)
}

// refusesFile downloads a song again, then forbids its file: another candidate takes its place.
func (d *desk) refusesFile(tab *apptest.Tab, song int64) {
	d.t.Helper()
	chosen := func() (source, id string) {
		for _, c := range d.decision(song).Candidates {
			if c.Verdict == "chosen" {
				return c.Source, c.RemoteID
			}
		}
		return "", ""
	}
	source, id := chosen()
	tab.Open(d.console.URL + fmt.Sprintf("/songs/%d", song))
	tab.Click(".song-detail-actions [action$='/download'] button")
	tab.WaitFor(`document.querySelector("#toasts .toast-card a[href^='/jobs/']")`)
	d.settles()
	newSource, newID := chosen()
	require.Equal(d.t, source+id, newSource+newID, "the same rules choose the same file")

	tab.Open(d.console.URL + fmt.Sprintf("/songs/%d", song))
	tab.Click(".song-detail-actions [action$='/forbid'] button")
	tab.WaitFor(`/forbidden/.test(document.querySelector("#toasts .toast-card").textContent)`)
	d.settles()
	newSource, newID = chosen()
	require.NotEmpty(d.t, newSource)
	require.NotEqual(d.t, source+id, newSource+newID)
	require.Contains(d.t, fmt.Sprint(d.decision(song).Overrides), "forbid")
}

// settles waits until no job is at work.
func (d *desk) settles() {
	d.t.Helper()
	require.Eventually(d.t, func() bool {
		var list struct{ Items []struct{ State string } }
		d.ask(http.MethodGet, "/api/jobs", "", http.StatusOK, &list)
		for _, j := range list.Items {
			if !strings.HasPrefix(j.State, "completed") && j.State != "failed" {
				return false
			}
		}
		return true
	}, time.Minute, 50*time.Millisecond)
}

// A song's file is served as players ask for it, and one that is gone is a clear answer.
func TestSongsAreServedInParts(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 12, Songs: 40, Seed: 21})
	d := &desk{t: t, dir: t.TempDir(), env: apptest.Env(t, base)}
	d.run("run", "--json")
	d.start()
	var list struct {
		Items []struct {
			ID   int64
			File struct {
				Locator, Ext string
				SizeBytes    int64  `json:"size_bytes"`
				AudioURL     string `json:"audio_url"`
			}
		}
	}
	d.ask(http.MethodGet, "/api/songs?state=here", "", http.StatusOK, &list)
	require.NotEmpty(t, list.Items)
	file := list.Items[0].File
	path := filepath.Join(d.dir, "library", filepath.FromSlash(file.Locator))
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	get := func(method string, header ...string) (*http.Response, []byte) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, d.console.URL+file.AudioURL, nil)
		require.NoError(t, err)
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res, body
	}
	res, body := get(http.MethodGet)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, whole, body)
	require.Equal(t, map[string]string{"mp3": "audio/mpeg", "flac": "audio/flac", "m4a": "audio/mp4"}[file.Ext], res.Header.Get("Content-Type"))
	tag := res.Header.Get("ETag")
	require.NotEmpty(t, tag)
	res, body = get(http.MethodHead)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, file.SizeBytes, res.ContentLength)
	require.Empty(t, body)
	half := len(whole) / 2
	for _, c := range []struct {
		name   string
		header []string
		status int
		want   []byte
	}{
		{"from the middle", []string{"Range", fmt.Sprintf("bytes=%d-", half)}, http.StatusPartialContent, whole[half:]},
		{"some bytes", []string{"Range", "bytes=10-19", "If-Range", tag}, http.StatusPartialContent, whole[10:20]},
		{"the end", []string{"Range", "bytes=-5"}, http.StatusPartialContent, whole[len(whole)-5:]},
		{"of another file", []string{"Range", "bytes=10-19", "If-Range", `"other"`}, http.StatusOK, whole},
		{"beyond the end", []string{"Range", fmt.Sprintf("bytes=%d-", len(whole))}, http.StatusRequestedRangeNotSatisfiable, nil},
		{"unchanged", []string{"If-None-Match", tag}, http.StatusNotModified, nil},
	} {
		res, body := get(http.MethodGet, c.header...)
		require.Equal(t, c.status, res.StatusCode, c.name)
		if c.want != nil {
			require.Equal(t, c.want, body, c.name)
		}
		if c.status == http.StatusPartialContent {
			require.Contains(t, res.Header.Get("Content-Range"), fmt.Sprintf("/%d", len(whole)), c.name)
		}
	}
	require.NoError(t, os.Remove(path))
	res, body = get(http.MethodGet)
	require.Equal(t, http.StatusNotFound, res.StatusCode)
	require.Contains(t, string(body), `"code":"not_found"`)
	// Nor does a link lead out of the library.
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte("secret"), 0o600))
	require.NoError(t, os.Symlink(secret, path))
	res, body = get(http.MethodGet)
	require.NotEqual(t, http.StatusOK, res.StatusCode)
	require.NotContains(t, string(body), "secret")
}
