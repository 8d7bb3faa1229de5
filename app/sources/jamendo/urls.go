package jamendo

import (
	"net/url"
	"path"
	"strings"

	"catalogsync/models"
)

// shortHost is the host of the platform's short links, which name the id themselves.
const shortHost = "jamen.do"

// ownHost is true for the platform's hosts: jamendo.com and below, nothing that only looks alike.
func ownHost(host string) bool {
	host = strings.ToLower(host)
	return host == "jamendo.com" || strings.HasSuffix(host, ".jamendo.com")
}

// RecogniseURL reads the addresses of playlists and albums, long and short, with or without
// a language before and a name behind the id.
func (s *Source) RecogniseURL(u *url.URL) (models.PlaylistRef, bool, error) {
	if u == nil || u.Scheme != "https" && u.Scheme != "http" || !ownHost(u.Hostname()) && !strings.EqualFold(u.Hostname(), shortHost) {
		return models.PlaylistRef{}, false, nil
	}
	segments := strings.Split(strings.Trim(path.Clean("/"+u.Path), "/"), "/")
	for i := 0; i+1 < len(segments); i++ {
		id, known := listID(segments[i], segments[i+1])
		if !known {
			continue
		}
		if !isID(strings.TrimPrefix(id, albumPrefix)) {
			return models.PlaylistRef{}, true, badURL("the address holds no id of a playlist; copy it again")
		}
		return models.PlaylistRef{Platform: Name, RemoteID: id, Kind: models.KindPlaylist}, true, nil
	}
	return models.PlaylistRef{}, true, badURL("this is no address of a playlist or album of Jamendo; open one and copy its address")
}

// listID is the id of a list by two segments of its page's path. In list/ and l/ the letter
// before the digits is the kind.
func listID(page, id string) (string, bool) {
	switch page {
	case "playlist":
		return id, true
	case "album":
		return albumPrefix + id, true
	case "list", "l":
		if album, ok := strings.CutPrefix(id, "a"); ok {
			return albumPrefix + album, true
		}
		return strings.TrimPrefix(id, "p"), true
	}
	return "", false
}

func badURL(message string) error {
	e := models.Invalid("url", models.CodeBadURL, "%s", message)
	e.Source = Name
	return e
}
