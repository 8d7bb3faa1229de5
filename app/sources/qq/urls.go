package qq

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// ownHost is true for the platform's own hosts, pages and streams alike.
func ownHost(host string) bool {
	host = strings.ToLower(host)
	return host == "qq.com" || strings.HasSuffix(host, ".qq.com")
}

// ownPage is true for the hosts of its web pages.
func ownPage(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return (u.Scheme == "https" || u.Scheme == "http") && (host == "y.qq.com" || strings.HasSuffix(host, ".y.qq.com"))
}

// RecogniseURL reads the addresses of playlists and charts, of the desktop and mobile
// pages and of shares (upstream document, "Pasted URLs"). Short links are left to
// ResolveShortLink.
func (s *Source) RecogniseURL(u *url.URL) (models.PlaylistRef, bool, error) {
	if u == nil || !ownPage(u) || isShortLink(u) {
		return models.PlaylistRef{}, false, nil
	}
	kind, id := pageID(u)
	n, err := strconv.ParseUint(id, 10, 63)
	switch {
	case kind == "":
		return models.PlaylistRef{}, true, badURL("this is no address of a playlist or chart of QQ Music")
	case err != nil || n == 0:
		return models.PlaylistRef{}, true, badURL("the address holds no id of a playlist; copy it again")
	case kind == models.KindToplist && n == mvChart:
		return models.PlaylistRef{}, true, badURL("this chart lists videos, not songs")
	}
	id = strconv.FormatUint(n, 10)
	if kind == models.KindToplist {
		id = toplistPrefix + id
	}
	return models.PlaylistRef{Platform: Name, RemoteID: id, Kind: kind}, true, nil
}

// listPages are the names of list pages, as a path segment followed by the id or as a
// page with the id in its query.
var listPages = map[string]models.PlaylistKind{
	"playlist": models.KindPlaylist, "playsquare": models.KindPlaylist, "taoge": models.KindPlaylist,
	"toplist": models.KindToplist,
}

// pageID finds the kind and id of a list page; "" kind when it is another page.
func pageID(u *url.URL) (models.PlaylistKind, string) {
	segments := strings.Split(strings.Trim(path.Clean("/"+u.Path), "/"), "/")
	last := strings.TrimSuffix(segments[len(segments)-1], ".html")
	before := ""
	if len(segments) > 1 {
		before = segments[len(segments)-2]
	}
	if last == "index" { // …/taoge/index.html?id=N
		last, before = before, ""
	}
	if kind, ok := listPages[last]; ok {
		return kind, upstreamtext.First(u.Query().Get("id"), u.Query().Get("disstid"))
	}
	if kind, ok := listPages[before]; ok && before != "taoge" {
		return kind, last
	}
	return "", ""
}

func badURL(message string) error {
	e := models.Invalid("url", models.CodeBadURL, "%s", message)
	e.Source = Name
	return e
}

// isShortLink: c.y.qq.com/base/fcgi-bin/u?__=CODE, also on c6.
func isShortLink(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return (host == "c.y.qq.com" || host == "c6.y.qq.com") && u.Path == "/base/fcgi-bin/u" && u.Query().Get("__") != ""
}

// maxHops bounds a chain of short links.
const maxHops = 4

// ResolveShortLink follows a short link, by GET (HEAD is answered with 500), to a page of
// this platform; a link that leads elsewhere is refused.
func (s *Source) ResolveShortLink(ctx context.Context, u *url.URL) (*url.URL, bool, error) {
	if u == nil || !ownPage(u) || !isShortLink(u) {
		return nil, false, nil
	}
	for range maxHops {
		target, err := s.followShortLink(ctx, u)
		if err != nil {
			return nil, true, err
		}
		if !isShortLink(target) {
			return target, true, nil
		}
		u = target
	}
	return nil, true, badURL("the short link leads to short links without end")
}

func (s *Source) followShortLink(ctx context.Context, u *url.URL) (*url.URL, error) {
	resp, err := s.http.Do(ctx, httpclient.Request{
		Endpoint: "short link", Method: http.MethodGet, URL: "https://" + u.Hostname() + u.Path,
		Query: url.Values{"__": {u.Query().Get("__")}}, AllowHTML: true, AllowEmpty: true, NoRedirect: true,
	})
	if err != nil {
		return nil, err
	}
	if location := resp.Header.Get("Location"); location != "" {
		target, err := u.Parse(location)
		if err != nil || !ownPage(target) {
			return nil, badURL("the short link leads away from QQ Music")
		}
		return target, nil
	}
	if target := pageTarget(string(resp.Body)); target != nil {
		return target, nil
	}
	return nil, badURL("the short link leads nowhere; open it in a browser and copy the address from there")
}

// pageLink finds addresses of the platform's pages in a page that redirects by script.
var pageLink = regexp.MustCompile(`https?://(?:[A-Za-z0-9-]+\.)*y\.qq\.com/[^\s"'<>\\()]+`)

// pageTarget finds where a page of a short link leads: to the first list page named in it.
func pageTarget(page string) *url.URL {
	page = strings.ReplaceAll(page, `\/`, "/")
	for _, link := range pageLink.FindAllString(page, 20) {
		u, err := url.Parse(html.UnescapeString(link))
		if err != nil || !ownPage(u) {
			continue
		}
		if kind, _ := pageID(u); kind != "" {
			return u
		}
	}
	return nil
}
