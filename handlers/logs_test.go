package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/revision"
)

func TestLogPageShowsLinesOfAllJobs(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	resp, body := get(t, app, "/logs?level=warn&source=qq&job=11&text=try")
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, body, `<a href="/logs" aria-current="page">`)
	require.NotContains(t, body, "<script>alert(1)")
	for _, want := range []string{
		`href="/jobs/11"`, `id="line-42"`, `class="log-error"`, `name="text" value="try"`, `<option value="warn" selected>`, `name="job" min="1" step="1" inputmode="numeric" value="11"`,
		`href="/logs?level=warn&amp;source=qq&amp;job=11&amp;text=try&amp;before=41"`, // older
		`href="/api/logs.txt?level=warn&amp;source=qq&amp;job=11&amp;text=try"`,
		`href="/logs?level=warn&amp;source=qq&amp;text=try"`, // without the job
	} {
		require.Contains(t, body, want)
	}
	_, zh := get(t, app, "/logs", "Accept-Language", "zh")
	require.Contains(t, zh, "第 3 页", "what the runner writes is in the reader's language")
}

func TestOnlyTheNewestLinesFollow(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	_, newest := get(t, app, "/logs", fragment...)
	require.Contains(t, newest, "data-poll=")
	_, older := get(t, app, "/logs?before=40", fragment...)
	require.NotContains(t, older, "data-poll=")
	require.Contains(t, older, `href="/logs"`)
}

func TestAnUnchangedLogCostsNoQuery(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, d := newApp(t, f, nil)
	_, body := get(t, app, "/logs?level=warn")
	_, rest, _ := strings.Cut(body, `id="logs-table"`)
	_, rest, _ = strings.Cut(rest, `hx-ptag="`)
	tag, _, _ := strings.Cut(rest, `"`)
	before := f.queries.Load()
	resp, _ := get(t, app, "/logs?level=warn", append(fragment, "HX-PTag", tag)...)
	require.Equal(t, http.StatusNotModified, resp.StatusCode)
	require.Equal(t, before, f.queries.Load())
	d.Revision.Bump(revision.Jobs)
	resp, _ = get(t, app, "/logs?level=warn", append(fragment, "HX-PTag", tag)...)
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

func TestEmptyLogsSayWhichKindOfEmpty(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	_, none := get(t, app, "/logs?text=nowhere", fragment...)
	require.Contains(t, none, "No line matches")
	_, far := get(t, app, "/logs?text=far+back", fragment...)
	require.Contains(t, far, "go on with older ones")
	require.Contains(t, far, "before=40")
	empty := newFake()
	empty.empty = true
	app, _ = newApp(t, empty, nil)
	_, first := get(t, app, "/logs", fragment...)
	require.Contains(t, first, "Lines appear here when a job runs")
}

func TestLogFiltersAreChecked(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	for target, field := range map[string]string{
		"/logs?level=loud": "level", "/logs?source=x": "source", "/logs?job=zero": "job", "/logs?before=-1": "before",
		"/logs?text=" + strings.Repeat("a", 201): "text", "/logs?colour=x": "colour",
	} {
		resp, body := get(t, app, target)
		require.Equal(t, http.StatusBadRequest, resp.StatusCode, target)
		require.Contains(t, body, "<code>"+field+"</code>", target)
	}
	resp, _ := get(t, app, "/logs?level=&source=&job=&text=&before=")
	require.Equal(t, http.StatusOK, resp.StatusCode)
}
