package textkey

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Pairs of Latin letters are asked for only where nothing else finds few texts.
func TestQueryLeavesOutWhatManyTextsHold(t *testing.T) {
	t.Parallel()
	for keyword, want := range map[string][]string{
		"live":          {"li", "iv", "ve"},
		"live at 47118": {"47", "71", "11", "18"},
		"live 20":       {"li", "iv", "ve", "20"},
		"夜雨 live":       {"夜雨"},
		"夜 live":        {"夜", "li", "iv", "ve"},
		"夜雨":            {"夜雨"},
		"ab":            {"ab"},
	} {
		q := NewQuery(keyword)
		require.Equal(t, want, q.Grams, keyword)
		require.Equal(t, keyword == "夜雨" || keyword == "ab", q.Exact, keyword)
	}
}
