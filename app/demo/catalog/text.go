package catalog

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// titleText is the text of a title's number, 0 … titles-1.
func titleText(n int) string {
	a, b := n/titleWords%titleWords, n%titleWords
	if n < titles/2 {
		if (a+b)%3 == 0 {
			return chineseFirst[a] + "的" + chineseSecond[b]
		}
		return chineseFirst[a] + chineseSecond[b]
	}
	return englishWord(a) + " " + englishSecond[b]
}

func englishWord(a int) string {
	return strings.ReplaceAll(englishFirst[a], "-", " ")
}

// titleWordsFolded are the lists as a search compares them.
type titleWordsFolded struct{ first, second [2][]string }

func foldTitleWords() *titleWordsFolded {
	f := &titleWordsFolded{}
	for i := range titleWords {
		f.first[0] = append(f.first[0], fold(chineseFirst[i]))
		f.first[1] = append(f.first[1], fold(englishWord(i)))
		f.second[0] = append(f.second[0], fold(chineseSecond[i]))
		f.second[1] = append(f.second[1], fold(englishSecond[i]))
	}
	return f
}

// find gives the numbers of all titles that stand in folded text.
func (f *titleWordsFolded) find(text string) []int {
	var found []int
	for at := range text {
		for language := range f.first {
			for a, first := range f.first[language] {
				rest, ok := strings.CutPrefix(text[at:], first)
				if !ok {
					continue
				}
				rest = strings.TrimPrefix(rest, "的")
				for b, second := range f.second[language] {
					if strings.HasPrefix(rest, second) {
						found = append(found, language*titles/2+a*titleWords+b)
					}
				}
			}
		}
	}
	return found
}

// fold brings text to letters and digits in lower case and simplified spelling.
func fold(text string) string {
	text = simplified.Replace(norm.NFKC.String(text))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
