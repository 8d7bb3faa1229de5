package upstreamtext

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNumbersComeInManyForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{`5`: 5, `"5"`: 5, `""`: 0, `null`: 0, `5.0`: 5, `"1e3"`: 1000, `9007199254740993`: 9007199254740993} {
		var n Number
		require.NoError(t, json.Unmarshal([]byte(text), &n), text)
		require.EqualValues(t, want, n, text)
	}
	for _, text := range []string{`"x"`, `{}`, `[]`, `true`, `"NaN"`, `1e300`} {
		var n Number
		require.Error(t, json.Unmarshal([]byte(text), &n), text)
	}
}

func TestTextsBecomePlain(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Paper Boat & Co", CleanLine(" Paper&nbsp;Boat &amp; Co\x00\n"))
	require.Equal(t, "Rock&reggae", CleanLine("Rock&reggae"), "no semicolon, no entity")
	require.Equal(t, "第一行\n第二行", CleanText("第一行\n第二行 \n"))
	require.Equal(t, "b", First("", "  ", "b", "c"))
}
