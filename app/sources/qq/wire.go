package qq

import (
	"regexp"
	"strings"

	"catalogsync/app/sources/upstreamtext"
)

// number is an integer that QQ sends as number or as string.
type number = upstreamtext.Number

// lineBreak is how QQ breaks lines within descriptions.
var lineBreak = regexp.MustCompile(`(?i)<br\s*/?>`)

func withBreaks(s, instead string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	return lineBreak.ReplaceAllLiteralString(s, instead)
}

// cleanLine makes one line of plain text of a title or name (they carry &amp;, &#39; and
// the like).
func cleanLine(s string) string { return upstreamtext.CleanLine(withBreaks(s, " ")) }

// cleanText is cleanLine for descriptions: line breaks stay.
func cleanText(s string) string { return upstreamtext.CleanText(withBreaks(s, "\n")) }

// webAddress is s when it is a web address, else "". Covers come without a scheme at
// times ("//y.gtimg.cn/…").
func webAddress(s string) string {
	s = strings.TrimSpace(s)
	switch {
	case strings.HasPrefix(s, "//"):
		return "https:" + s
	case strings.HasPrefix(s, "https://"), strings.HasPrefix(s, "http://"):
		return s
	}
	return ""
}
