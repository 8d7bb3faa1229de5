package qq

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// number is an integer that QQ sends as number or as string; null and "" are 0.
type number int64

// UnmarshalJSON refuses what is neither, so that the row counts as unreadable.
func (n *number) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `" `)
	if text == "" || text == "null" {
		return nil
	}
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = number(v)
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != f || f > 1<<53 || f < -1<<53 {
		return fmt.Errorf("read %.40q as a number", text)
	}
	*n = number(f)
	return nil
}

// lineBreak is how QQ breaks lines within descriptions.
var lineBreak = regexp.MustCompile(`(?i)<br\s*/?>`)

func withBreaks(s, instead string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	return lineBreak.ReplaceAllLiteralString(s, instead)
}

// cleanLine makes one line of plain text of an upstream title or name: entities resolved
// (names and titles carry &amp;, &#39; and the like), no control characters.
func cleanLine(s string) string {
	return plainLine(unescape(withBreaks(s, " ")))
}

// cleanText is cleanLine for descriptions: line breaks stay.
func cleanText(s string) string {
	lines := strings.Split(unescape(withBreaks(s, "\n")), "\n")
	for i, l := range lines {
		lines[i] = plainLine(l)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// entity is a whole HTML entity. Without its semicolon it is left alone, against the habit
// of browsers: "Rock&reggae" holds no trademark sign.
var entity = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});`)

func unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return entity.ReplaceAllStringFunc(s, html.UnescapeString)
}

func plainLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s))
}

// firstText is the first of the texts that is not blank.
func firstText(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}

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
