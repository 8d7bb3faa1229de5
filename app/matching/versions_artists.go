package matching

import "slices"

// tagDuet is the version of a song that two people sing.
const tagDuet = "duet"

// toldByArtists says that a version which one side names is told on the other by who sings:
// a duet by two names, and a cover, which says whose song it is, by the name of who covers.
func toldByArtists(d versionDifference, s Score, a, b versions, artistsA, artistsB []artist) bool {
	if d.another || s.Artists.Value < 1 {
		return false
	}
	switch d.tag {
	case tagDuet:
		return len(artistsA) > 1 && len(artistsB) > 1
	case tagCover:
		sign := a.signs[tagCover] + b.signs[tagCover] // one side has none
		own := func(x artist) bool { return slices.Contains(x.forms, sign) }
		return sign != "" && s.Duration.Value == 1 && !slices.ContainsFunc(artistsA, own)
	}
	return false
}
