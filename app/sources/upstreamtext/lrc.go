package upstreamtext

import (
	"regexp"
	"strings"
	"unicode"
)

// lrcTag is a time or header tag of LRC: [00:12.34], [ti:…].
var lrcTag = regexp.MustCompile(`\[[^\[\]\n]*\]`)

// instrumental is in the one line that platforms write for songs without words.
const instrumental = "纯音乐"

// Words is an LRC text with plain line ends and without control characters; "" when it
// holds nothing but tags, or the one line that says that there are no words.
func Words(lrc string) string {
	lrc = strings.ReplaceAll(strings.TrimPrefix(lrc, "\uFEFF"), "\r\n", "\n")
	lrc = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, lrc))
	count, last := 0, ""
	for line := range strings.SplitSeq(lrc, "\n") {
		if text := strings.TrimSpace(lrcTag.ReplaceAllLiteralString(line, "")); text != "" {
			count, last = count+1, text
		}
	}
	if count == 0 || count == 1 && strings.Contains(last, instrumental) {
		return ""
	}
	return lrc
}
