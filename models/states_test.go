package models

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// reached lists the states that can be reached from one by the table.
func reached[S ~string, E ~string](table map[S]map[E]S, from S) []S {
	seen := []S{from}
	for i := 0; i < len(seen); i++ {
		for _, next := range table[seen[i]] {
			if !slices.Contains(seen, next) {
				seen = append(seen, next)
			}
		}
	}
	return seen
}

func TestEveryJobStateCanBeReachedAndLeft(t *testing.T) {
	t.Parallel()
	require.ElementsMatch(t, JobStates, reached(JobTransitions, JobQueued))
	require.Len(t, JobTransitions, len(JobStates))
	for _, s := range JobStates {
		require.True(t, slices.ContainsFunc(reached(JobTransitions, s), func(e JobState) bool { return !e.Live() }), "%s can end", s)
		if s.Live() {
			require.True(t, s.Allows(JobCancel), "%s can be canceled", s)
			require.True(t, s.Allows(JobRecover), "%s survives a restart", s)
		}
	}
	require.Empty(t, JobTransitions[JobCanceled], "canceled is for good")
}

func TestEveryItemStateCanBeReachedAndLeft(t *testing.T) {
	t.Parallel()
	require.ElementsMatch(t, ItemStates, reached(ItemTransitions, ItemPending))
	require.Len(t, ItemTransitions, len(ItemStates))
	for _, s := range ItemStates {
		require.True(t, slices.ContainsFunc(reached(ItemTransitions, s), ItemState.Ended), "%s can end", s)
		if !s.Ended() {
			require.True(t, s.Allows(ItemCancel), "%s can be canceled", s)
		}
	}
}

func TestEventsLeadWhereTheTablesSay(t *testing.T) {
	t.Parallel()
	next, ok := JobPauseRequested.Next(JobRecover)
	require.True(t, ok)
	require.Equal(t, JobPaused, next)
	_, ok = JobCompleted.Next(JobPause)
	require.False(t, ok)
	require.Equal(t, []JobState{JobRunning}, JobStatesAllowing(JobPause))
	require.Equal(t, []ItemState{ItemPending, ItemRunning, ItemInterrupted}, ItemStatesAllowing(ItemCancel))
}
