package matching

import (
	"slices"
	"strings"

	"github.com/hbollon/go-edlib"
)

// titleVerdict is what comparing two titles found.
type titleVerdict struct {
	title       float64
	otherNumber bool
	versions    []versionDifference
	// albumHint: only an album speaks of another version, and the other album is unknown.
	albumHint bool
	// strange: one title has an addition in brackets that nothing explains.
	strange bool
	// generic: the title names a piece of any album and tells nothing of the song.
	generic bool
}

// reading is one way to read a pair of titles.
type reading struct {
	a, b                 string
	versionsA, versionsB versions
	// cut says that an ending was taken off either side.
	cut bool
}

// readings lists them. Version words at the end of a title may be part of it ("Long
// Live"), so they count as a version only where the other side says the version in
// brackets, or both say one in words.
func readings(a, b title) []reading {
	list := []reading{{a.full, b.full, a.versions, b.versions, false}}
	if a.bare.tags != nil {
		list = append(list, reading{a.core, b.full, a.versions.with(a.bare), b.versions, true})
	}
	if b.bare.tags != nil {
		list = append(list, reading{a.full, b.core, a.versions, b.versions.with(b.bare), true})
	}
	if a.bare.tags != nil && b.bare.tags != nil && a.versions.tags == nil && b.versions.tags == nil {
		list = append(list, reading{a.core, b.core, a.bare, b.bare, true})
	}
	return list
}

// compareTitles finds the reading of both titles that agrees best.
func compareTitles(a, b title, albumA, albumB album) titleVerdict {
	var best titleVerdict
	for i, r := range readings(a, b) {
		v := titleVerdict{title: titleSimilarity(r, a, b)}
		v.versions = versionDifferences(r.versionsA, r.versionsB, albumA.versions, albumB.versions)
		v.addAlbums(union(r.versionsA.tags, r.versionsB.tags), albumA, albumB)
		if i == 0 || v.title > best.title || v.title == best.title && len(v.versions) < len(best.versions) {
			best = v
		}
	}
	best.otherNumber = otherNumbers(a, b)
	if best.title == misspelt && spelledAlike(a.spaced, b.spaced) { // "Ninety-Nine", "99"
		best.otherNumber = !slices.Equal(partsAlone(a), partsAlone(b))
	}
	best.generic = slices.Contains(genericTitles, a.full)
	if a.whole != b.whole && a.full == b.full {
		best.strange = len(a.strange) > 0 || len(b.strange) > 0
		if !sameAdditions(a.strange, b.strange) {
			best.title = min(best.title, 0.6)
		}
	}
	return best
}

// sameAdditions says that one side's additions are among the other's.
func sameAdditions(a, b []string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return !slices.ContainsFunc(a, func(x string) bool { return !slices.Contains(b, x) })
}

// genericTitles are what many albums call one of their pieces.
var genericTitles = []string{"intro", "outro", "interlude", "skit", "prelude", "introduction", "untitled", "bonustrack", "序", "序曲", "前奏", "前奏曲", "间奏", "间奏曲", "尾声", "引子", "开场"}

// addAlbums looks at versions that only an album tells.
func (v *titleVerdict) addAlbums(inTitles []string, a, b album) {
	for _, d := range versionDifferences(versions{tags: a.versions}, versions{tags: b.versions}, nil, nil) {
		if slices.Contains(inTitles, d.tag) {
			continue
		}
		// An accompaniment is as long as its song, so that nothing else would tell it.
		if (a.name == "" || b.name == "") && d.tag != tagInstrumental {
			v.albumHint = true
			continue
		}
		v.versions = append(v.versions, d)
	}
}

// Similarities of titles that are not spelt alike.
const (
	translated = 0.95 // one gives the name in another language as well
	misspelt   = 0.90
)

// titleSimilarity is 1 for equal titles. A translation in brackets counts nearly as much
// as the title itself.
func titleSimilarity(r reading, a, b title) float64 {
	x, y := r.a, r.b
	switch {
	case x == "" || y == "":
		return 0
	case x == y, !r.cut && (a.whole == y || x == b.whole || a.whole == b.whole):
		return 1
	case slices.Contains(b.asides, x) && slices.Contains(a.asides, y):
		return 1
	case len([]rune(x)) > 1 && named(b, x), len([]rune(y)) > 1 && named(a, y):
		return translated
	case len(a.halves) == 2 && slices.ContainsFunc(a.halves, func(h string) bool { return named(b, h) && h != x }) && slices.Contains(a.halves, y):
		return translated
	case sameSounds(x) == sameSounds(y), inLatin(x, y), inLatin(y, x):
		return translated
	case nearlySpelt(a.spaced, b.spaced), !r.cut && spelledAlike(a.spaced, b.spaced):
		return misspelt
	}
	// What is said of two other titles is for the reader alone.
	return min(similarity(x, y), 0.84)
}

// inLatin says that y is how x, a name of kana or Hangul, is written in Latin letters.
func inLatin(x, y string) bool {
	roman := romanised(x)
	return len(roman) >= shortestSpelling && roman == plainRoman(y)
}

// named says that a title gives the name in brackets or as one of its halves.
func named(t title, name string) bool {
	return slices.Contains(t.asides, name) && !slices.Contains(t.strange, name) || slices.Contains(t.halves, name)
}

// nearlySpelt allows for another spelling of a word in a long title of Latin letters
// ("colour"). A title that differs by a word, a letter exchanged ("boat", "coat") or a
// plural is another one, and so is one that differs in a script whose characters are words.
func nearlySpelt(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != len(y) || hasCJK(a) || hasCJK(b) || min(len(compact(a)), len(compact(b))) < 15 {
		return false
	}
	other := 0
	for i := range x {
		if compact(x[i]) == compact(y[i]) {
			continue
		}
		if other++; other > 1 || !sameWord(compact(x[i]), compact(y[i])) {
			return false
		}
	}
	return true
}

// sameWord says that two words begin and end alike and differ by one letter that is
// missing or two that are exchanged.
func sameWord(a, b string) bool {
	if min(len(a), len(b)) < 5 || a[0] != b[0] || a[len(a)-1] != b[len(b)-1] {
		return false
	}
	if len(a) != len(b) {
		return edlib.LCSEditDistance(a, b) == 1
	}
	return edlib.OSADamerauLevenshteinDistance(a, b) == 1 && edlib.LevenshteinDistance(a, b) == 2
}

// maxCompared bounds the texts whose edit distance is worked out: the work grows with the
// product of their lengths.
const maxCompared = 400

// similarity is 1 minus the edit distance in parts of the longer text; 0 for texts that
// are too long to be names.
func similarity(a, b string) float64 {
	if max(len(a), len(b)) > maxCompared {
		return 0
	}
	s, err := edlib.StringsSimilarity(a, b, edlib.Levenshtein)
	if err != nil {
		return 0
	}
	return float64(s)
}
