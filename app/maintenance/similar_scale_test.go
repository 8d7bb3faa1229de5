package maintenance_test

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// catalogue records songs, every tenth of which is on the next platform, too, and tells how
// many pairs that makes.
func (h *house) catalogue(songs int) (want int) {
	h.Helper()
	platforms := []string{"qq", "netease", "kuwo", "kugou"}
	var list []models.Song
	var assets []models.FileAsset
	var files []models.FileLocation
	for n := 1; n <= songs; n++ {
		// Every fortieth one is another version.
		id, title, platform := n, n, platforms[n%4]
		if n%10 == 0 {
			title, platform = n-1, platforms[(n+1)%4]
		}
		name := fmt.Sprintf("Song %c%06d Harbour", 'a'+title%26, title)
		if n%40 == 0 {
			name += " (Live)"
		} else if n%10 == 0 {
			want++
		}
		list = append(list, models.Song{ID: int64(id), Platform: platform, RemoteSongID: fmt.Sprint(n), Name: name, Singers: fmt.Sprintf("Artist %03d", title%500),
			DurationMS: 180_000 + int64(title%97)*1000, Downloaded: n%10 == 9})
		if n%10 == 9 {
			assets = append(assets, models.FileAsset{ID: int64(n), SongID: int64(n), Source: platform, Ext: "mp3", FileSizeBytes: 1000, SHA256: fmt.Sprint(n)})
			files = append(files, models.FileLocation{ID: int64(n), FileAssetID: int64(n), SongID: int64(n), BackendID: h.backend.ID, Locator: fmt.Sprint(n), Status: models.LocationActive})
		}
	}
	for _, rows := range []any{list, assets, files} {
		require.NoError(h, h.db.Write.CreateInBatches(rows, 500).Error)
	}
	return want
}

// A large catalogue is looked through in bounded memory, and all its pairs are found.
func TestSimilarSongsOfALargeCatalogue(t *testing.T) {
	songs := 20_000
	if testing.Short() {
		songs = 4000
	}
	if os.Getenv("SIMILAR_SONGS") != "" {
		_, err := fmt.Sscan(os.Getenv("SIMILAR_SONGS"), &songs)
		require.NoError(t, err)
	}
	h := newTwinHouse(t)
	want := h.catalogue(songs)
	runtime.GC()
	started := time.Now()
	var steps int
	var heap uint64
	r, err := h.service.LookForSimilar(t.Context(), func(done, total int64, _ string) {
		require.LessOrEqual(t, done, total)
		if steps++; steps%10 == 1 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			heap = max(heap, m.HeapInuse)
		}
	})
	require.NoError(t, err)
	require.EqualValues(t, songs, r.Songs)
	require.EqualValues(t, want, r.Found)
	require.Positive(t, steps)
	require.Less(t, heap, uint64(300<<20))
	t.Logf("%d songs, %d pairs: %s, heap %d MiB", r.Songs, r.Found, time.Since(started).Round(time.Millisecond), heap>>20)
}
