package evaluation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/matching"
)

func pairsOf(t *testing.T, name string) []Pair {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "testdata", name))
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	pairs, err := Read(f)
	require.NoError(t, err)
	return pairs
}

// Both sets reach the bar in both directions: which side is the playlist's must not
// matter. The rules were made with pairs.jsonl, and later mended with spellings.jsonl, which
// was written by somebody who did not know them; nobody looked at the held-out ones meanwhile.
func TestMatcherReachesTheBar(t *testing.T) {
	t.Parallel()
	total := 0
	for _, name := range []string{"pairs.jsonl", "heldout.jsonl", "spellings.jsonl", "spellings_heldout.jsonl"} {
		pairs := pairsOf(t, name)
		total += len(pairs)
		for direction, list := range map[string][]Pair{"": pairs, " turned": Turned(pairs)} {
			r := Evaluate(matching.New(), list)
			t.Logf("%s%s: %d pairs, precision %.4f, recall %.4f, F1 %.4f", name, direction, r.Pairs(), r.Precision(), r.Recall(), r.F1())
			if !r.Good() {
				var b strings.Builder
				require.NoError(t, r.Write(&b))
				t.Errorf("%s%s misses the bar:\n%s", name, direction, b.String())
			}
		}
	}
	require.GreaterOrEqual(t, total, 1200)
}

func TestReadTakesWhatOthersWrite(t *testing.T) {
	t.Parallel()
	pairs, err := Read(strings.NewReader("\ufeff" + `{"song":{"title":"海风","artists":["阿木","林阿七"],"album":"潮","duration_ms":222000},"candidate":{"title":"海风","artists":"阿木/林阿七","duration_ms":"222000"},"same":true,"kind":"separators"}

{"song":{"title":"海风","artists":null,"album":null,"duration_ms":null},"candidate":{"artists":[{"name":"阿木"}],"duration_ms":2.5e5,"isrc":"x"},"same":false}
`))
	require.NoError(t, err)
	require.Len(t, pairs, 2)
	require.Equal(t, Pair{
		Line: 1, Kind: "separators", Same: true,
		Song:      matching.Song{Title: "海风", Artists: []string{"阿木", "林阿七"}, Album: "潮", DurationMS: 222_000},
		Candidate: matching.Song{Title: "海风", Artists: []string{"阿木/林阿七"}, DurationMS: 222_000},
	}, pairs[0])
	require.Equal(t, matching.Song{Artists: []string{"阿木"}, DurationMS: 250_000}, pairs[1].Candidate)
	require.Equal(t, 3, pairs[1].Line)
}

func TestReadNamesTheLineThatIsWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\n{":                             "line 2",
		`{"song":{},"candidate":{}}`:      "line 1: \"same\" is missing",
		`{"song":{"artists":7},"same":1}`: "line 1",
	} {
		_, err := Read(strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	c := Count{TruePositive: 90, FalsePositive: 10, FalseNegative: 30, TrueNegative: 20}
	require.InDelta(t, 0.9, c.Precision(), 1e-9)
	require.InDelta(t, 0.75, c.Recall(), 1e-9)
	require.InDelta(t, 0.8182, c.F1(), 1e-4)
	require.Equal(t, 150, c.Pairs())
	require.InDelta(t, 1, Count{}.F1(), 1e-9, "an empty file is judged without a fault")
}

func TestReportNamesTheWrongOnes(t *testing.T) {
	t.Parallel()
	pairs, err := Read(strings.NewReader(`{"kind":"live","song":{"title":"海风","artists":"阿木","duration_ms":222000},"candidate":{"title":"海风 (Live)","artists":"阿木","duration_ms":222000},"same":true}`))
	require.NoError(t, err)
	r := Evaluate(matching.New(), pairs)
	var b strings.Builder
	require.NoError(t, r.Write(&b))
	require.Contains(t, b.String(), "line 1 live: not used (live), and is the same")
	require.Contains(t, b.String(), "1 pairs: precision 1.0000, recall 0.0000, F1 0.0000")
	require.False(t, r.Good())
}
