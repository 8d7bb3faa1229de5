package textkey

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Grams are single characters and pairs of neighbouring ones. A text holds a word only if
// it holds all the word's grams, whatever the language, so an index of grams finds
// substrings; what it finds has to be looked at once more, for the grams may stand apart.

// asciiBase moves punctuation out of ASCII: to an index it is a character like any other.
const asciiBase = '\ue000'

// IndexText is what an index holds for a key: the grams of its words, separated by
// spaces, each once.
func IndexText(key string) string {
	var b strings.Builder
	b.Grow(len(key) * 4)
	seen := map[[2]rune]bool{}
	add := func(first, second rune) {
		if pair := [2]rune{first, second}; !seen[pair] {
			seen[pair] = true
			b.WriteRune(indexed(first))
			if second != 0 {
				b.WriteRune(indexed(second))
			}
			b.WriteByte(' ')
		}
	}
	for word := range strings.FieldsSeq(key) {
		var last rune
		for _, r := range word {
			add(r, 0)
			if last != 0 {
				add(last, r)
			}
			last = r
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
	// Grams must all be in the text; those beyond a limit are left out.
	Grams []string
	// Exact says that whatever holds the grams holds the words.
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
		q.Exact = q.Exact && len(runes) <= 2
		for i := range max(1, len(runes)-1) {
			gram := ""
			for _, r := range runes[i:min(i+2, len(runes))] {
				gram += string(indexed(r))
			}
			if len(q.Grams) < maxTerms && !slices.Contains(q.Grams, gram) {
				q.Grams = append(q.Grams, gram)
			}
		}
	}
	if len(q.Grams) == maxTerms {
		q.Exact = false
	}
	q.dropCommon()
	return q
}

// enoughDigits are as many pairs with a digit as leave few texts.
const enoughDigits = 3

// dropCommon drops pairs of Latin letters, of which a great many texts hold each, when other
// pairs find the few texts that are worth a look.
func (q *Query) dropCommon() {
	var telling []string
	wide := 0
	for _, gram := range q.Grams {
		first, size := utf8.DecodeRuneInString(gram)
		second, _ := utf8.DecodeRuneInString(gram[size:])
		switch {
		case len(gram) == size || isLatin(first) && isLatin(second):
		case first > unicode.MaxLatin1 && second > unicode.MaxLatin1 && first < asciiBase && second < asciiBase:
			telling = append(telling, gram)
			wide++
		default:
			telling = append(telling, gram)
		}
	}
	if (wide > 0 || len(telling) >= enoughDigits) && len(telling) < len(q.Grams) {
		q.Grams, q.Exact = telling, false
	}
}

func isLatin(r rune) bool { return 'a' <= r && r <= 'z' }

// indexed is a character as it stands in grams: letters and digits as they are, other
// ASCII outside of it, where an index does not take it for punctuation.
func indexed(r rune) rune {
	if r < utf8.RuneSelf && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
		return asciiBase + r
	}
	return r
}
