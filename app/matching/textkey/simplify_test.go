package textkey

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is left out of a conversion must be what it would not have changed.
func TestOnlyTextsThatStayAreNotConverted(t *testing.T) {
	t.Parallel()
	s := simplifying()
	require.NotNil(t, s)
	keys := changing(s.dictionary.DictChains[0])
	require.Greater(t, len(keys), 4000)
	for _, key := range keys {
		require.True(t, s.telling.hasAny(key), key)
	}
	r := rand.New(rand.NewPCG(5, 6))
	converted, plain := 0, []rune("潮水一长夜歌手的爱是你我在风里山海a ")
	for range 5000 {
		var b strings.Builder
		for range 1 + r.IntN(8) {
			switch r.IntN(12) {
			case 0:
				b.WriteString(keys[r.IntN(len(keys))])
			case 1:
				b.WriteRune(rune(0x3400 + r.IntN(0x9fff-0x3400)))
			default:
				b.WriteRune(plain[r.IntN(len(plain))])
			}
		}
		text := b.String()
		want, err := s.dictionary.Convert(text)
		require.NoError(t, err)
		if !s.telling.hasAny(text) {
			require.Equal(t, want, text)
			continue
		}
		converted++
	}
	require.Greater(t, converted, 500)
	require.False(t, s.telling.hasAny("潮水 歌手 长夜 夜行列车"))
	require.Equal(t, "沉默", simplify("沈默"), "a phrase of characters that stay when they stand alone")
}
