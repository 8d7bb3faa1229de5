package subsonic

import (
	"strings"
	"time"
	"unicode"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources/upstreamtext"
)

// text is a string that comes as a number at times; number the other way round.
type (
	text   = upstreamtext.Text
	number = upstreamtext.Number
)

// str reads a text of an envelope, "" when it is none.
func str(v gjson.Result) string {
	if v.Type != gjson.String && v.Type != gjson.Number {
		return ""
	}
	return v.String()
}

// maxIDBytes bounds ids, which are opaque: numbers, UUIDs, digests, a file's path in base64.
const maxIDBytes = 1024

// isID tells what can be an id.
func isID(id string) bool {
	return id != "" && len(id) <= maxIDBytes && strings.TrimSpace(id) == id && !strings.ContainsFunc(id, unicode.IsControl)
}

// timeLayouts are how servers write times; some leave the zone out and mean UTC.
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"}

// millis reads a time; 0 when there is none, or it stands for none (year 1, 1970).
func millis(s string) int64 {
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return max(t.UnixMilli(), 0)
		}
	}
	return 0
}
