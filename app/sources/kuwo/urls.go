package kuwo

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// ownHost is true for the platform's hosts: kuwo.cn and below, nothing that only looks alike.
func ownHost(host string) bool {
	host = strings.ToLower(host)
	return host == "kuwo.cn" || strings.HasSuffix(host, ".kuwo.cn")
}

// listPages are the path segments of list pages; the id follows them or stands in the query.
var listPages = map[string]models.PlaylistKind{
	"playlist_detail": models.KindPlaylist, "playlist": models.KindPlaylist, "inventory": models.KindPlaylist,
	"rankList": models.KindToplist,
}

// RecogniseURL reads the addresses of playlists and charts, of the desktop and mobile
// pages and of shares (upstream document, "Pasted addresses").
func (s *Source) RecogniseURL(u *url.URL) (models.PlaylistRef, bool, error) {
	if u == nil || !ownHost(u.Hostname()) || u.Scheme != "https" && u.Scheme != "http" {
		return models.PlaylistRef{}, false, nil
	}
	kind, id := pageID(u)
	n, err := strconv.ParseUint(id, 10, 63)
	switch {
	case strings.Contains(u.Path, "/bodian/"):
		return models.PlaylistRef{}, true, badURL("lists of the sister app Bodian are not supported")
	case kind == "":
		return models.PlaylistRef{}, true, badURL("this is no address of a playlist or chart of Kuwo")
	case kind == models.KindToplist && id == "":
		return models.PlaylistRef{}, true, badURL("this is the list of all charts; open one chart and copy its address")
	case err != nil || n == 0:
		return models.PlaylistRef{}, true, badURL("the address holds no id of a playlist; copy it again")
	}
	id = strconv.FormatUint(n, 10)
	if kind == models.KindToplist {
		id = toplistPrefix + id
	}
	return models.PlaylistRef{Platform: Name, RemoteID: id, Kind: kind}, true, nil
}

// pageID finds the kind and id of a list page; "" kind when it is another page.
func pageID(u *url.URL) (models.PlaylistKind, string) {
	segments := strings.Split(strings.Trim(path.Clean("/"+u.Path), "/"), "/")
	for i, segment := range segments {
		kind, ok := listPages[segment]
		if !ok {
			continue
		}
		inQuery := upstreamtext.First(u.Query().Get("pid"), u.Query().Get("bangId"))
		if inQuery == "" && i+1 < len(segments) {
			return kind, segments[i+1]
		}
		return kind, inQuery
	}
	return "", ""
}

func badURL(message string) error {
	e := models.Invalid("url", models.CodeBadURL, "%s", message)
	e.Source = Name
	return e
}
