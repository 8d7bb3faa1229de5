package matching

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSpellingsOfOneName(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"The Foxglove", "Foxglove"}, {"Long Fen, The", "The Long Fen"}, {"Goin' Under", "Going Under"}, {"Harbour Grey", "Harbor Gray"},
		{"Theatre of Rain", "Theater of Rain"}, {"Ninety-Nine Lanterns", "99 Lanterns"}, {"Twenty Rivers", "20 Rivers"}, {"Second Avenue", "2nd Avenue"},
		{"Track #7", "Track No. 7"}, {"一九九八", "1998"}, {"Grüße", "Gruesse"}, {"Sh*t Weather", "Shit Weather"},
	} {
		require.True(t, spelledAlike(fold(pair[0]), fold(pair[1])), "%v", pair)
		require.True(t, spelledAlike(fold(pair[1]), fold(pair[0])), "%v", pair)
	}
	for _, pair := range [][2]string{
		{"The", "A"}, {"Six Rivers", "Seven Rivers"}, {"Twenty-One", "Twenty-Two"}, {"Hour", "Her"}, {"**** You", "Love You"}, {"Sh*t", "Shirt"},
		{"Room 304", "Room 305"}, {"First Light", "Second Light"}, {"一九九八", "一九九九"},
	} {
		require.False(t, spelledAlike(fold(pair[0]), fold(pair[1])), "%v", pair)
	}
}

func TestNamesInLatinLetters(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"ハルノカゼ": "harunokaze", "しゅんかしゅうとう": "shunkashuto", "マッチャ": "matcha", "ガッコウ": "gakko", "ジャズ": "jazu", "チョコレート": "chokoreto",
		"별빛": "byeolbit", "서하린": "seoharin", "음악": "eumak", "골목": "golmok",
		"桜坂": "", "さくら坂": "", "abc": "", "ㅋㅋ": "", "ー": "", "ャ": "ya", "ッ": "",
	} {
		require.Equal(t, want, romanised(name), name)
	}
	require.Equal(t, sameSounds("ゆきあかり"), sameSounds("ユキアカリ"))
}

// Names that are written in other scripts are only told alike across scripts: two names of
// one sound are two people.
func TestNamesOfOneSoundAreTwoPeople(t *testing.T) {
	t.Parallel()
	same := func(a, b string) bool { return sameArtist(makeArtist(fold(a)), makeArtist(fold(b))) }
	require.True(t, same("ハルカゼ", "Harukaze"))
	require.True(t, same("서하린", "Seo Ha-rin"))
	require.False(t, same("白露", "白鹭"))
	require.False(t, same("서하린", "서하인"))
	require.True(t, same("Jörg Weiß", "Joerg Weiss"))
	require.False(t, same("Noel", "Nol"), "short names are not read twice")
}

func TestRomanisingTakesAnything(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "っ", "ん", "ゃゅょ", "힣", "가", "ヿ", "ゟ", "ｱ", "ᄀ", "かーーー"} {
		require.NotPanics(t, func() { romanised(name); plainSpelling(name) }, name)
	}
}
