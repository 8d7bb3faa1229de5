package matching

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestWhatTheOperatorSaidStandsAboveEveryScore(t *testing.T) {
	t.Parallel()
	other := offered("kuwo", "other")
	other.Title, other.Artists = "别的歌", []string{"别人"}
	candidates := []sources.Candidate{offered("qq", "a"), offered("kuwo", "b"), other}
	reasons := func(d Decision) map[string]ReasonCode {
		out := map[string]ReasonCode{}
		for _, l := range d.Lost {
			out[l.Candidate.RemoteID] = l.Reason.Code
		}
		return out
	}
	for _, c := range []struct {
		name string
		said Override
		want []string
		lost map[string]ReasonCode
	}{
		{"forbidden", Override{models.OverrideForbid, "qq", "a"}, []string{"kuwo/b"}, map[string]ReasonCode{"a": ReasonForbidden, "other": ReasonTitle}},
		{"the same id elsewhere is another candidate", Override{models.OverrideForbid, "kuwo", "a"}, []string{"qq/a", "kuwo/b"}, map[string]ReasonCode{"other": ReasonTitle}},
		{"absent", Override{models.OverrideAbsent, "kuwo", ""}, []string{"qq/a"}, map[string]ReasonCode{"b": ReasonAbsent, "other": ReasonAbsent}},
		{"picked, though it is another song", Override{models.OverridePick, "kuwo", "other"}, []string{"kuwo/other"}, map[string]ReasonCode{"a": ReasonNotPicked, "b": ReasonNotPicked}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := New().Rank(wanted, candidates, []string{"qq", "kuwo"}, "", c.said)
			require.Equal(t, c.want, rankedIDs(d))
			require.Equal(t, c.lost, reasons(d))
			require.Equal(t, d, Replay(d, Rules{Settings: DefaultSettings()}), "a replay remembers what was said")
		})
	}
}

// Texts that are made to be slow to read cost little.
func TestHostileTextsAreReadInTime(t *testing.T) {
	t.Parallel()
	m := New()
	for _, text := range []string{strings.Repeat("(", 1<<16), strings.Repeat("(a", 1<<15), strings.Repeat(" - ", 1<<15), strings.Repeat("~", 1<<16), strings.Repeat("feat. ", 1<<14),
		strings.Repeat("/", 1<<16), strings.Repeat("dj版", 1<<14), strings.Repeat("0 ", 1<<15), strings.Repeat("和", 1<<15), strings.Repeat("a-", 1<<15), strings.Repeat("第一", 1<<14)} {
		begin := time.Now()
		hostile := Song{Title: text, Subtitle: text, Artists: []string{text}, Album: text}
		m.compare(hostile, wanted)
		m.compare(hostile, hostile)
		require.Less(t, time.Since(begin), 10*time.Second, "%.12q", text)
	}
}
