package archive

import (
	"net/url"
	"strings"

	"catalogsync/models"
)

// itemPages are the first segments of the pages that name an item.
var itemPages = []string{"details", "download", "embed", "metadata", "stream"}

// RecogniseURL reads the addresses of items, of their files and of players. Whether an
// identifier names a release or a collection is known only when it is fetched.
func (s *Source) RecogniseURL(u *url.URL) (models.PlaylistRef, bool, error) {
	if u == nil || !ownHost(u.Hostname()) || u.Scheme != "https" && u.Scheme != "http" {
		return models.PlaylistRef{}, false, nil
	}
	page, rest, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	id, _, _ := strings.Cut(rest, "/")
	switch {
	case !isItemPage(page):
		return models.PlaylistRef{}, true, badURL("this address of the Internet Archive shows no release")
	case strings.HasPrefix(id, "@"):
		return models.PlaylistRef{}, true, badURL("this is the page of a person's uploads, not of a release")
	case !identifier.MatchString(id):
		return models.PlaylistRef{}, true, badURL("the address holds no identifier of a release")
	}
	return refOf(id), true, nil
}

func isItemPage(page string) bool {
	for _, p := range itemPages {
		if page == p {
			return true
		}
	}
	return false
}

// ownHost is archive.org with or without www; other hosts below it (the Wayback Machine,
// storage) have no pages of items.
func ownHost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "archive.org" || host == "www.archive.org"
}

func badURL(why string) error {
	e := models.Invalid("url", models.CodeBadURL, "%s; copy an address such as archive.org/details/<release>", why)
	e.Source = Name
	return e
}
