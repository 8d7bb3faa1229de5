// Package textkey makes the normalised form of a text under which it is searched and
// compared: two spellings that a reader takes for the same give the same key.
package textkey

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxBytes bounds the text that is looked at; names beyond it are nonsense, and the
// work on one text must not grow without limit.
const maxBytes = 4096

// Key normalises text: valid UTF-8, Unicode NFKC (which folds full and half width),
// case folded, traditional Chinese turned into simplified, control characters and runs
// of space turned into one space, no space at the ends. Punctuation stays.
//
// Key(Key(x)) == Key(x), and substrings that begin and end at a character boundary are
// found by a substring search of their keys.
func Key(text string) string {
	if len(text) > maxBytes {
		text = text[:maxBytes]
	}
	text = norm.NFKC.String(strings.ToValidUTF8(text, ""))
	// Folding may leave NFKC (ǰ folds to j and a combining caron), hence once more.
	text = norm.NFKC.String(cases.Fold().String(text))
	return simplify(collapse(text))
}

// converter holds the dictionaries of traditional to simplified Chinese. They are read
// from the binary once, when the first Chinese text comes, and never change.
var converter = sync.OnceValues(func() (*opencc.OpenCC, error) { return opencc.New("t2s") })

// variants are characters that dictionaries of simplification leave alone although
// titles use them interchangeably.
var variants = strings.NewReplacer("妳", "你", "祢", "你", "牠", "它", "甚麽", "什么", "甚么", "什么")

// simplify turns traditional Chinese characters into simplified ones. Text without
// Chinese costs nothing; a text that the dictionary cannot take stays as it is.
func simplify(text string) string {
	if !hasHan(text) {
		return text
	}
	cc, err := converter()
	if err != nil {
		return text
	}
	out, err := cc.Convert(text)
	if err != nil {
		return text
	}
	return variants.Replace(out)
}

func hasHan(text string) bool {
	for _, r := range text {
		if r >= utf8.RuneSelf && unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}

// collapse makes every run of space and control characters one space and drops
// characters that have no width.
func collapse(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	space := false
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Cf, r):
			continue // zero-width joiners, byte order marks, direction marks
		case unicode.IsSpace(r) || unicode.IsControl(r):
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
