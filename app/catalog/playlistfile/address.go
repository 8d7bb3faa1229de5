package playlistfile

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	// address matches a web address inside a text. It ends before quotes, brackets and
	// anything that is not ASCII, for share texts go on in Chinese without a space.
	address = regexp.MustCompile(`(?i)https?://[!#-;=?-Z_a-z~%]+`)
	// bareAddress is an address without a scheme that fills the whole text.
	bareAddress = regexp.MustCompile(`(?i)^[a-z0-9-]+(?:\.[a-z0-9-]+)+/\S*$`)
)

// findAddresses lists the web addresses of a text in order.
func findAddresses(text string) []*url.URL {
	text = strings.TrimSpace(text)
	found := address.FindAllString(text, -1)
	if len(found) == 0 && bareAddress.MatchString(text) {
		found = []string{"https://" + text}
	}
	var list []*url.URL
	for _, f := range found {
		u, err := url.Parse(strings.TrimRight(f, ".,;:!')"))
		if err == nil && u.Hostname() != "" {
			list = append(list, u)
		}
	}
	return list
}

// startsWithAddress says that nothing but space comes before the first address.
func startsWithAddress(text string) bool {
	text = strings.TrimSpace(text)
	at := address.FindStringIndex(text)
	return at != nil && at[0] == 0 || bareAddress.MatchString(text)
}
