package matching

import (
	"html"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"catalogsync/app/matching/textkey"
)

// fold is the form in which texts are compared: their key (NFKC, case, width, simplified
// Chinese), with Japan's new forms of characters in China's, without accents of Latin and
// Greek letters, with one kind of dash, quote and tilde.
// Platforms that escape their titles for a page are read as well.
func fold(text string) string {
	text = inChinaForms(plainLatin(textkey.Key(html.UnescapeString(text))))
	text = andBetween.ReplaceAllString(symbols.Replace(text), " and ")
	return strings.Join(strings.Fields(text), " ")
}

var (
	symbols = strings.NewReplacer(
		"–", "-", "—", "-", "―", "-", "−", "-", "‐", "-", "‑", "-",
		"〜", "~", "∼", "~", "‘", "'", "’", "'", "`", "'", "´", "'", "“", `"`, "”", `"`,
		"_", " ", "&", " and ", "•", "·", "・", "·", "‧", "·", "著", "着")
	// andBetween is the "n" of "rock 'n' roll".
	andBetween = regexp.MustCompile(`\s'?n'?\s`)
	// letters are Latin letters that no accent was added to.
	letters = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ı", "i", "ς", "σ")
)

// plainLatin drops the accents of Latin letters and of Greek ones, which capitals go
// without. Marks of other scripts stay: in Japanese
// they make another sound.
func plainLatin(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool {
		return r > unicode.MaxASCII && unicode.In(r, unicode.Latin, unicode.Greek, unicode.Mn)
	}) {
		return text
	}
	var b strings.Builder
	var base rune
	for _, r := range norm.NFD.String(text) {
		if unicode.Is(unicode.Mn, r) {
			if unicode.In(base, unicode.Latin, unicode.Greek) {
				continue
			}
		} else {
			base = r
		}
		b.WriteRune(r)
	}
	return letters.Replace(norm.NFC.String(b.String()))
}

// compact keeps letters, digits and marks, but for those that only say how a sign before
// them is drawn (of an emoji); a text of punctuation alone stays whole, for there are songs
// called "?".
func compact(text string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Variation_Selector, unicode.Me) {
			return -1
		}
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

func hasCJK(text string) bool { return strings.ContainsFunc(text, isCJK) }

func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
