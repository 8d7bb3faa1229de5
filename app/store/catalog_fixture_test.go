package store

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/models"
)

// newCatalog is a store on an empty database whose clock goes on by a second at each look.
func newCatalog(t testing.TB) *Store {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "catalogsync.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	var ticks atomic.Int64
	start := time.Date(2026, 3, 1, 3, 30, 0, 0, time.UTC)
	return New(db, revision.New(), func() time.Time { return start.Add(time.Duration(ticks.Add(1)) * time.Second) })
}

// addPlaylists creates playlists "1" to "n" of a platform in its square.
func addPlaylists(t *testing.T, s *Store, platform string, n int) []int64 {
	t.Helper()
	refs := make([]models.PlaylistRef, n)
	for i := range refs {
		refs[i] = models.PlaylistRef{Platform: platform, RemoteID: fmt.Sprint(i + 1), Kind: models.KindPlaylist}
	}
	ids, err := s.AddPlaylists(t.Context(), models.PoolPlaylistSquare, refs)
	require.NoError(t, err)
	return ids
}

// snapshots makes the songs with these ids; the artist of song "a1" is "Artist a".
func snapshots(ids ...string) []models.SongSnapshot {
	list := make([]models.SongSnapshot, len(ids))
	for i, id := range ids {
		list[i] = models.SongSnapshot{RemoteID: id, Name: "Song " + id, Artists: []models.ArtistRef{{Name: "Artist " + id[:1]}},
			Album: "Album", DurationMS: 200_000, Raw: models.RawJSON(`{"id":"` + id + `"}`)}
	}
	return list
}

func syncSongs(t *testing.T, s *Store, playlistID int64, ids ...string) models.SyncOutcome {
	t.Helper()
	out, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: playlistID, Songs: snapshots(ids...), EmptyReason: models.EmptySource})
	require.NoError(t, err)
	return out
}

// songID finds a song by its remote id.
func songID(t *testing.T, s *Store, platform, remoteID string) int64 {
	t.Helper()
	var song models.Song
	require.NoError(t, s.read(t.Context()).Where("platform = ? AND remote_song_id = ?", platform, remoteID).Take(&song).Error)
	return song.ID
}

// setDownloaded makes a song downloaded, or not, by the fact that it derives from.
func setDownloaded(t require.TestingT, s *Store, id int64, downloaded bool) {
	err := s.db.Write.Transaction(func(tx *gorm.DB) error {
		if err := tx.Where("song_id = ?", id).Delete(&models.FileLocation{}).Error; err != nil {
			return err
		}
		if downloaded {
			backend := models.StorageBackend{Name: "library", Type: models.BackendLocalFS, Root: "/library"}
			if err := tx.Where("name = ?", backend.Name).FirstOrCreate(&backend).Error; err != nil {
				return err
			}
			asset := models.FileAsset{SongID: id, Source: "qq", Quality: models.Quality320, Ext: "mp3", FileSizeBytes: 9, SHA256: fmt.Sprint(id)}
			if err := tx.Where("song_id = ?", id).FirstOrCreate(&asset).Error; err != nil {
				return err
			}
			location := models.FileLocation{FileAssetID: asset.ID, SongID: id, BackendID: backend.ID, Locator: fmt.Sprintf("%d.mp3", id), Status: models.LocationActive}
			if err := tx.Create(&location).Error; err != nil {
				return err
			}
		}
		return setSongOutcome(tx, id, songOutcome{Downloaded: &downloaded}, s.nowMS())
	})
	require.NoError(t, err)
}

func setAvailability(t require.TestingT, s *Store, id int64, a models.Availability) {
	err := s.db.Write.Transaction(func(tx *gorm.DB) error {
		return setSongOutcome(tx, id, songOutcome{Availability: &a, Code: models.CodePaid, Reason: "only for members"}, s.nowMS())
	})
	require.NoError(t, err)
}

func playlist(t require.TestingT, s *Store, id int64) models.Playlist {
	var p models.Playlist
	require.NoError(t, s.db.Read.Take(&p, id).Error)
	return p
}

// order lists the songs that are on a playlist, by remote id.
func order(t require.TestingT, s *Store, playlistID int64) []string {
	ids := []string{}
	require.NoError(t, s.db.Read.Raw(`SELECT s.remote_song_id FROM playlist_songs ps JOIN songs s ON s.id = ps.song_id
		WHERE ps.playlist_id = ? AND ps.gone_at_ms = 0 ORDER BY ps.position`, playlistID).Scan(&ids).Error)
	return ids
}

// catalogRows reads all rows of the catalogue. Only the timestamps that say when
// something was looked at are left out.
func catalogRows(t require.TestingT, s *Store) map[string][]map[string]any {
	all := map[string][]map[string]any{}
	for _, table := range []string{"playlist_pools", "playlists", "pool_playlists", "songs", "playlist_songs", "playlist_changes",
		"artists", "artist_songs", "artist_pools", "pool_artists"} {
		var rows []map[string]any
		require.NoError(t, s.db.Read.Raw("SELECT * FROM "+table).Scan(&rows).Error)
		for _, row := range rows {
			for _, looked := range []string{"collected_at_ms", "synced_at_ms", "sync_checked_ms", "last_seen_ms"} {
				delete(row, looked)
			}
		}
		all[table] = rows
	}
	return all
}
