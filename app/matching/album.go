package matching

import "strings"

// album is an album's name taken apart.
type album struct {
	name     string // compact, without brackets
	versions []string
}

func parseAlbum(text string) album {
	key := fold(text)
	outside, asides := splitBrackets(key)
	if compact(outside) == "" && len(asides) > 0 {
		outside = asides[0].text
	}
	for _, ending := range []string{" - single", " - ep", " single", " ep"} {
		outside = strings.TrimSuffix(outside, ending)
	}
	return album{name: compact(outside), versions: tagsIn(albumRules, key)}
}

// compareAlbums weighs little: the same recording stands on singles and collections.
func compareAlbums(a, b album) Part {
	switch {
	case a.name == "" || b.name == "":
		return Part{}
	case a.name == b.name:
		return known(1)
	case strings.Contains(a.name, b.name) || strings.Contains(b.name, a.name):
		return known(0.8)
	case similarity(a.name, b.name) >= 0.8:
		return known(0.9)
	default:
		return known(0.3)
	}
}
