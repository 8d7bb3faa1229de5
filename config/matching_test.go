package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMatchWeights(t *testing.T) {
	t.Parallel()
	w, err := ParseMatchWeights(" title=40, artists = 30 ,album=0,duration=12.5")
	require.NoError(t, err)
	require.Equal(t, MatchWeights{Title: 40, Artists: 30, Duration: 12.5}, w)
	again, err := ParseMatchWeights(w.String())
	require.NoError(t, err)
	require.Equal(t, w, again)
	for _, bad := range []string{"", "title=1", "title=1,artists=1,duration=1,album=x", "title=0,artists=1,duration=1,album=1", "title=1,title=1,artists=1,duration=1,album=1",
		"title=NaN,artists=1,duration=1,album=1", "title=1,artists=101,duration=1,album=1", "title=1,artists=1,duration=-1,album=1", "title=1,artists=1,duration=1,album=1,mood=1"} {
		_, err := ParseMatchWeights(bad)
		require.Error(t, err, bad)
	}
}

func TestMatchThreshold(t *testing.T) {
	t.Parallel()
	for v, good := range map[string]bool{"0.78": true, "0.5": true, "1": true, "0.49": false, "1.1": false, "NaN": false, "much": false} {
		require.Equal(t, good, checkThreshold(v) == nil, v)
	}
}
