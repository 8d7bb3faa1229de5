package database

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/models"
)

func openTemp(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "folder with ? and #", "catalogsync.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// The driver ignores pragmas in other spellings without a word, so read them back on
// every connection of both pools.
func TestPragmasHoldOnEveryConnection(t *testing.T) {
	db := openTemp(t)
	for name, handle := range map[string]struct {
		connections int
		queryOnly   int
	}{"write": {1, 0}, "read": {readerConnections, 1}} {
		g := db.Write
		if name == "read" {
			g = db.Read
		}
		raw, err := g.DB()
		require.NoError(t, err)
		for range handle.connections {
			conn, err := raw.Conn(t.Context()) // held until the end, so each is another one
			require.NoError(t, err)
			defer conn.Close()
			var mode string
			require.NoError(t, conn.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode))
			require.Equal(t, "wal", mode)
			for pragma, want := range map[string]int{"busy_timeout": 30000, "synchronous": 1, "foreign_keys": 1, "query_only": handle.queryOnly} {
				var got int
				require.NoError(t, conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
				require.Equal(t, want, got, "%s: %s", name, pragma)
			}
		}
	}
}

func TestReadersCannotWrite(t *testing.T) {
	db := openTemp(t)
	require.Error(t, db.Read.Exec("DELETE FROM songs").Error)
}

func TestEveryModelMatchesItsTable(t *testing.T) {
	db := openTemp(t)
	for _, row := range []any{
		&models.Pool{}, &models.PoolPlaylist{}, &models.Playlist{}, &models.PlaylistSong{}, &models.PlaylistChange{},
		&models.Song{}, &models.Artist{}, &models.ArtistPool{}, &models.PoolArtist{}, &models.ArtistSong{},
		&models.StorageBackend{}, &models.FileAsset{}, &models.FileLocation{}, &models.Presence{}, &models.DownloadTask{}, &models.MatchOverride{},
		&models.JobRun{}, &models.JobStage{}, &models.JobItem{}, &models.JobPlaylist{}, &models.JobWorker{},
		&models.JobCommand{}, &models.JobEventRow{}, &models.JobLog{}, &models.ExportBundle{}, &models.SourceOutage{},
		&models.Schedule{}, &models.ScheduleRun{}, &models.ConfigRevision{},
		&models.SavedSelection{}, &models.BulkAction{}, &models.BulkMark{}, &models.WaitingExport{},
		&models.MaintenanceLook{}, &models.Finding{}, &models.ImportFile{}, &models.SongPart{}, &models.SimilarPair{}, &models.ThroughputHour{},
	} {
		stmt := &gorm.Statement{DB: db.Read}
		require.NoError(t, stmt.Parse(row))
		var columns []string
		require.NoError(t, db.Read.Raw("SELECT name FROM pragma_table_info(?)", stmt.Schema.Table).Scan(&columns).Error)
		require.ElementsMatch(t, columns, stmt.Schema.DBNames, stmt.Schema.Table)
	}
}

func TestMigratingAgainChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	for range 2 {
		db, err := Open(context.Background(), path)
		require.NoError(t, err)
		var version int
		require.NoError(t, db.Read.Raw("PRAGMA user_version").Scan(&version).Error)
		require.Equal(t, SchemaVersion(), version)
		require.NoError(t, db.Close())
	}
}

// A database of the first version gets the tables of schedules; what was in it stays, and
// a copy from before lies beside it.
func TestFirstVersionIsUpgraded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	list, err := migrations()
	require.NoError(t, err)
	old, err := open(path, 1, "_txlock=immediate")
	require.NoError(t, err)
	require.NoError(t, apply(old, list[0]))
	require.NoError(t, old.Omit("Failed").Create(&models.Song{Platform: "qq", RemoteSongID: "1", Name: "山路"}).Error)
	raw, err := old.DB()
	require.NoError(t, err)
	require.NoError(t, raw.Close())

	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	var song models.Song
	require.NoError(t, db.Read.Take(&song).Error)
	require.Equal(t, "山路", song.Name)
	var nightly models.Schedule
	require.NoError(t, db.Read.Take(&nightly).Error)
	require.Equal(t, models.Schedule{
		ID: 1, Name: "Nightly catalog sync", Cron: "30 3 * * *", TimeZone: "Local", JobType: models.JobCatalogSync, ScopeJSON: "{}",
		Overlap: models.OverlapSkip, CreatedAtMS: nightly.CreatedAtMS, UpdatedAtMS: nightly.CreatedAtMS,
	}, nightly, "made once, switched off")

	before, err := open(path+".bak-v0001", 1)
	require.NoError(t, err)
	rawBefore, err := before.DB()
	require.NoError(t, err)
	defer rawBefore.Close()
	var version int
	require.NoError(t, before.Raw("PRAGMA user_version").Scan(&version).Error)
	require.Equal(t, 1, version)
	require.NoError(t, before.Take(&song).Error)
	require.Error(t, before.Take(&nightly).Error)
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, db.Write.Exec("PRAGMA user_version = 9999").Error)
	require.NoError(t, db.Close())

	_, err = Open(t.Context(), path)
	require.Equal(t, models.CodeDatabaseNewer, models.CodeOf(err))
	require.ErrorContains(t, err, "newer catalogsync")
}

func TestDamagedDatabaseIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	junk := []byte("this was never a database, but somebody's notes, longer than the header of a database would be: 0123456789")
	require.NoError(t, os.WriteFile(path, junk, 0o600))

	_, err := Open(t.Context(), path)
	require.Equal(t, models.CodeDatabaseDamaged, models.CodeOf(err))
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, junk, after)
}

func TestUniqueKeysAreEnforcedByTheDatabase(t *testing.T) {
	db := openTemp(t)
	first := models.Song{Platform: "qq", RemoteSongID: "1", Name: "山路"}
	require.NoError(t, db.Write.Create(&first).Error)
	again := models.Song{Platform: "qq", RemoteSongID: "1", Name: "别的"}
	require.ErrorIs(t, db.Write.Create(&again).Error, gorm.ErrDuplicatedKey)
}
