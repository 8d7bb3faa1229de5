package kuwo

import (
	"fmt"
	"html"
	"regexp"
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
func cleanLine(s string) string { return plainLine(unescape(s)) }

// cleanText is cleanLine for descriptions: line breaks stay.
func cleanText(s string) string {
	lines := strings.Split(unescape(s), "\n")
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
// an ampersand too, so the text is split beside them and unescaped after.
func splitArtists(s string) []string {
	var names []string
	add := func(part string) {
		if name := cleanLine(part); name != "" {
			names = append(names, name)
		}
	}
	entities := entity.FindAllStringIndex(s, -1)
	start := 0
	for i := 0; i < len(s); i++ {
		switch {
		case len(entities) > 0 && i == entities[0][0]:
			i = entities[0][1] - 1
			entities = entities[1:]
		case s[i] == '&':
			add(s[start:i])
			start = i + 1
		}
	}
	add(s[start:])
	return names
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
