package subsonic

import (
	"net/url"
	"path"
	"strings"

	"catalogsync/models"
)

// RecogniseURL reads addresses of playlists on the configured server: those of Navidrome's
// pages (/app/#/playlist/ID/show), of supysonic's (/playlist/ID), and of the API itself.
func (s *Source) RecogniseURL(u *url.URL) (models.PlaylistRef, bool, error) {
	if u == nil || u.Scheme != "https" && u.Scheme != "http" || !strings.EqualFold(hostPort(u), hostPort(s.base)) {
		return models.PlaylistRef{}, false, nil
	}
	page, below := strings.CutPrefix(path.Clean("/"+u.EscapedPath())+"/", s.base.EscapedPath()+"/")
	if !below {
		return models.PlaylistRef{}, false, nil // another service on the same host
	}
	id := playlistID(page, u)
	if !isID(id) || id == starredID {
		e := models.Invalid("url", models.CodeBadURL, "this is an address of %s, but not of a playlist there; open the playlist and copy its address", s.name)
		e.Source = s.name
		return models.PlaylistRef{}, true, e
	}
	return models.PlaylistRef{Platform: s.name, RemoteID: id, Kind: models.KindPlaylist}, true, nil
}

// playlistID finds the playlist's id in a page's path, its fragment, or its query; "" when
// the page shows none.
func playlistID(page string, u *url.URL) string {
	for _, way := range []string{page, u.EscapedFragment()} {
		way, _, _ = strings.Cut(way, "?")
		segments := strings.Split(strings.Trim(way, "/"), "/")
		for i, segment := range segments {
			if segment == "playlist" && i+1 < len(segments) {
				if id, err := url.PathUnescape(segments[i+1]); err == nil {
					return id
				}
			}
		}
	}
	last := path.Base("/" + page)
	if last == "getPlaylist" || last == "getPlaylist.view" || last == "playlist.view" {
		return u.Query().Get("id")
	}
	return ""
}

// holds tells whether an address is a method of the configured server.
func (s *Source) holds(u *url.URL) bool {
	return u.Scheme == s.base.Scheme && strings.EqualFold(u.Host, s.base.Host) && u.User == nil &&
		strings.HasPrefix(path.Clean(u.Path), s.base.Path+"/rest/")
}

// hostPort is an address's host with its port.
func hostPort(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Hostname() + " " + u.Port()
	case u.Scheme == "http":
		return u.Hostname() + " 80"
	}
	return u.Hostname() + " 443"
}
