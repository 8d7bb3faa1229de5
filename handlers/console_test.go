package handlers_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v3"
	"github.com/stretchr/testify/require"

	"catalogsync/app/revision"
	"catalogsync/handlers/web"
	"catalogsync/models"
)

// answer is a response whose body was read.
type answer struct {
	StatusCode int
	Header     http.Header
}

// request sends one request as a browser on the console itself would.
func request(t *testing.T, app *fiber.App, method, target string, form url.Values, header ...string) (answer, string) {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(t.Context(), method, target, body)
	r.Host = "127.0.0.1:8080"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		} else {
			r.Header.Set(header[i], header[i+1])
		}
	}
	resp, err := app.Test(r, fiber.TestConfig{Timeout: 0})
	require.NoError(t, err)
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return answer{resp.StatusCode, resp.Header}, string(b)
}

func get(t *testing.T, app *fiber.App, target string, header ...string) (answer, string) {
	t.Helper()
	return request(t, app, http.MethodGet, target, nil, header...)
}

// fragment are the headers of an htmx poll.
var fragment = []string{"HX-Request", "true", "HX-Request-Type", "partial"}

// everyPage lists all pages and fragments.
var everyPage = []string{
	"/dashboard", "/playlists", "/playlists/1", "/jobs", "/jobs/12",
	"/dashboard/active", "/dashboard/coverage", "/dashboard/health", "/dashboard/recent", "/tasks",
	"/jobs/12/overview", "/jobs/12/failures", "/jobs/12/items?error_code=stalled&stage=download&source=qq", "/jobs/12/events", "/jobs/12/log",
	"/jobs/12/tree", "/jobs/11/tree", "/jobs/12/tree/4", "/exports/offers",
}

func TestEveryPageAnswersInBothLanguages(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	for _, page := range everyPage {
		for _, lang := range []string{"en", "zh-CN,zh;q=0.9"} {
			resp, body := get(t, app, page, "Accept-Language", lang)
			require.Equal(t, http.StatusOK, resp.StatusCode, "%s in %s", page, lang)
			require.NotContains(t, body, "no value", page)
		}
	}
}

func TestUpstreamTextsAreNeverMarkup(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	for _, page := range everyPage {
		_, body := get(t, app, page)
		require.NotContains(t, body, "<script>alert", page)
		require.NotContains(t, body, "<img src=x", page)
		require.NotContains(t, body, "javascript:", page)
		require.NotContains(t, body, "http://img.invalid", "%s: covers come by https only", page)
	}
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	for _, local := range []bool{true, false} {
		app, _ := newApp(t, newFake(), func(d *web.Deps) { d.LocalAssets = local })
		resp, body := get(t, app, "/dashboard")
		csp := resp.Header.Get("Content-Security-Policy")
		require.NotContains(t, csp, "unsafe")
		require.Contains(t, csp, "default-src 'none'")
		require.Contains(t, csp, "frame-ancestors 'none'")
		require.Equal(t, !local, strings.Contains(csp, "cdn.jsdelivr.net"))
		require.Equal(t, !local, strings.Contains(body, "cdn.jsdelivr.net"), "a local console names no CDN")
		require.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"))
		require.NotEmpty(t, resp.Header.Get("X-Request-Id"))
	}
}

func TestAnUnchangedPollCostsNoQuery(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, d := newApp(t, f, nil)
	for page, topic := range map[string]revision.Topic{
		"/dashboard/active": revision.Progress, "/dashboard/coverage": revision.Playlists, "/dashboard/recent": revision.Jobs, "/tasks": revision.Jobs,
		"/jobs/12/overview": revision.Progress, "/jobs/12/tree": revision.Jobs, "/jobs/12/tree/4": revision.Progress, "/jobs/12/log": revision.Jobs,
		"/playlists?platform=qq": revision.Playlists, "/playlists/1": revision.Songs, "/jobs": revision.Jobs,
	} {
		first, _ := get(t, app, page, fragment...)
		require.Equal(t, http.StatusOK, first.StatusCode, page)
		tag := first.Header.Get("HX-PTag")
		require.NotEmpty(t, tag, page)

		before := f.queries.Load()
		second, body := get(t, app, page, append(fragment, "HX-PTag", tag)...)
		require.Equal(t, http.StatusNotModified, second.StatusCode, page)
		require.Empty(t, body)
		require.Equal(t, before, f.queries.Load(), "%s was answered with a query", page)

		d.Revision.Bump(topic)
		third, body := get(t, app, page, append(fragment, "HX-PTag", tag)...)
		require.Equal(t, http.StatusNotModified, third.StatusCode, "%s came out the same", page)
		require.Empty(t, body)
		require.NotEqual(t, tag, third.Header.Get("HX-PTag"), page)
		require.Greater(t, f.queries.Load(), before)

		other, _ := get(t, app, page, append(fragment, "HX-PTag", tag, "Accept-Language", "zh")...)
		require.Equal(t, http.StatusOK, other.StatusCode, "%s in another language", page)
		require.Contains(t, other.Header.Get("Vary"), "HX-Request")
	}
}

func TestTheFirstPollOfAPageCostsNoQuery(t *testing.T) {
	t.Parallel()
	f := newFake()
	app, _ := newApp(t, f, nil)
	_, body := get(t, app, "/playlists?status=partial")
	_, rest, ok := strings.Cut(body, `id="playlists-table"`)
	require.True(t, ok)
	attr := func(name string) string {
		_, after, _ := strings.Cut(rest, name+`="`)
		value, _, _ := strings.Cut(after, `"`)
		return value
	}
	before := f.queries.Load()
	resp, _ := get(t, app, attr("hx-get"), append(fragment, "HX-PTag", attr("hx-ptag"))...)
	require.Equal(t, http.StatusNotModified, resp.StatusCode)
	require.Equal(t, before, f.queries.Load())
}

func TestFragmentsAndPagesAreToldApart(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	_, part := get(t, app, "/playlists", fragment...)
	require.NotContains(t, part, "<html")
	_, restored := get(t, app, "/playlists", "HX-Request", "true", "HX-Request-Type", "full")
	require.Contains(t, restored, "<html")
	resp, _ := get(t, app, "/playlists?keyword=%E5%9F%8E&sort=plays", append(fragment, "HX-Source", "form#playlists-filter")...)
	require.Equal(t, "/playlists?keyword=%E5%9F%8E", resp.Header.Get("HX-Push-Url"))
	resp, _ = get(t, app, "/playlists?keyword=x", append(fragment, "HX-Source", "section#playlists-table")...)
	require.Empty(t, resp.Header.Get("HX-Push-Url"), "a poll leaves the address alone")
}

func TestUnknownQueryValuesNameTheField(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	for target, field := range map[string]string{
		"/playlists?status=done":                         "status",
		"/playlists?platform=spotify":                    "platform",
		"/playlists?pool_kind=x":                         "pool_kind",
		"/playlists?sort=x":                              "sort",
		"/playlists?page=0":                              "page",
		"/playlists?page=99999999999":                    "page",
		"/playlists?page_size=7":                         "page_size",
		"/playlists?wanted_only=maybe":                   "wanted_only",
		"/playlists?colour=qq":                           "colour",
		"/playlists?keyword=" + strings.Repeat("a", 201): "keyword",
		"/playlists?%3Cscript%3E=1":                      "&lt;script&gt;",
		"/playlists/1?page=x":                            "page",
		"/jobs?state=x":                                  "state",
		"/jobs/12/tree?page=-1":                          "page",
	} {
		resp, body := get(t, app, target)
		require.Equal(t, http.StatusBadRequest, resp.StatusCode, target)
		require.Contains(t, body, "<code>"+field+"</code>", target)
		require.NotContains(t, body, "<script>=", target)
	}
	for _, target := range []string{"/playlists?wanted_only=", "/playlists?wanted_only=0", "/playlists?status=&keyword=&page="} {
		resp, _ := get(t, app, target)
		require.Equal(t, http.StatusOK, resp.StatusCode, target)
	}
}

func TestWhatDoesNotExistIsNotFound(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	for _, target := range []string{"/none", "/jobs/99", "/jobs/x", "/jobs/-1", "/playlists/99", "/playlists/9999999999999999999999", "/jobs/99/tree", "/static/0000000000000000/js/app.js", "/static/x/../../go.mod"} {
		resp, body := get(t, app, target)
		require.Equal(t, http.StatusNotFound, resp.StatusCode, target)
		require.Contains(t, body, "404", target)
	}
	resp, body := get(t, app, "/api/none")
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
	require.Equal(t, "application/problem+json", resp.Header.Get("Content-Type"))
	require.Contains(t, body, `"code":"not_found"`)
}

func TestForeignPagesAndNamesAreRefused(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	for _, c := range []struct {
		name   string
		header []string
		want   int
	}{
		{"the console itself", nil, http.StatusOK},
		{"another site", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"another port", []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		{"foreign origin", []string{"Sec-Fetch-Site", "", "Origin", "http://evil.example"}, http.StatusForbidden},
		{"opaque origin", []string{"Sec-Fetch-Site", "", "Origin", "null"}, http.StatusForbidden},
		{"own origin", []string{"Sec-Fetch-Site", "", "Origin", "http://127.0.0.1:8080"}, http.StatusOK},
		{"no browser", []string{"Sec-Fetch-Site", ""}, http.StatusOK},
		{"rebound name", []string{"Host", "evil.example"}, http.StatusForbidden},
		{"name that looks local", []string{"Host", "localhost.evil.example:8080"}, http.StatusForbidden},
		{"localhost", []string{"Host", "localhost:8080"}, http.StatusOK},
		{"IPv6 loopback", []string{"Host", "[::1]:8080"}, http.StatusOK},
	} {
		resp, _ := request(t, app, http.MethodPost, "/api/ping", url.Values{}, c.header...)
		require.Equal(t, c.want, resp.StatusCode, c.name)
	}
	resp, _ := get(t, app, "/dashboard", "Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusOK, resp.StatusCode, "a link from elsewhere may lead here")
	resp, _ = get(t, app, "/dashboard", "Host", "evil.example")
	require.Equal(t, http.StatusForbidden, resp.StatusCode)

	open, _ := newApp(t, newFake(), func(d *web.Deps) { d.Insecure = true })
	resp, body := get(t, open, "/dashboard", "Host", "nas.lan:18080")
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, body, "banner-danger", "every page of an open console warns")
}

func TestLanguageSwitch(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	resp, _ := request(t, app, http.MethodPost, "/language", url.Values{"lang": {"zh"}, "back": {"/playlists?status=partial"}})
	require.Equal(t, http.StatusSeeOther, resp.StatusCode)
	require.Equal(t, "/playlists?status=partial", resp.Header.Get("Location"))
	require.Contains(t, resp.Header.Get("Set-Cookie"), "lang=zh")
	_, body := get(t, app, "/playlists", "Cookie", "lang=zh", "Accept-Language", "en")
	require.Contains(t, body, "歌单池")
	for _, back := range []string{"//evil.example", "https://evil.example", `/\evil.example`, ""} {
		resp, _ = request(t, app, http.MethodPost, "/language", url.Values{"lang": {"en"}, "back": {back}})
		require.Equal(t, "/dashboard", resp.Header.Get("Location"), back)
	}
	resp, _ = request(t, app, http.MethodPost, "/language", url.Values{"lang": {"xx"}})
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
}

func TestAssetsAreKeptForGood(t *testing.T) {
	t.Parallel()
	app, d := newApp(t, newFake(), nil)
	for _, name := range d.Assets.Names() {
		resp, body := get(t, app, d.Assets.URL(name))
		require.Equal(t, http.StatusOK, resp.StatusCode, name)
		require.Contains(t, resp.Header.Get("Cache-Control"), "immutable")
		require.NotEmpty(t, body)
	}
	resp, _ := get(t, app, d.Assets.URL("css/app.css"), "Accept-Encoding", "gzip")
	require.Equal(t, "gzip", resp.Header.Get("Content-Encoding"))
}

func TestAListThatCannotBeReadSaysSo(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.failList = errors.New("disk I/O error")
	app, _ := newApp(t, f, nil)
	resp, body := get(t, app, "/playlists?platform=qq")
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, body, "could not be loaded")
	require.NotContains(t, body, "disk I/O error", "inner texts stay in the log")
}

func TestEmptyConsoleNamesTheFirstStep(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.empty = true
	app, _ := newApp(t, f, nil)
	_, body := get(t, app, "/dashboard")
	require.Contains(t, body, "Nothing has been collected yet")
	_, body = get(t, app, "/playlists")
	require.Contains(t, body, "The pool is empty")
	_, body = get(t, app, "/playlists?platform=qq")
	require.Contains(t, body, "No playlist matches")
	_, body = get(t, app, "/jobs")
	require.Contains(t, body, "No jobs yet")
}

func TestButtonsFollowTheStateMachine(t *testing.T) {
	t.Parallel()
	f := newFake()
	for _, s := range models.JobStates {
		f.jobs[0].State = s
		app, _ := newApp(t, f, nil)
		_, body := get(t, app, "/jobs/12/overview")
		for kind, event := range map[string]models.JobEvent{"pause": models.JobPause, "resume": models.JobResume, "cancel": models.JobCancel} {
			require.Equal(t, s.Allows(event), !strings.Contains(button(t, body, "job-12-"+kind), `aria-disabled="true" title="`), "%s in state %s", kind, s)
		}
	}
}

// button is the opening tag of the button with the given id.
func button(t *testing.T, body, id string) string {
	t.Helper()
	_, after, found := strings.Cut(body, `id="`+id+`"`)
	require.True(t, found, "no button %s", id)
	tag, _, _ := strings.Cut(after, ">")
	return tag
}

func TestHeadAnswersLikeGet(t *testing.T) {
	t.Parallel()
	app, _ := newApp(t, newFake(), nil)
	for path, want := range map[string]int{"/dashboard": http.StatusOK, "/playlists/1": http.StatusOK, "/jobs/12": http.StatusOK, "/": http.StatusFound, "/none": http.StatusNotFound, "/playlists?sort=x": http.StatusBadRequest} {
		resp, body := request(t, app, http.MethodHead, path, nil)
		require.Equal(t, want, resp.StatusCode, path)
		require.Empty(t, body, path)
	}
}
