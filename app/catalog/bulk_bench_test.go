package catalog_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog"
	"catalogsync/models"
)

// acknowledged is the most that an action on ten thousand playlists may take to be answered.
const acknowledged = 300 * time.Millisecond

// The best of a few tries counts: the machine has other work.
func TestTenThousandPlaylistsAreAcknowledgedSoon(t *testing.T) {
	d := newDesk(t)
	lists := make([]models.Playlist, catalog.MaxSelected)
	for i := range lists {
		lists[i] = models.Playlist{Platform: "qq", RemotePlaylistID: fmt.Sprint("b", i), Kind: models.KindPlaylist, Name: "歌单"}
	}
	require.NoError(t, d.db.CreateInBatches(&lists, 500).Error)
	pick := catalog.Pick{}
	for i := range lists {
		pick.IDs = append(pick.IDs, lists[i].ID)
	}
	for kind, p := range map[models.BulkKind]catalog.Pick{models.BulkDownload: pick, models.BulkWant: d.all(models.PlaylistFilter{})} {
		best := time.Hour
		for range 5 {
			begun := time.Now()
			out, err := d.act(kind, p)
			best = min(best, time.Since(begun))
			require.NoError(t, err)
			require.NotNil(t, out.Job)
		}
		t.Logf("%s: %v", kind, best)
		require.Less(t, best, acknowledged, kind)
	}
}
