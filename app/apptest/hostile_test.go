package apptest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

func jsonOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(text)
}

// ownElements are what the console's pages are made of.
var ownElements = regexp.MustCompile(`^(html|head|meta|title|link|noscript|script|style|body|a|abbr|article|aside|audio|b|br|button|code|datalist|dd|del|details|dialog|div|dl|dt|em|fieldset|figure|figcaption|footer|form|h[1-6]|header|hr|i|img|input|ins|kbd|label|legend|li|main|mark|menu|meter|nav|ol|optgroup|option|output|p|picture|pre|progress|s|samp|section|select|small|source|span|strong|sub|summary|sup|svg|circle|g|line|path|polyline|rect|text|tspan|use|desc|defs|pattern|linearGradient|stop|table|tbody|td|template|textarea|tfoot|th|thead|time|tr|u|ul|var|wbr)$`)

// Titles that are markup, paths or control characters are text on every page and fragment.
func TestHostileTitlesAreTextEverywhere(t *testing.T) {
	t.Parallel()
	g := newGrounds(t)
	seen := map[string]bool{}
	queue := []string{"/dashboard", "/playlists?page_size=200", "/songs?page_size=200", "/artists", "/jobs", "/jobs/1", "/schedules", "/maintenance", "/exports", "/logs", "/settings", "/api/docs"}
	for _, r := range g.Routes {
		if r.Method == http.MethodGet && !strings.HasPrefix(r.Path, "/assets") && !strings.HasPrefix(r.Path, "/api/") {
			queue = append(queue, pathWith(r.Path, -1, ""))
		}
	}
	hostile := 0
	for len(queue) > 0 && len(seen) < 400 {
		target := queue[0]
		queue = queue[1:]
		if seen[target] {
			continue
		}
		seen[target] = true
		r := g.Send(http.MethodGet, target, "")
		require.Less(t, r.StatusCode, 500, target)
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			continue
		}
		if bytes.Contains(r.Body, []byte("&lt;script")) || bytes.Contains(r.Body, []byte("&lt;img")) {
			hostile++
		}
		queue = append(queue, g.inspect(target, r.Body)...)
	}
	t.Logf("%d pages and fragments, %d of them with markup in a title", len(seen), hostile)
	require.Greater(t, hostile, 5, "the demo's hostile titles are seen")
}

// inspect finds what of a page its templates did not write, and gives the pages and
// fragments that it links to.
func (g *grounds) inspect(target string, page []byte) []string {
	g.t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	require.NoError(g.t, err)
	if bytes.IndexByte(page, 0) >= 0 {
		g.t.Errorf("%s holds a NUL byte", target)
	}
	var links []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !ownElements.MatchString(n.Data) {
			g.t.Errorf("%s holds <%s>", target, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" {
				g.t.Errorf("%s: <%s> has %s=%q", target, n.Data, a.Key, a.Val)
			}
			if a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "hx-get" {
				if scheme, _, ok := strings.Cut(a.Val, ":"); ok && !strings.ContainsAny(scheme, "/?#") && scheme != "https" && scheme != "http" && scheme != "data" {
					g.t.Errorf("%s: <%s> leads to %q", target, n.Data, a.Val)
				}
				if (a.Key == "href" && n.Data == "a" || a.Key == "hx-get") && strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") && !strings.HasPrefix(a.Val, "/api/playlists") {
					links = append(links, strings.ReplaceAll(a.Val, " ", "%20"))
				}
			}
		}
		if n.Data == "script" && n.FirstChild != nil {
			g.t.Errorf("%s: a script stands in the page", target)
		}
	}
	return links
}

// The API's answers are JSON whatever a title holds, and no browser takes them for a page.
func TestHostileTitlesStayJSON(t *testing.T) {
	t.Parallel()
	g := newGrounds(t)
	for _, o := range g.doc.Operations() {
		if o.Method != http.MethodGet || strings.Contains(o.Path, "events") {
			continue
		}
		r := g.try(http.MethodGet, pathWith(o.Path, -1, ""), "")
		require.Equal(t, "nosniff", r.Header.Get("X-Content-Type-Options"), o.Path)
		require.NotContains(t, r.Header.Get("Content-Type"), "html", o.Path)
		if strings.HasSuffix(r.Header.Get("Content-Type"), "json") {
			require.True(t, json.Valid(r.Body), o.Path)
		}
	}
}
