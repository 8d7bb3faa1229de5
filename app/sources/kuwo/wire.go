package kuwo

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode"

	"github.com/tidwall/gjson"

	"catalogsync/models"
)

// number is an integer that Kuwo sends as number or as string; null and "" are 0.
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

// integer reads a number that may come as a string.
func integer(v gjson.Result) (int64, bool) {
	if v.Type != gjson.Number && v.Type != gjson.String {
		return 0, false
	}
	var n number
	err := n.UnmarshalJSON([]byte(v.Raw))
	return int64(n), err == nil && strings.Trim(v.Raw, `" `) != ""
}

// cleanLine makes one line of plain text of an upstream title or name: entities resolved
// (titles carry &nbsp; and &amp;), no-break spaces made spaces, no control characters.
func cleanLine(s string) string { return plainLine(html.UnescapeString(s)) }

// cleanText is cleanLine for descriptions: line breaks stay.
func cleanText(s string) string {
	lines := strings.Split(html.UnescapeString(s), "\n")
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

// splitArtists splits "A&B" into clean names. Entities within a name ("Rock&amp;Roll") hold
// an ampersand too, so the text is split first and unescaped after.
func splitArtists(s string) []string {
	var names []string
	add := func(part string) {
		if name := cleanLine(part); name != "" {
			names = append(names, name)
		}
	}
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '&' {
			continue
		}
		if n := entityLength(s[i:]); n > 0 {
			i += n - 1
			continue
		}
		add(s[start:i])
		start = i + 1
	}
	add(s[start:])
	return names
}

// longestEntity bounds the entities that are looked for; names of real ones are short.
const longestEntity = 12

// entityLength is the length of the entity that s begins with, 0 = none.
func entityLength(s string) int {
	end := strings.IndexByte(s[:min(len(s), longestEntity)], ';')
	if end < 0 || html.UnescapeString(s[:end+1]) == s[:end+1] {
		return 0
	}
	return end + 1
}

// artistRefs joins names with their ids. A list of ids is used when it is as long as the
// names; a single id belongs to the first.
func artistRefs(names []string, ids string) []models.ArtistRef {
	list := strings.Split(ids, "&")
	refs := make([]models.ArtistRef, len(names))
	for i, name := range names {
		refs[i].Name = name
		if i < len(list) && (len(list) == len(names) || len(list) == 1) && list[i] != "0" {
			refs[i].RemoteID = list[i]
		}
	}
	return refs
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

// webAddress is s when it is a web address, else "".
func webAddress(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

// isID is true for the decimal ids of songs, playlists and charts.
func isID(s string) bool {
	n, err := strconv.ParseUint(s, 10, 63)
	return err == nil && n > 0
}
