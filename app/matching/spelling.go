package matching

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Spellings of one name that differ by habit: British and American, a dropped g, an article
// that a catalogue moves or drops, numbers in words, umlauts in two letters, masked letters.
// A title that agrees by them alone is taken for the same and counts a little less.

var (
	leadingArticle  = regexp.MustCompile(`^(?:the|a|an) (.*\pL.*)$`)
	trailingArticle = regexp.MustCompile(`^(.*\pL.*), (?:the|a|an)$`)
	droppedG        = regexp.MustCompile(`\b([a-z]{2,})in'(\s|$)`)
	britishOur      = regexp.MustCompile(`\b([a-z]{2,}[bcdglmnpv])our(s|ed|ing|ful|ite|less)?\b`)
	britishRe       = regexp.MustCompile(`\b(theat|cent|met|fib|somb|spect)re(s)?\b`)
	britishGrey     = regexp.MustCompile(`\bgrey(s)?\b`)
	numbered        = regexp.MustCompile(`(?:#|\bno\b\.?)\s*(\d+)`)
	yearInWords     = regexp.MustCompile(`[零〇一二三四五六七八九]{3,}`)
	tensInWords     = regexp.MustCompile(`\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](one|two|three|four|five|six|seven|eight|nine))?\b`)
	numberInWords   = regexp.MustCompile(`\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)\b`)
	ordinalInWords  = regexp.MustCompile(`\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b`)
	twoLetters      = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u")
)

var (
	smallNumbers = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	tenNumbers   = strings.Fields("- - twenty thirty forty fifty sixty seventy eighty ninety")
	ordinals     = map[string]string{"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th"}
)

// shortestSpelling is the length from which two spellings may be of one name.
const shortestSpelling = 4

// plainSpelling is a folded name without those habits, compact.
func plainSpelling(name string) string {
	for _, article := range []*regexp.Regexp{leadingArticle, trailingArticle} {
		name = article.ReplaceAllString(name, "$1")
	}
	name = droppedG.ReplaceAllString(name, "${1}ing$2")
	name = britishOur.ReplaceAllString(name, "${1}or$2")
	name = britishRe.ReplaceAllString(name, "${1}er$2")
	name = britishGrey.ReplaceAllString(name, "gray$1")
	name = numbered.ReplaceAllString(name, "no $1")
	name = yearInWords.ReplaceAllStringFunc(name, digitByDigit)
	name = tensInWords.ReplaceAllStringFunc(name, func(s string) string {
		m := tensInWords.FindStringSubmatch(s)
		return strconv.Itoa(slices.Index(tenNumbers, m[1])*10 + max(slices.Index(smallNumbers, m[2]), 0))
	})
	name = numberInWords.ReplaceAllStringFunc(name, func(s string) string { return strconv.Itoa(slices.Index(smallNumbers, s)) })
	name = ordinalInWords.ReplaceAllStringFunc(name, func(s string) string { return ordinals[s] })
	return twoLetters.Replace(compact(name))
}

// digitByDigit reads a year as Chinese writes it: 一九九八.
func digitByDigit(text string) string {
	const units = "零一二三四五六七八九"
	var b strings.Builder
	for _, r := range strings.ReplaceAll(text, "〇", "零") {
		b.WriteByte(byte('0' + strings.Index(units, string(r))/len("零")))
	}
	return b.String()
}

// spelledAlike says that two names are one in two spellings.
func spelledAlike(a, b string) bool {
	if !beginAlike(a, b) {
		return false
	}
	x, y := plainSpelling(a), plainSpelling(b)
	return x == y && utf8.RuneCountInString(x) >= shortestSpelling || masked(a, b) || masked(b, a)
}

// beginAlike is a cheap look at names that are mostly not alike: they begin with the same
// letter, or a number that may be in words.
func beginAlike(a, b string) bool {
	first := func(name string) rune {
		for _, article := range []string{"the ", "an ", "a "} {
			if rest, ok := strings.CutPrefix(name, article); ok {
				name = rest
				break
			}
		}
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(name, "\"'# "))
		return r
	}
	x, y := first(a), first(b)
	return x == y || unicode.IsDigit(x) || unicode.IsDigit(y) || x == '*' || y == '*'
}

// masked says that a is b with letters of single words hidden behind asterisks.
func masked(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if !strings.Contains(a, "*") || len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] && !maskedWord([]rune(x[i]), []rune(y[i])) {
			return false
		}
	}
	return true
}

// maskedWord asks for as many letters in sight as hidden ones, and one at least.
func maskedWord(mask, word []rune) bool {
	if len(mask) != len(word) {
		return false
	}
	hidden := 0
	for i, r := range mask {
		if r == '*' {
			hidden++
		} else if r != word[i] {
			return false
		}
	}
	return hidden > 0 && hidden <= len(mask)-hidden
}

// partsAlone are the numbers of a title but for those of its name.
func partsAlone(t title) []string {
	list := slices.Clone(t.numbers)
	for _, n := range numbersIn(t.spaced) {
		if i := slices.Index(list, n); i >= 0 {
			list = slices.Delete(list, i, i+1)
		}
	}
	return list
}
