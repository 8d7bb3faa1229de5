package matching

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestFoldMakesSpellingsOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, a, b string }{
		{"accents", "Café del Río", "cafe del rio"},
		{"letters of their own", "Søren Łukasz", "soren lukasz"},
		{"marks of kana stay what they are", "ガラス", "ｶﾞﾗｽ"},
		{"escaped for a page", "Salt &amp; Stone&#39;s", "Salt & Stone’s"},
		{"and", "Salt & Stone", "salt and stone"},
		{"n", "Rock 'n' Roll", "rock and roll"},
		{"dashes", "A – B", "a - b"},
		{"underscores", "Ghost_Town", "ghost town"},
		{"composed Hangul", "봄비", "봄비"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, fold(c.b), fold(c.a))
		})
	}
	require.NotEqual(t, fold("ハル"), fold("バル"))
}

func TestNumberWords(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"suite pt. ii":   "suite part 2",
		"suite part two": "suite part 2",
		"chapter iv":     "chapter 4",
		"rocky iii":      "rocky 3",
		"第一百零一回":         "第101回",
		"第二十章":           "第20章",
		"第十二首":           "第12首",
		"no one knows":   "no 1 knows", // odd, and the same on either side
		"mix vivid":      "mix vivid",
	} {
		require.Equal(t, want, numberWords(in))
	}
}

// Whatever comes, the normaliser gives valid text of a bounded size and keeps nothing that
// a comparison would stumble over.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "發如雪", "Café", "&amp;amp;", "&#0;&#x110000;", "\x00\xff", "ｶﾞ", "İ", "a\u0301\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		folded := fold(text)
		if !utf8.ValidString(folded) || strings.Contains(folded, "  ") || strings.TrimSpace(folded) != folded {
			t.Errorf("fold(%q) = %q", text, folded)
		}
		if len(folded) > 8*4096 {
			t.Errorf("fold of %d bytes has %d", len(text), len(folded))
		}
		parseTitle(text, text, []string{text})
	})
}
