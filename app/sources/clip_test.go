package sources

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClips(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		served, song int64
		clip         bool
	}{
		{60_000, 214_000, true}, {30_000, 36_000, true}, {214_000, 214_000, false}, {200_000, 214_000, false},
		{4_000, 8_000, false}, {0, 214_000, false}, {60_000, 0, false}, {300_000, 214_000, false},
	} {
		require.Equal(t, tc.clip, IsClip(tc.served, tc.song), "%d of %d ms", tc.served, tc.song)
	}
	for ext, want := range map[string]bool{"mp3": true, "flac": true, "mg3d": false, "kgm": false, "mflac": false, "": false, "MP3": false} {
		require.Equal(t, want, IsClearContainer(ext), ext)
	}
}
