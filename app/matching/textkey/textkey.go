// Package textkey makes the normalised form of a text under which it is searched and
// compared: two spellings that a reader takes for the same give the same key.
package textkey

import (
	"strings"
	"unicode"

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
