package matching

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/hbollon/go-edlib"

	"catalogsync/app/matching/textkey"
)

// title is a title taken apart.
type title struct {
	// full is the title without brackets, dashes and guests; core also without version
	// words that end it. Both are compact; they are equal when no such word does.
	full, core string
	// asides are the texts in brackets that name no version: translations, films, numbers.
	asides []string
	// versions come from brackets, dashes and subtitles; bare ones from the title's end,
	// where "Long Live" looks like a live version.
	versions, bare []string
	numbers        []string // numbers of the title and of parts named in brackets
	guests         []string
}

var (
	dash     = strings.NewReplacer("–", "-", "—", "-", "―", "-", "−", "-", "‐", "-", "‑", "-")
	guestsIn = regexp.MustCompile(`(?:^|\s)(?:feat\.?|ft\.?|featuring|with special guest)\s+(.+)$`)
	// guestAside is a bracket that names guests.
	guestAside = regexp.MustCompile(`^(?:feat\.?|ft\.?|featuring|with|合作|合唱:|与)\s*[:.]?\s*(.+)$`)
)

// parseTitle takes a title and the subtitle of the same song apart.
func parseTitle(text, subtitle string, artists []string) title {
	var t title
	outside, asides := splitBrackets(dash.Replace(textkey.Key(text)))
	if compact(outside) == "" && len(asides) > 0 {
		outside, asides = asides[0], asides[1:] // the whole title is in brackets, as in 《…》
	}
	if sub := dash.Replace(textkey.Key(subtitle)); sub != "" {
		rest, more := splitBrackets(sub)
		asides = append(append(asides, strings.TrimSpace(rest)), more...)
	}
	for _, aside := range asides {
		t.addAside(strings.TrimSpace(aside))
	}
	if m := guestsIn.FindStringSubmatchIndex(outside); m != nil && m[0] > 0 {
		t.guests = append(t.guests, outside[m[2]:m[3]])
		outside = outside[:m[0]]
	}
	outside = t.cutDashes(outside, artists)
	t.full = compact(outside)
	t.core = t.full
	if head, ending, ok := cutEnding(outside); ok {
		t.bare, t.core = versionsIn(ending), compact(head)
	}
	t.numbers = append(t.numbers, numbersIn(outside)...)
	slices.Sort(t.numbers)
	return t
}

// addAside sorts the text of a bracket: guests, version, part of a work, or anything else.
func (t *title) addAside(aside string) {
	if aside == "" {
		return
	}
	if m := guestAside.FindStringSubmatch(aside); m != nil {
		t.guests = append(t.guests, m[1])
		return
	}
	if tags := versionsIn(aside); tags != nil {
		t.versions = union(t.versions, tags)
		return
	}
	if sameRecording.MatchString(aside) {
		return
	}
	if n := partNumber(aside); n != "" {
		t.numbers = append(t.numbers, n)
		return
	}
	t.asides = append(t.asides, compact(aside))
}

// cutDashes removes " - …" from the end of a title when it names a version or an artist of
// the song, and an artist's name from its beginning.
func (t *title) cutDashes(text string, artists []string) string {
	for {
		at := strings.LastIndex(text, " - ")
		if at < 0 {
			return text
		}
		head, tail := text[:at], strings.TrimSpace(text[at+3:])
		tags := versionsIn(tail)
		switch {
		case compact(head) == "":
			return tail
		case tags != nil:
			t.versions = union(t.versions, tags)
		case sameRecording.MatchString(tail) || namesArtist(tail, artists):
		case namesArtist(head, artists):
			return tail
		default:
			return text
		}
		text = head
	}
}

// brackets pairs what opens and closes an aside, after width folding.
var brackets = map[rune]rune{'(': ')', '[': ']', '{': '}', '<': '>', '【': '】', '《': '》', '〈': '〉', '「': '」', '『': '』', '〔': '〕', '〖': '〗'}

// splitBrackets parts a text from its bracketed pieces. A bracket that never closes is
// punctuation. Brackets within brackets belong to the outer piece.
func splitBrackets(text string) (outside string, asides []string) {
	var b strings.Builder
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		closing, opens := brackets[runes[i]]
		end := -1
		if opens {
			end = closingAt(runes, i, closing)
		}
		if end < 0 {
			b.WriteRune(runes[i])
			continue
		}
		asides = append(asides, string(runes[i+1:end]))
		b.WriteByte(' ')
		i = end
	}
	return strings.Join(strings.Fields(b.String()), " "), asides
}

func closingAt(runes []rune, open int, closing rune) int {
	depth := 0
	for i := open; i < len(runes); i++ {
		switch runes[i] {
		case runes[open]:
			depth++
		case closing:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// compact keeps letters, digits and marks; a text of punctuation alone stays whole, for
// there are songs called "?".
func compact(text string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, text)
	if kept == "" {
		return strings.ReplaceAll(text, " ", "")
	}
	return kept
}

var (
	digits   = regexp.MustCompile(`\d+|第[一二三四五六七八九十百]+|\b(?:ii|iii|iv|vi|vii|viii|ix)\b|\s[a-z]$`)
	partOf   = regexp.MustCompile(`^(?:pt|part|no|vol|chapter|ch|act|第|之|其)?\.?\s*([\diVvXx]+|[一二三四五六七八九十]+|[上中下]|one|two|three)\s*(?:章|部|部分|集|篇|首|回)?$`)
	numerals = strings.NewReplacer("第", "", "十", "10", "一", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9",
		"viii", "8", "vii", "7", "vi", "6", "iv", "4", "ix", "9", "iii", "3", "ii", "2", "上", "1", "one", "1", "two", "2", "three", "3")
)

// numbersIn lists the numbers of a title in digits, and a single letter at its end, which
// counts movements and interludes as numbers do ("Symphony V", "Interlude B").
func numbersIn(text string) []string {
	found := digits.FindAllString(text, -1)
	for i := range found {
		found[i] = numerals.Replace(strings.TrimSpace(found[i]))
	}
	return found
}

// partNumber is the number of an aside that is nothing but one: "Part II", "下", "2".
func partNumber(aside string) string {
	m := partOf.FindStringSubmatch(aside)
	if m == nil {
		return ""
	}
	return numerals.Replace(m[1])
}

// titleVerdict is what comparing two titles found.
type titleVerdict struct {
	title       float64
	otherNumber bool
	versions    []versionDifference
	// albumHint: only an album speaks of another version, and the other album is unknown.
	albumHint bool
	// generic: the title names a piece of any album and tells nothing of the song.
	generic bool
}

// compareTitles finds the reading of both titles that agrees best. Version words at the
// end of a title may be part of it ("Long Live"), so they count as a version only where
// the other side says the version in brackets, or both say one in words.
func compareTitles(a, b title, albumA, albumB album) titleVerdict {
	readings := []struct {
		a, b                 string
		versionsA, versionsB []string
	}{{a.full, b.full, a.versions, b.versions}}
	if a.bare != nil {
		readings = append(readings, struct {
			a, b                 string
			versionsA, versionsB []string
		}{a.core, b.full, union(a.versions, a.bare), b.versions})
	}
	if b.bare != nil {
		readings = append(readings, struct {
			a, b                 string
			versionsA, versionsB []string
		}{a.full, b.core, a.versions, union(b.versions, b.bare)})
	}
	if a.bare != nil && b.bare != nil && a.versions == nil && b.versions == nil {
		readings = append(readings, struct {
			a, b                 string
			versionsA, versionsB []string
		}{a.core, b.core, a.bare, b.bare})
	}
	var best titleVerdict
	for i, r := range readings {
		v := titleVerdict{title: titleSimilarity(r.a, r.b, a.asides, b.asides)}
		v.otherNumber = !slices.Equal(a.numbers, b.numbers)
		v.versions = versionDifferences(r.versionsA, r.versionsB, albumA.versions, albumB.versions)
		v.addAlbums(union(r.versionsA, r.versionsB), albumA, albumB)
		if i == 0 || v.title > best.title || v.title == best.title && len(v.versions) < len(best.versions) {
			best = v
		}
	}
	best.generic = slices.Contains(genericTitles, a.full)
	return best
}

// genericTitles are what many albums call one of their pieces.
var genericTitles = []string{"intro", "outro", "interlude", "skit", "prelude", "序", "序曲", "前奏", "前奏曲", "间奏", "间奏曲", "尾声"}

// addAlbums looks at versions that only an album tells.
func (v *titleVerdict) addAlbums(inTitles []string, a, b album) {
	for _, d := range versionDifferences(a.versions, b.versions, nil, nil) {
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

// titleSimilarity is 1 for equal titles. A translation in brackets counts nearly as much
// as the title itself.
func titleSimilarity(a, b string, asidesA, asidesB []string) float64 {
	switch {
	case a == "" || b == "":
		return 0
	case a == b:
		return 1
	case slices.Contains(asidesB, a) && slices.Contains(asidesA, b):
		return 1
	case len([]rune(a)) > 1 && slices.Contains(asidesB, a), len([]rune(b)) > 1 && slices.Contains(asidesA, b):
		return 0.95
	}
	s := similarity(a, b)
	// In a script where each character is a word, one other character is another title.
	if hasCJK(a) || hasCJK(b) {
		s -= 0.05
	}
	return max(s, 0)
}

// similarity is 1 minus the edit distance in parts of the longer text.
func similarity(a, b string) float64 {
	s, err := edlib.StringsSimilarity(a, b, edlib.Levenshtein)
	if err != nil {
		return 0
	}
	return float64(s)
}

func hasCJK(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
	})
}

// album is an album's name taken apart.
type album struct {
	name     string // compact, without brackets
	versions []string
}

func parseAlbum(text string) album {
	key := textkey.Key(text)
	outside, asides := splitBrackets(key)
	if compact(outside) == "" && len(asides) > 0 {
		outside = asides[0]
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
