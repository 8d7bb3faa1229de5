package upstreamtext

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strings"
)

// Text is a string that comes as a number at times; null is "".
type Text string

// UnmarshalJSON refuses lists, objects and truth values, so that the row counts as
// unreadable.
func (t *Text) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		return nil
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*t = Text(b)
		return nil
	}
	return fmt.Errorf("read %.40q as text", b)
}

// Line is the text as one clean line.
func (t Text) Line() string { return CleanLine(string(t)) }

// Milliseconds is a length that is told in seconds; 0 when it is none.
func Milliseconds(seconds Number) int64 {
	const longest = 24 * 60 * 60
	if seconds < 0 || seconds > longest {
		return 0
	}
	return int64(seconds) * 1000
}

// WebAddress is s when it is an http or https address, "" when it is not. One that leaves
// out its scheme ("//host/path") gets https.
func WebAddress(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "//") {
		s = "https:" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	return s
}

// SecureAddress is WebAddress with https in place of http, for pictures that pages show.
func SecureAddress(s string) string {
	s = WebAddress(s)
	if rest, ok := strings.CutPrefix(s, "http://"); ok {
		return "https://" + rest
	}
	return s
}

// FileExt is the ending of the file that an address names, in lower case without the dot;
// "" when it names none.
func FileExt(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(path.Ext(u.Path), "."))
}
