// Package upstreamtext reads what platforms write loosely: numbers that come as strings,
// texts with HTML entities and control characters. Adapters share it.
package upstreamtext

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Number is an integer that comes as number or as string; null and "" are 0.
type Number int64

// UnmarshalJSON refuses what is neither, so that the row counts as unreadable.
func (n *Number) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `" `)
	if text == "" || text == "null" {
		return nil
	}
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = Number(v)
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != f || f > 1<<53 || f < -1<<53 {
		return fmt.Errorf("read %.40q as a number", text)
	}
	*n = Number(f)
	return nil
}

// Entity matches a whole HTML entity. Without its semicolon it is left alone, against the
// habit of browsers: "Rock&reggae" holds no trademark sign.
var Entity = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});`)

// Unescape resolves whole HTML entities.
func Unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return Entity.ReplaceAllStringFunc(s, html.UnescapeString)
}

// CleanLine makes one line of plain text of a title or name: entities resolved, no-break
// spaces made spaces, no control characters.
func CleanLine(s string) string { return plainLine(Unescape(s)) }

// CleanText is CleanLine for descriptions: line feeds stay.
func CleanText(s string) string {
	lines := strings.Split(Unescape(s), "\n")
	for i, l := range lines {
		lines[i] = plainLine(l)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
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

// First is the first of the texts that is not blank.
func First(texts ...string) string {
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}
