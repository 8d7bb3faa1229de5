package charset

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("林阿七 - 夜车.mp3")
	require.NoError(t, err)
	little, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("夜车 a")
	require.NoError(t, err)
	bare, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String("#EXTM3U\nsong.mp3")
	require.NoError(t, err)
	big, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String("#EXTM3U\nsong.mp3")
	require.NoError(t, err)
	for name, c := range map[string]struct{ in, want string }{
		"ascii":            {"a.mp3", "a.mp3"},
		"utf-8":            {"夜车", "夜车"},
		"utf-8 mark":       {"\xEF\xBB\xBF夜车", "夜车"},
		"gbk":              {gbk, "林阿七 - 夜车.mp3"},
		"utf-16 mark":      {little, "夜车 a"},
		"utf-16 bare":      {bare, "#EXTM3U\nsong.mp3"},
		"utf-16 bare, big": {big, "#EXTM3U\nsong.mp3"},
		"western":          {"Bj\xF6rk - J\xF3ga", "Björk - Jóga"},
		"western, one":     {"Caf\xE9", "Café"},
		"nothing":          {"", ""},
	} {
		require.Equal(t, c.want, Decode([]byte(c.in)), name)
	}
	require.Equal(t, "林阿七 - 夜车.mp3", Latin([]byte(gbk)))
	require.Equal(t, "Jóga", Latin([]byte("J\xF3ga")))
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"", "\xFF", "\xFE\xFFa", "a\x00b\x00", "\xEF\xBB\xBF\xFF", "\xB0\xA1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		require.True(t, utf8.ValidString(Decode(b)))
		require.True(t, utf8.ValidString(Latin(b)))
	})
}
