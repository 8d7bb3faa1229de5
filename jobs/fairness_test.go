package jobs

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ready []string
		held  map[string]int
		free  int
		want  map[string]int
	}{
		"one source may take all":             {[]string{"qq"}, map[string]int{"qq": 8}, 2, map[string]int{"qq": 2}},
		"two share alike":                     {[]string{"kuwo", "qq"}, nil, 10, map[string]int{"kuwo": 5, "qq": 5}},
		"who holds much gets what is left":    {[]string{"kuwo", "qq"}, map[string]int{"qq": 6}, 4, map[string]int{"kuwo": 4}},
		"what nobody may take stays free":     {[]string{"kuwo", "qq"}, map[string]int{"qq": 6, "kuwo": 5}, 4, map[string]int{"kuwo": 1}},
		"turns begin behind the last":         {[]string{"a", "b", "c"}, nil, 1, map[string]int{"c": 1}},
		"no worker is free":                   {[]string{"kuwo"}, nil, 0, map[string]int{}},
		"nothing is ready":                    {nil, nil, 5, map[string]int{}},
		"more is held than there are workers": {[]string{"kuwo"}, nil, -3, map[string]int{}},
	} {
		require.Equal(t, c.want, share(c.ready, c.held, c.free, sourceCap(10), "b"), name)
	}
}

func TestSourceCapLeavesRoomForOthers(t *testing.T) {
	t.Parallel()
	for workers, want := range map[int]int{1: 1, 2: 1, 3: 2, 5: 3, 10: 6, 64: 39} {
		require.Equal(t, want, sourceCap(workers), "%d workers", workers)
	}
}

func TestClipCutsBetweenCharacters(t *testing.T) {
	t.Parallel()
	require.Equal(t, "音乐…", clip("音乐播放", 2))
	require.Equal(t, "音乐", clip("音乐", 2))
	require.Equal(t, "", clip("", 0))
}
