package kuwo

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// number is an integer that Kuwo sends as number or as string.
type number = upstreamtext.Number

// integer reads a number that may come as a string.
func integer(v gjson.Result) (int64, bool) {
	if v.Type != gjson.Number && v.Type != gjson.String {
		return 0, false
	}
	var n number
	err := n.UnmarshalJSON([]byte(v.Raw))
	return int64(n), err == nil && strings.Trim(v.Raw, `" `) != ""
}

// cleanLine makes one line of plain text of a title or name (titles carry &nbsp; and &amp;).
func cleanLine(s string) string { return upstreamtext.CleanLine(s) }

// cleanText is cleanLine for descriptions: line breaks stay.
func cleanText(s string) string { return upstreamtext.CleanText(s) }

// splitArtists splits "A&B" into clean names. Entities within a name ("Rock&amp;Roll") hold
// an ampersand too, so the text is split beside them and unescaped after.
func splitArtists(s string) []string {
	var names []string
	add := func(part string) {
		if name := cleanLine(part); name != "" {
			names = append(names, name)
		}
	}
	entities := upstreamtext.Entity.FindAllStringIndex(s, -1)
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
