package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/models"
)

// BenchmarkPlaylistList answers the list page and the coverage over 100,000 playlists.
func BenchmarkPlaylistList(b *testing.B) {
	db, err := database.Open(b.Context(), filepath.Join(b.TempDir(), "c.db"))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	s := New(db, revision.New(), time.Now)
	platforms := []string{"netease", "qq", "kuwo"}
	require.NoError(b, db.Write.Transaction(func(tx *gorm.DB) error {
		rows := make([]models.Playlist, 100_000)
		for i := range rows {
			n := int64(i*7919) % 100_003
			rows[i] = models.Playlist{Platform: platforms[i%3], RemotePlaylistID: fmt.Sprint(i), Kind: models.KindPlaylist, Name: fmt.Sprintf("歌单 %d 夜车", n),
				NameKey: fmt.Sprintf("歌单 %d 夜车", n), PlayCount: n * 100, CollectedSongCount: n % 300, DownloadedCount: n % 100, SyncedAtMS: n % 2,
				Description: fmt.Sprintf("%0400d", n), MetadataJSON: fmt.Sprintf(`{"raw":"%0400d"}`, n)}
		}
		return tx.CreateInBatches(rows, batchRows).Error
	}))
	page := models.Page{Number: 1, Size: 50}
	for _, c := range []struct {
		name   string
		filter models.PlaylistFilter
	}{
		{"by plays", models.PlaylistFilter{Page: page}},
		{"by name", models.PlaylistFilter{Sort: models.SortName, Page: page}},
		{"by songs", models.PlaylistFilter{Sort: models.SortSongs, Page: page}},
		{"by missing songs", models.PlaylistFilter{Sort: models.SortProgress, Page: page}},
		{"of a platform", models.PlaylistFilter{Platform: "qq", Page: page}},
		{"in a state", models.PlaylistFilter{State: models.PlaylistPartial, Page: page}},
		{"by keyword", models.PlaylistFilter{Keyword: "4711", Page: page}},
		{"last page", models.PlaylistFilter{Page: models.Page{Number: 2000, Size: 50}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				_, err := s.ListPlaylists(b.Context(), c.filter)
				require.NoError(b, err)
			}
		})
	}
	b.Run("coverage", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Coverage(b.Context())
			require.NoError(b, err)
		}
	})
}
