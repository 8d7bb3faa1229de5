package download

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/models"
)

// marked is a song with a file that an export found amiss.
func (b *bench) marked() (songID int64, path string) {
	b.t.Helper()
	songID = b.song()
	b.netease.songs["1"] = served{body: file(b.t, demoaudio.MP3320, songSeconds, 1)}
	_, err := b.download(songID)
	require.NoError(b.t, err)
	files, err := b.store.GetSongFiles(b.t.Context(), songID)
	require.NoError(b.t, err)
	require.NoError(b.t, b.store.MarkMissing(b.t.Context(), songID, []int64{files.Files[0].LocationID}))
	require.Equal(b.t, [2]int64{0, 0}, b.counters())
	require.False(b.t, b.row(songID).Downloaded)
	return songID, filepath.Join(b.dir, filepath.FromSlash(files.Files[0].Locator))
}

func TestMissingFileThatCameBackCountsAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, path := b.marked()
	touched := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	require.NoError(t, os.Chtimes(path, touched, touched))

	res, err := b.download(id)
	require.NoError(t, err)
	require.True(t, res.Skipped)
	require.EqualValues(t, 1, b.netease.opens.Load(), "nothing is fetched twice")
	require.Equal(t, [2]int64{1, 0}, b.counters())
	var location models.FileLocation
	require.NoError(t, b.db.Read.Take(&location, "song_id = ?", id).Error)
	require.Equal(t, models.NowMS(touched), location.ModTimeMS, "the next export takes the file for what it is")
	b.requireSound()
}

func TestMissingFileThatIsAnotherIsFetchedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, path := b.marked()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	data[len(data)/2] ^= 1
	require.NoError(t, os.WriteFile(path, data, 0o600))

	res, err := b.download(id)
	require.NoError(t, err)
	require.False(t, res.Skipped)
	require.Len(t, b.files(), 1, "it is replaced, not doubled")
	require.Equal(t, [2]int64{1, 0}, b.counters())
	b.requireSound()
}
