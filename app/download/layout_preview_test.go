package download

import (
	"testing"

	"github.com/stretchr/testify/require"

	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/models"
)

func TestLayoutIsPreviewedOnSongsOfTheLibrary(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p, err := b.PreviewLayout(t.Context(), "{first_artist}/{album}[ ({year})]/[{track} ]{title}")
	require.NoError(t, err)
	require.True(t, p.Invented)
	require.Len(t, p.Paths, 5)
	require.Equal(t, "阿木/河口 (2011)/07 山路.flac", p.Paths[0])

	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1)}
	_, err = b.download(b.song())
	require.NoError(t, err)
	p, err = b.PreviewLayout(t.Context(), "{quality}/{title}")
	require.NoError(t, err)
	require.False(t, p.Invented)
	require.Equal(t, []string{"320k/山路.mp3"}, p.Paths)

	_, err = b.PreviewLayout(t.Context(), "{artist}/{title}")
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
	require.ErrorContains(t, err, "character 1")
}
