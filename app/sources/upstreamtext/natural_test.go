package upstreamtext

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNaturalOrder(t *testing.T) {
	t.Parallel()
	want := []string{"", "2.mp3", "10.mp3", "CD1/9.mp3", "CD2/1.mp3", "CD10/1.mp3", "a", "a01", "a1", "a2 b", "a2 c", "歌 2", "歌 11"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, CompareNatural)
	require.Equal(t, want, got)
}
