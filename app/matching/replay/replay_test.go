package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/matching"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// decisions is a store in memory.
type decisions []models.DecidedSong

func (d decisions) ListDecisions(_ context.Context, after int64, limit int) ([]models.DecidedSong, error) {
	var page []models.DecidedSong
	for _, s := range d {
		if s.SongID > after && len(page) < limit {
			page = append(page, s)
		}
	}
	return page, nil
}

// decided makes a song whose only candidate lasts so many seconds longer, on another album
// than the song.
func decided(t *testing.T, id int64, longer int64, offers ...sources.Offer) models.DecidedSong {
	t.Helper()
	song := matching.Song{Platform: "netease", RemoteID: fmt.Sprint(id), Title: "海风", Artists: []string{"林阿七"}, Album: "潮", DurationMS: 222_000}
	c := sources.Candidate{Source: "qq", RemoteID: "c", Title: "海风", Artists: []string{"林阿七"}, Album: "别的", DurationMS: 222_000 + longer*1000, Offers: offers}
	text, err := json.Marshal(matching.New().Rank(song, []sources.Candidate{c}, []string{"qq"}, models.QualityLossless))
	require.NoError(t, err)
	return models.DecidedSong{SongID: id, Name: "海风", Singers: "林阿七", DecisionJSON: string(text)}
}

func defaults() matching.Rules { return matching.Rules{Settings: matching.DefaultSettings()} }

func TestUnchangedRulesReproduceEveryDecision(t *testing.T) {
	t.Parallel()
	var all decisions
	for i := range int64(1203) { // more than a page
		all = append(all, decided(t, i+1, i%13))
	}
	r, err := New(all, defaults).Run(t.Context(), defaults())
	require.NoError(t, err)
	require.Equal(t, Report{Decisions: 1203}, r)

	for _, song := range all[:13] {
		var d matching.Decision
		require.NoError(t, json.Unmarshal([]byte(song.DecisionJSON), &d))
		require.Equal(t, d, matching.Replay(d, defaults()))
	}
}

func TestWhatWouldDifferIsListed(t *testing.T) {
	t.Parallel()
	all := decisions{decided(t, 1, 0), decided(t, 2, 7), decided(t, 3, 50), {SongID: 4, DecisionJSON: "{"}}
	stricter := defaults()
	stricter.Settings.Threshold = 0.9
	r, err := New(all, defaults).Run(t.Context(), stricter)
	require.NoError(t, err)
	require.Equal(t, 3, r.Decisions)
	require.Equal(t, 1, r.Unreadable)
	require.Equal(t, 1, r.Differ, "the surely same one stays, the one of 50 s lost before")
	require.Equal(t, 1, r.Lost)
	require.Equal(t, int64(2), r.Differences[0].SongID)
	require.Equal(t, "qq", r.Differences[0].Before.Source)
	require.Empty(t, r.Differences[0].After.Source)
	require.Equal(t, matching.ReasonUncertain, r.Differences[0].After.Reason.Code)

	// Back from the stricter rules it is gained again.
	r, err = New(all, func() matching.Rules { return stricter }).Run(t.Context(), defaults())
	require.NoError(t, err)
	require.Equal(t, 1, r.Gained)
}

func TestAnotherWeightAndCeilingAreReplayed(t *testing.T) {
	t.Parallel()
	all := decisions{decided(t, 1, 7)}
	r, err := New(all, defaults).Run(t.Context(), matching.Rules{Settings: matching.Settings{Weights: matching.Weights{Title: 35, Artists: 30, Duration: 90, Album: 10}, Threshold: 0.78}})
	require.NoError(t, err)
	require.Equal(t, 1, r.Differ, "when the length counts most, seven seconds are too much")

	song := matching.Song{Platform: "netease", RemoteID: "9", Title: "海风", Artists: []string{"林阿七"}, DurationMS: 222_000}
	offered := func(source string, offers ...sources.Offer) sources.Candidate {
		return sources.Candidate{Source: source, RemoteID: "c", Title: "海风", Artists: []string{"林阿七"}, DurationMS: 222_000, Offers: offers}
	}
	d := matching.New().Rank(song, []sources.Candidate{
		offered("qq", sources.Offer{Quality: models.QualityLossless}, sources.Offer{Quality: models.Quality128}), offered("kuwo", sources.Offer{Quality: models.Quality320}),
	}, []string{"qq", "kuwo"}, models.QualityLossless)
	text, err := json.Marshal(d)
	require.NoError(t, err)
	lower := defaults()
	lower.Ceiling = models.Quality320
	r, err = New(decisions{{SongID: 1, DecisionJSON: string(text)}}, defaults).Run(t.Context(), lower)
	require.NoError(t, err)
	require.Equal(t, 1, r.Differ)
	require.Equal(t, []string{"qq", "kuwo"}, []string{r.Differences[0].Before.Source, r.Differences[0].After.Source})
}

func TestSettingsThatWouldJudgeNothingAreRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []matching.Settings{
		{}, {Threshold: 0.2, Weights: matching.DefaultSettings().Weights}, {Threshold: 0.8},
		{Threshold: 0.8, Weights: matching.Weights{Title: -1, Artists: 1}}, {Threshold: 0.8, Weights: matching.Weights{Title: 1, Artists: 101}},
	} {
		_, err := New(decisions{}, defaults).Run(t.Context(), matching.Rules{Settings: bad})
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), "%+v", bad)
	}
}

func TestALongListOfDifferencesIsBounded(t *testing.T) {
	t.Parallel()
	var all decisions
	for i := range int64(MaxDifferences + 50) {
		all = append(all, decided(t, i+1, 7))
	}
	stricter := defaults()
	stricter.Settings.Threshold = 0.95
	r, err := New(all, defaults).Run(t.Context(), stricter)
	require.NoError(t, err)
	require.Equal(t, MaxDifferences+50, r.Differ)
	require.Len(t, r.Differences, MaxDifferences)
}
