package textkey

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSpellingsOfOneTextShareAKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, a, b string }{
		{"case", "Paper BOAT", "paper boat"},
		{"sharp s", "STRASSE", "straße"},
		{"full width", "ＰａｐｅｒＢｏａｔ　１２", "PaperBoat 12"},
		{"half-width kana", "ｶﾞﾗｽ", "ガラス"},
		{"traditional", "頭髮與發光的雲", "头发与发光的云"},
		{"variant pronoun", "想妳的夜", "想你的夜"},
		{"composed accents", "Cafe\u0301", "café"},
		{"spaces", "  slow \t\n boat\u00a0", "slow boat"},
		{"zero width", "slow\u200b boat\ufeff", "slow boat"},
		{"NUL and other control characters", "slow\x00boat", "slow boat"},
		{"invalid UTF-8", "慢\xff船", "慢船"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, Key(c.b), Key(c.a))
			require.NotEmpty(t, Key(c.a))
		})
	}
}

func TestPunctuationAndDigitsTellTextsApart(t *testing.T) {
	t.Parallel()
	require.NotEqual(t, Key("No. 5"), Key("No. 6"))
	require.Equal(t, "100%_(live)", Key("100%_（Live）"))
}

func TestLongTextIsBounded(t *testing.T) {
	t.Parallel()
	require.LessOrEqual(t, len(Key(strings.Repeat("慢船", 1<<16))), maxBytes)
}

func TestKeysAreMadeByManyAtOnce(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if Key("發如雪") != "发如雪" {
					t.Error("another key under load")
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzKeyIsStable(f *testing.F) {
	for _, s := range []string{"", "發如雪", "ǰ", "ＡＢＣ①ｶﾞ", "\x00\xff", "乾杯 (Live)", "İstanbul"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key := Key(text)
		if again := Key(key); len(key) < maxBytes/2 && again != key {
			t.Errorf("Key(%q) = %q, and its key is %q", text, key, again)
		}
	})
}
