package matching

import (
	"strings"
	"unicode"
)

// romanised writes a name of kana or of Hangul alone in Latin letters; "" when it holds
// anything else. Chinese characters do not tell how they are read.
func romanised(name string) string {
	switch {
	case name == "":
		return ""
	case !strings.ContainsFunc(name, func(r rune) bool { return !unicode.Is(unicode.Hangul, r) }):
		return plainRoman(romanHangul(name))
	case !strings.ContainsFunc(name, func(r rune) bool { return !isKana(r) }):
		return plainRoman(romanKana(name))
	}
	return ""
}

// plainRoman drops what writers of Latin letters do not agree upon: long vowels, and m for
// n before b and p.
func plainRoman(text string) string {
	return strings.NewReplacer("ou", "o", "oo", "o", "uu", "u", "mb", "nb", "mp", "np", "wo", "o").Replace(text)
}

const longVowel = 'ー'

func isKana(r rune) bool {
	return unicode.In(r, unicode.Hiragana, unicode.Katakana) || r == longVowel
}

// sameSounds makes one syllabary of the two.
func sameSounds(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - 'ァ' + 'ぁ'
		}
		return r
	}, text)
}

// kana are the syllables by Hepburn, in rows of the table of fifty sounds.
var kana = kanaTable(
	"あ a い i う u え e お o か ka き ki く ku け ke こ ko が ga ぎ gi ぐ gu げ ge ご go さ sa し shi す su せ se そ so " +
		"ざ za じ ji ず zu ぜ ze ぞ zo た ta ち chi つ tsu て te と to だ da ぢ ji づ zu で de ど do な na に ni ぬ nu ね ne の no " +
		"は ha ひ hi ふ fu へ he ほ ho ば ba び bi ぶ bu べ be ぼ bo ぱ pa ぴ pi ぷ pu ぺ pe ぽ po ま ma み mi む mu め me も mo " +
		"や ya ゆ yu よ yo ら ra り ri る ru れ re ろ ro わ wa を o ん n ゔ vu ぁ a ぃ i ぅ u ぇ e ぉ o")

func kanaTable(pairs string) map[rune]string {
	table := map[rune]string{}
	words := strings.Fields(pairs)
	for i := 0; i+1 < len(words); i += 2 {
		table[[]rune(words[i])[0]] = words[i+1]
	}
	return table
}

func romanKana(name string) string {
	var b strings.Builder
	double := false
	for _, r := range sameSounds(name) {
		sound, written := kana[r], b.String()
		switch r {
		case 'っ':
			double = true
			continue
		case longVowel:
			continue
		case 'ゃ', 'ゅ', 'ょ': // "ki" and a small "yo" are "kyo", "shi" and "yo" are "sho"
			sound = map[rune]string{'ゃ': "ya", 'ゅ': "yu", 'ょ': "yo"}[r]
			head, ok := strings.CutSuffix(written, "i")
			if !ok {
				break
			}
			if strings.HasSuffix(head, "sh") || strings.HasSuffix(head, "ch") || strings.HasSuffix(head, "j") {
				sound = sound[1:]
			}
			b.Reset()
			b.WriteString(head)
		}
		if double && sound != "" {
			b.WriteString(strings.Replace(sound[:1], "c", "t", 1)) // "matcha"
		}
		double = false
		b.WriteString(sound)
	}
	return b.String()
}

// The letters of Hangul by the Revised Romanisation, in the order of Unicode.
var (
	hangulFirst  = strings.Split("g kk n d tt r m b pp s ss  j jj ch k t p h", " ")
	hangulVowel  = strings.Fields("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
	hangulLast   = strings.Split(" k k k n n n t l k m l l l p l m p p t t ng t t k t p t", " ")
	hangulLinked = strings.Split(" g kk s n j n d r g m b s t p r m b s s ss ng j ch k t p ", " ") // before a vowel
)

func romanHangul(name string) string {
	const first, vowels, lasts = 0xAC00, 21, 28
	const silent = 11 // the first letter that stands for none
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		n := int(r) - first
		if n < 0 || n >= len(hangulFirst)*vowels*lasts {
			return "" // a letter by itself
		}
		b.WriteString(hangulFirst[n/(vowels*lasts)] + hangulVowel[n/lasts%vowels])
		last := hangulLast
		if i+1 < len(runes) && (int(runes[i+1])-first)/(vowels*lasts) == silent {
			last = hangulLinked
		}
		b.WriteString(last[n%lasts])
	}
	return b.String()
}
