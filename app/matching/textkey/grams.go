package textkey

import (
	"strings"
	"unicode/utf8"
)

// Grams are pairs of neighbouring characters. A text holds a word only if it holds all
// the word's grams, whatever the language, so an index of grams finds substrings; what
// it finds has to be looked at once more, for the grams may stand apart.

// endMark stands behind the last character of a word, so that each character begins a
// gram and a single one can be found as the beginning of grams.
const endMark = '\ue080'

// asciiBase moves punctuation out of ASCII: to an index it is a character like any other.
const asciiBase = '\ue000'

// IndexText is what an index holds for a key: the grams of its words, separated by
// spaces, each once.
func IndexText(key string) string {
	var b strings.Builder
	b.Grow(len(key) * 3)
	seen := map[[2]rune]bool{}
	for word := range strings.FieldsSeq(key) {
		for len(word) > 0 {
			r, size := utf8.DecodeRuneInString(word)
			word = word[size:]
			next := endMark
			if len(word) > 0 {
				next, _ = utf8.DecodeRuneInString(word)
			}
			if pair := [2]rune{r, next}; !seen[pair] {
				seen[pair] = true
				b.WriteRune(indexed(r))
				b.WriteRune(indexed(next))
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}

// maxTerms bounds a query: more grams make it slower and hardly surer.
const maxTerms = 24

// Query is a keyword as an index is asked for it.
type Query struct {
	// Words are the words of the keyword's key; a text must hold each of them.
	Words []string
	// Grams must all be in the text; those of the longest word may be left out beyond a
	// limit.
	Grams []string
	// Starts are single characters, each of which must begin a gram of the text.
	Starts []string
	// Exact says that whatever holds Grams and Starts holds the words.
	Exact bool
}

// NewQuery reads a keyword.
func NewQuery(keyword string) Query {
	q := Query{Exact: true}
	seen := map[string]bool{}
	for word := range strings.FieldsSeq(Key(keyword)) {
		if seen[word] {
			continue
		}
		seen[word] = true
		q.Words = append(q.Words, word)
		runes := []rune(word)
		switch {
		case len(runes) == 1:
			q.Starts = append(q.Starts, string(indexed(runes[0])))
			continue
		case len(runes) > 2:
			q.Exact = false
		}
		for i := range len(runes) - 1 {
			gram := string([]rune{indexed(runes[i]), indexed(runes[i+1])})
			if len(q.Grams) < maxTerms && !seen["\x00"+gram] {
				seen["\x00"+gram] = true
				q.Grams = append(q.Grams, gram)
			}
		}
	}
	if len(q.Grams) == maxTerms {
		q.Exact = false
	}
	return q
}

// indexed is a character as it stands in grams: letters and digits as they are, other
// ASCII outside of it, where an index does not take it for punctuation.
func indexed(r rune) rune {
	if r < utf8.RuneSelf && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
		return asciiBase + r
	}
	return r
}
