package maintenance_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestFilesOfSongsThatLeftAreRecycledWhereAskedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.write("keep/the folder.txt", 1)
	playlist := func(name string, policy models.GonePolicy, days int) models.Playlist {
		p := models.Playlist{Platform: "qq", RemotePlaylistID: name, Kind: models.KindPlaylist, Name: name, GonePolicy: policy, GoneDays: days}
		h.insert(&p)
		return p
	}
	recycles, keeps, unlinks := playlist("recycles", models.GoneRecycle, 10), playlist("keeps", models.GoneKeep, 0), playlist("unlinks", models.GoneUnlink, 0)
	ago := func(days int) int64 { return models.NowMS(time.Now().AddDate(0, 0, -days)) }
	files := map[string]models.FileLocation{}
	song := func(name string, links map[int64]int64) { // playlist → when it left, 0 = on it
		a := h.asset(name, 100)
		files[name] = h.place(a, "qq/"+name+".mp3", true)
		for id, gone := range links {
			h.insert(&models.PlaylistSong{PlaylistID: id, SongID: a.SongID, SeenFromMS: 1, GoneAtMS: gone})
		}
	}
	song("left long ago", map[int64]int64{recycles.ID: ago(11)})
	song("left lately", map[int64]int64{recycles.ID: ago(9)})
	song("still there", map[int64]int64{recycles.ID: 0})
	song("on another list", map[int64]int64{recycles.ID: ago(11), unlinks.ID: 0})
	song("kept by another", map[int64]int64{recycles.ID: ago(11), keeps.ID: ago(11)})
	song("unlinked by another", map[int64]int64{recycles.ID: ago(11), unlinks.ID: ago(11)})
	song("never on a list", nil)

	n, err := h.service.RecycleGone(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, n)
	for name, l := range files {
		gone := name == "left long ago" || name == "unlinked by another"
		want := models.LocationActive
		if gone {
			want = models.LocationInactive
			require.NoFileExists(t, filepath.Join(h.lib.Root(), l.Locator))
			require.FileExists(t, filepath.Join(h.lib.Root(), ".recycle/2026-03-04", l.Locator))
		}
		require.Equal(t, want, h.status(l.ID), name)
		var s models.Song
		require.NoError(t, h.db.Read.Take(&s, l.SongID).Error)
		require.Equal(t, !gone, s.Downloaded, name)
	}
	n, err = h.service.RecycleGone(t.Context())
	require.NoError(t, err)
	require.Zero(t, n)
}
