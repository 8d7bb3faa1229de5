package handlers_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

func TestLaunchStartsAJob(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	resp, body := request(t, app, http.MethodPost, "/jobs", url.Values{
		"type": {"catalog_sync"}, "sources": {"netease", "qq", "kuwo"}, "limit": {"12"}, "workers": {""}, "scope": {"toplist"}, "playlists": {""},
	}, fragment...)
	require.Equal(t, http.StatusOK, resp.StatusCode, body)
	require.Contains(t, body, "/jobs/13")
	require.Equal(t, "changed", resp.Header.Get("HX-Trigger"))
	require.Len(t, f.enqueued, 1)
	require.Equal(t, models.JobScope{Limit: 12, PoolKinds: []models.PoolKind{models.PoolToplist}}, f.enqueued[0].Scope, "all sources ticked do not narrow")
	require.Equal(t, "web", f.enqueued[0].Origin)
}

func TestLaunchReportsBadLines(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	form := url.Values{"type": {"sync_download"}, "sources": {"qq"}, "scope": {"list"}, "playlists": {"qq:1\nbad <b>\nqq:2"}}
	_, body := request(t, app, http.MethodPost, "/jobs", form, fragment...)
	require.Contains(t, body, "<b>Line 2</b> <code>bad &lt;b&gt;</code>")
	require.Contains(t, body, "Start with the 2 that can be used")
	require.Empty(t, f.enqueued, "nothing starts before the bad lines were seen")

	form.Set("confirmed", "1")
	_, body = request(t, app, http.MethodPost, "/jobs", form, fragment...)
	require.Contains(t, body, "Line 2: bad &lt;b&gt;")
	require.Equal(t, []int64{1, 3}, f.enqueued[0].Scope.PlaylistIDs)
	require.Equal(t, []string{"qq"}, f.enqueued[0].Scope.Sources)

	form.Set("playlists", "bad")
	_, body = request(t, app, http.MethodPost, "/jobs", form, fragment...)
	require.Contains(t, body, "Nothing was started")
	require.Len(t, f.enqueued, 1)
}

func TestLaunchRefusesBadValues(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	for _, form := range []url.Values{
		{},
		{"type": {"upload_everything"}},
		{"type": {"sync_only"}, "sources": {"spotify"}},
		{"type": {"sync_only"}, "limit": {"-1"}},
		{"type": {"sync_only"}, "workers": {"1000"}},
		{"type": {"sync_only"}, "scope": {"x"}},
		{"type": {"sync_only"}, "scope": {"list"}, "playlists": {" "}},
		{"type": {"sync_only"}, "extra": {"1"}},
	} {
		resp, body := request(t, app, http.MethodPost, "/jobs", form, fragment...)
		require.Equal(t, http.StatusBadRequest, resp.StatusCode, form)
		require.Contains(t, body, "toast-danger", form)
	}
	require.Empty(t, f.enqueued)
}

func TestWithoutScriptsButtonsRedirect(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	resp, _ := request(t, app, http.MethodPost, "/jobs", url.Values{"type": {"collect_only"}})
	require.Equal(t, http.StatusSeeOther, resp.StatusCode)
	require.Equal(t, "/jobs/13", resp.Header.Get("Location"))
}

func TestCommands(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	resp, body := request(t, app, http.MethodPost, "/jobs/12/commands", url.Values{"kind": {"pause"}}, fragment...)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, body, "Pause requested")
	_, _ = request(t, app, http.MethodPost, "/jobs/12/commands", url.Values{"kind": {"retry_item"}, "item_id": {"201"}}, fragment...)
	require.Len(t, f.commands, 2)
	require.EqualValues(t, 201, *f.commands[1].ItemID)
	cause := models.FailureCause{Stage: models.StageSync, Source: "qq", ErrorCode: models.CodePlaylistGone}
	_, _ = request(t, app, http.MethodPost, "/jobs/12/commands", url.Values{"kind": {"retry_failed"}, "stage": {"sync"}, "source": {"qq"}, "error_code": {"playlist_gone"}}, fragment...)
	require.Equal(t, cause, f.commands[2].FailureCause)
	f.commands = f.commands[:2]
	for _, form := range []url.Values{{}, {"kind": {"explode"}}, {"kind": {"retry_item"}}, {"kind": {"retry_item"}, "item_id": {"x"}}} {
		resp, _ = request(t, app, http.MethodPost, "/jobs/12/commands", form, fragment...)
		require.Equal(t, http.StatusBadRequest, resp.StatusCode, form)
	}
	require.Len(t, f.commands, 2)
}

func TestBulkActionsSpeakInNumbers(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	for _, c := range []struct{ path, wanted, want string }{
		{"/playlists/download", "", "3 playlists looked at"},
		{"/playlists/download", "", "2 already complete"},
		{"/playlists/download", "", "/jobs/14"},
		{"/playlists/sync", "", "3 playlists will be synced"},
		{"/playlists/wanted", "1", "1 playlist is now wanted"},
		{"/playlists/wanted", "0", "2 were so already"},
		{"/playlists/export", "", `hx-post="/bulk/77/undo"`},
	} {
		form := url.Values{"ids": {"1,2,5"}}
		if c.wanted != "" {
			form.Set("wanted", c.wanted)
		}
		resp, body := request(t, app, http.MethodPost, c.path, form, fragment...)
		require.Equal(t, http.StatusOK, resp.StatusCode, body)
		require.Contains(t, body, c.want, c.path)
		require.Equal(t, []int64{1, 2, 5}, f.selected)
	}
}

func TestExportThatIsReadyStartsTheDownload(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	_, body := request(t, app, http.MethodPost, "/playlists/export", url.Values{"ids": {"1"}}, fragment...)
	require.Contains(t, body, `data-download="/api/exports/bundles/k3v9z0q1w2e3r4t5.zip"`)
	_, body = request(t, app, http.MethodPost, "/playlists/export", url.Values{"ids": {"1,2"}, "available": {"1"}}, fragment...)
	require.Contains(t, body, "data-download=")
}

// A playlist with a song that no source serves must not be kept back for good.
func TestExportThatIsNotReadyOffersWhatIsThere(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	_, body := request(t, app, http.MethodPost, "/playlists/export", url.Values{"ids": {"1,2"}}, fragment...)
	require.Contains(t, body, "Export what is there now")
	require.Contains(t, body, `name="ids" value="1,2"`)

	e := models.NewError(models.ClassConflict, models.CodeExportChanged, "2 files of the library are not as they were downloaded: …")
	e.Params = map[string]any{"Files": []string{"a <b>.mp3", "c.mp3"}, "Count": 2}
	f.failExport = e
	_, body = request(t, app, http.MethodPost, "/playlists/export", url.Values{"ids": {"1"}}, append(fragment, "Accept-Language", "zh")...)
	require.Contains(t, body, "2 个文件缺失或已改变：a &lt;b&gt;.mp3、c.mp3。")
	require.Contains(t, body, "只导出已有的文件")
	require.NotContains(t, body, "of the library", "English in a Chinese toast")
}

func TestNothingSelectedSaysSo(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	resp, body := request(t, app, http.MethodPost, "/playlists/download", url.Values{"ids": {""}}, fragment...)
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
	require.Contains(t, body, "Select at least one playlist")
	resp, _ = request(t, app, http.MethodPost, "/playlists/download", url.Values{"ids": {"1,x"}}, fragment...)
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
}

// A large action is rehearsed before it is done, and what is confirmed is what was shown.
func TestLargeSelectionIsRehearsedFirst(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	f.kept = models.PlaylistFilter{Platform: "qq", Keyword: hostile}
	form := url.Values{"token": {token}, "except": {"4"}, "ids": {"1"}}
	resp, body := request(t, app, http.MethodPost, "/playlists/download", form, fragment...)
	require.Equal(t, http.StatusOK, resp.StatusCode, body)
	require.Empty(t, f.acted)
	for _, want := range []string{"<b data-will=\"812\">812</b>", "<b data-here=\"3100\">3,100</b>", "<b data-blocked=\"41\">41</b>", "24 GiB", "61 GiB", "3 h 0 min", `name="confirmed" value="1"`, `name="except" value="4"`, "Platform: QQ Music"} {
		require.Contains(t, body, want)
	}
	require.NotContains(t, body, "<script>alert", "a hostile keyword is text")
	form.Set("confirmed", "1")
	_, body = request(t, app, http.MethodPost, "/playlists/download", form, fragment...)
	require.Contains(t, body, "/jobs/16", "the action's own job")
	require.Equal(t, catalog.Pick{IDs: []int64{1}, Token: token, Except: []int64{4}}, f.acted[0].Pick)

	// Another number matches by then: the new one is told with 409, and what it would do.
	f.stale = true
	resp, body = request(t, app, http.MethodPost, "/playlists/download", form, fragment...)
	require.Equal(t, http.StatusConflict, resp.StatusCode)
	require.Contains(t, body, "12000 matched when you selected; 12345 match now")
	require.Contains(t, body, `name="token" value="`+token+`1"`)
	require.Contains(t, body, `data-count="12345"`)
}

func TestUndoSaysWhatWasTakenBack(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	_, body := request(t, app, http.MethodPost, "/bulk/77/undo", nil, fragment...)
	require.Contains(t, body, "1 job canceled")
	require.Contains(t, body, "3 items were done already and stay")
	resp, body := request(t, app, http.MethodPost, "/bulk/78/undo", nil, fragment...)
	require.Equal(t, http.StatusConflict, resp.StatusCode)
	require.Contains(t, body, "Nothing is left to be undone")
}

// The bar asks what a selection comes to, and which actions would change nothing.
func TestSelectionIsLookedAt(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	_, body := request(t, app, http.MethodPost, "/playlists/selection/look", url.Values{"ids": {"1,2"}}, fragment...)
	require.Contains(t, body, `"songs":"87 songs","bytes":"2.0 MiB here"`)
	require.Contains(t, body, `"want":"All of them are wanted already"`)
	require.NotContains(t, body, `"download":`)
	_, body = request(t, app, http.MethodPost, "/playlists/selection", url.Values{"platform": {"qq"}, "wanted_only": {"1"}}, fragment...)
	require.Contains(t, body, `"count":12345,"text":"Platform: QQ Music, `)
	require.True(t, f.kept.WantedOnly)
	resp, _ := request(t, app, http.MethodPost, "/playlists/selection", url.Values{"platform": {"spotify"}}, fragment...)
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
}
