package listfile

import (
	"strconv"
	"strings"
)

// parseM3U reads M3U with the extensions that players write. Any text is a list of lines,
// so nothing but size can be wrong with it; a text without a single path is an empty list.
func parseM3U(text string) (List, error) {
	var list List
	var next Entry
	for row := range strings.Lines(strings.ReplaceAll(text, "\r", "\n")) {
		row = strings.TrimSpace(row)
		switch {
		case row == "":
		case strings.HasPrefix(row, "#"):
			directive(row, &list, &next)
		default:
			if len(list.Entries) > maxEntries {
				return list, nil // the caller says that there are too many
			}
			next.Location = row
			list.Entries = append(list.Entries, next)
			next = Entry{}
		}
	}
	return list, nil
}

// directive reads a line that begins with "#"; unknown ones are comments.
func directive(row string, list *List, next *Entry) {
	name, value, ok := strings.Cut(row, ":")
	if !ok {
		return
	}
	value = strings.TrimSpace(value)
	switch strings.ToUpper(name) {
	case "#PLAYLIST":
		list.Title = value
	case "#EXTALB":
		next.Album = value
	case "#EXTART":
		next.Artists = []string{value}
	case "#EXTINF":
		extInf(value, next)
	}
}

// extInf reads "123,Artist - Title", in which attributes may follow the seconds.
func extInf(value string, next *Entry) {
	head, title, _ := strings.Cut(value, ",")
	if strings.Count(head, `"`)%2 == 1 { // the comma stood inside an attribute
		rest := title
		for strings.Count(head, `"`)%2 == 1 && rest != "" {
			var part string
			part, rest, _ = strings.Cut(rest, ",")
			head += "," + part
		}
		title = rest
	}
	seconds, _, _ := strings.Cut(strings.TrimSpace(head), " ")
	if n, err := strconv.ParseFloat(seconds, 64); err == nil {
		next.DurationMS = duration(n * 1000)
	}
	artist, title := SplitTitle(title)
	next.Title = title
	if artist != "" && next.Artists == nil {
		next.Artists = []string{artist}
	}
}
