package netease

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"catalogsync/app/httpclient"
	"catalogsync/models"
)

const (
	webHost    = "music.163.com"
	mobileHost = "y.music.163.com"
	shortHost  = "163cn.tv"
	// defaultToplist (飙升榜) is what the toplist page shows when no id is given.
	defaultToplist = "19723756"
)

// wrappers are path parts that stand before the kind of page: /m/, /my/m/music/, /discover/.
var wrappers = []string{"m", "my", "music", "discover"}

// RecogniseURL reads the web addresses of playlists and toplists, also mobile ones and
// those with their path behind "#".
func (s *Source) RecogniseURL(u *url.URL) (models.PlaylistRef, bool, error) {
	switch strings.ToLower(u.Hostname()) {
	case webHost, mobileHost:
	default:
		return models.PlaylistRef{}, false, nil
	}
	ref, err := readPage(pageOf(u))
	return ref, true, err
}

// pageOf is the page that an address shows: single-page addresses hold it behind "#".
func pageOf(u *url.URL) *url.URL {
	fragment := strings.TrimPrefix(u.Fragment, "!")
	if strings.HasPrefix(fragment, "/") {
		if page, err := url.Parse("https://" + webHost + fragment); err == nil {
			return page
		}
	}
	return u
}

func readPage(page *url.URL) (models.PlaylistRef, error) {
	parts := strings.FieldsFunc(page.Path, func(r rune) bool { return r == '/' })
	for len(parts) > 0 && slices.Contains(wrappers, parts[0]) {
		parts = parts[1:]
	}
	if len(parts) == 0 {
		return models.PlaylistRef{}, badURL("this NetEase address shows no playlist")
	}
	id := page.Query().Get("id")
	if id == "" && len(parts) > 1 {
		id = parts[1] // /playlist/N/ and /playlist/N/<user>/
	}
	ref := models.PlaylistRef{Platform: Name, RemoteID: id, Kind: models.KindPlaylist}
	switch parts[0] {
	case "playlist":
	case "toplist":
		ref.Kind = models.KindToplist
		if id == "" {
			ref.RemoteID = defaultToplist
		}
	case "song", "album", "artist", "djradio", "dj", "program", "mv", "video", "user":
		return models.PlaylistRef{}, badURL("this NetEase address shows a " + parts[0] + ", not a playlist")
	default:
		return models.PlaylistRef{}, badURL("this NetEase address shows no playlist")
	}
	n, err := strconv.ParseInt(ref.RemoteID, 10, 64)
	if err != nil || n <= 0 || strings.HasPrefix(ref.RemoteID, "+") {
		return models.PlaylistRef{}, badURL("this NetEase address holds no playlist number (id=…)")
	}
	ref.RemoteID = strconv.FormatInt(n, 10)
	return ref, nil
}

func badURL(why string) error {
	e := models.Invalid("url", models.CodeBadURL, "%s; copy the address of a playlist or toplist page", why)
	e.Source = Name
	return e
}

// ResolveShortLink reads where https://163cn.tv/CODE leads, without going there. A
// target outside the platform's own pages is refused.
func (s *Source) ResolveShortLink(ctx context.Context, u *url.URL) (*url.URL, bool, error) {
	if !strings.EqualFold(u.Hostname(), shortHost) {
		return nil, false, nil
	}
	code := strings.Trim(u.Path, "/")
	if code == "" || len(code) > 64 || strings.ContainsFunc(code, notInCode) {
		return nil, true, badURL("this NetEase short link is not complete")
	}
	resp, err := s.http.Do(ctx, httpclient.Request{
		Endpoint: endpointShort, URL: "https://" + shortHost + "/" + code,
		NoRedirect: true, AllowEmpty: true, AllowHTML: true,
		Header: map[string][]string{"Cookie": nil}, // the login is for the music hosts only
	})
	if models.ClassOf(err) == models.ClassNotFound {
		return nil, true, badURL("this NetEase short link does not exist any more")
	}
	if err != nil {
		return nil, true, err
	}
	target, err := shortTarget(resp.Header.Get("Location"))
	return target, true, err
}

func notInCode(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-'
}

func shortTarget(location string) (*url.URL, error) {
	target, err := url.Parse(location)
	if err != nil || location == "" {
		err = errors.New("no target")
	} else if host := strings.ToLower(target.Hostname()); (target.Scheme != "http" && target.Scheme != "https") ||
		(host != webHost && host != mobileHost) {
		err = errors.New("foreign target")
	}
	if err != nil {
		return nil, badURL("this NetEase short link leads to no page of the platform")
	}
	return target, nil
}
