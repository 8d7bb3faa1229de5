package matching

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// What a source has above its own ceiling will not be asked for, so it must not win by it.
func TestASourceIsRankedByWhatMayBeTakenFromIt(t *testing.T) {
	t.Parallel()
	candidates := []sources.Candidate{
		offered("qq", "a", offer(models.QualityLossless, 30), offer(models.Quality128, 3)),
		offered("kuwo", "b", offer(models.Quality320, 9)),
	}
	under := New().Under(func(source string) models.Quality {
		if source == "qq" {
			return models.Quality128
		}
		return models.QualityLossless
	})
	d := under.Rank(wanted, candidates, []string{"qq", "kuwo"}, models.QualityLossless)
	require.Equal(t, "kuwo", d.Ranked[0].Candidate.Source)
	require.Equal(t, models.Quality128, d.Ranked[1].Quality)
	require.Equal(t, map[string]models.Quality{"qq": models.Quality128}, d.SourceCeilings)

	require.True(t, SameOutcome(d, Replay(d, Rules{})), "by the ceilings of then")
	freed := Replay(d, Rules{SourceCeilings: map[string]models.Quality{}})
	require.Equal(t, "qq", freed.Ranked[0].Candidate.Source)
	low := Replay(freed, Rules{Ceiling: models.QualityLow, SourceCeilings: map[string]models.Quality{"qq": models.Quality320}})
	require.Equal(t, models.QualityUnknown, low.Ranked[0].Quality, "the general ceiling bounds all of them")
}
