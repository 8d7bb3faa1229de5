package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"catalogsync/app/backup"
	"catalogsync/app/database"
	"catalogsync/models"
)

func quiet(int64, int64, string) {}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// place is a database with one mark of a name, and the service for it.
func place(t *testing.T, name string) (*backup.Service, *database.DB) {
	t.Helper()
	dir := t.TempDir()
	db, err := database.Open(t.Context(), filepath.Join(dir, "catalogsync.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, rename(db, name))
	return backup.New(backup.Config{
		DBPath: db.Path, Dir: filepath.Join(dir, "backups"), Keep: 2, Version: "v1.2.3", Now: func() time.Time { return noon },
		Settings: func() ([]byte, error) { return []byte("WEB_PORT=1234\n"), nil },
	}), db
}

func rename(db *database.DB, name string) error {
	if err := db.Write.Exec("CREATE TABLE IF NOT EXISTS marks (id INTEGER PRIMARY KEY, name TEXT)").Error; err != nil {
		return err
	}
	return db.Write.Exec("INSERT OR REPLACE INTO marks VALUES (1, ?)", name).Error
}

func nameIn(t *testing.T, path string) (name string) {
	t.Helper()
	db, err := database.Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, db.Read.Raw("SELECT name FROM marks").Scan(&name).Error)
	require.NoError(t, db.Close())
	return name
}

func TestABackupBringsDatabaseAndSettingsBack(t *testing.T) {
	t.Parallel()
	s, db := place(t, "then")
	made, err := s.Make(t.Context(), quiet)
	require.NoError(t, err)
	require.Equal(t, "catalogsync-20260102-120000.tar.zst", made.Name)
	require.Equal(t, database.SchemaVersion(), made.Schema)
	require.NoError(t, rename(db, "now"))
	require.NoError(t, db.Close())
	path, err := s.Path(made.Name)
	require.NoError(t, err)

	settings := filepath.Join(t.TempDir(), "conf", "catalogsync.env")
	done, err := backup.Restore(t.Context(), path, backup.Target{DBPath: s.DBPath, SettingsPath: settings, Now: noon}, quiet)
	require.NoError(t, err)
	require.Equal(t, "then", nameIn(t, s.DBPath))
	require.Equal(t, "now", nameIn(t, done.SafetyCopy))
	require.Equal(t, settings, done.Settings)
	require.Empty(t, done.SettingsCopy)
	content, err := os.ReadFile(settings)
	require.NoError(t, err)
	require.Equal(t, "WEB_PORT=1234\n", string(content))

	elsewhere := filepath.Join(t.TempDir(), "new", "machine", "catalogsync.db")
	done, err = backup.Restore(t.Context(), path, backup.Target{DBPath: elsewhere, Now: noon}, quiet)
	require.NoError(t, err)
	require.Empty(t, done.SafetyCopy)
	require.Equal(t, "then", nameIn(t, elsewhere))
}

// The database stays writable while it is copied, and the copy is one moment's.
func TestABackupUnderLoadIsOneMoment(t *testing.T) {
	t.Parallel()
	s, db := place(t, "0")
	s.Keep = 0
	require.NoError(t, db.Write.Exec("CREATE TABLE pairs (a INTEGER, b INTEGER)").Error)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	written := make(chan int)
	go func() {
		n := 0
		for ; ctx.Err() == nil; n++ {
			_ = db.Write.Exec("INSERT INTO pairs VALUES (?, ?), (?, ?)", n, -n, n, -n).Error
		}
		written <- n
	}()
	for range 5 {
		made, err := s.Make(t.Context(), quiet)
		require.NoError(t, err)
		path, err := s.Path(made.Name)
		require.NoError(t, err)
		copied := filepath.Join(t.TempDir(), "catalogsync.db")
		_, err = backup.Restore(t.Context(), path, backup.Target{DBPath: copied, Now: noon}, quiet)
		require.NoError(t, err)
		there, err := database.Open(t.Context(), copied)
		require.NoError(t, err)
		var rows, sum int
		require.NoError(t, there.Read.Raw("SELECT count(*), coalesce(sum(a + b), 0) FROM pairs").Row().Scan(&rows, &sum))
		require.NoError(t, there.Close())
		require.Zero(t, rows%2)
		require.Zero(t, sum)
	}
	stop()
	require.Positive(t, <-written)
}

func TestOldBackupsGoAndForeignFilesStay(t *testing.T) {
	t.Parallel()
	s, _ := place(t, "x")
	require.NoError(t, os.MkdirAll(s.Dir, 0o700))
	foreign := filepath.Join(s.Dir, "catalogsync-holiday.tar.zst")
	require.NoError(t, os.WriteFile(foreign, []byte("mine"), 0o600))
	for i := range 4 {
		s.Now = func() time.Time { return noon.Add(time.Duration(i) * time.Hour) }
		_, err := s.Make(t.Context(), quiet)
		require.NoError(t, err)
	}
	again, err := s.Make(t.Context(), quiet)
	require.NoError(t, err)
	require.Equal(t, "catalogsync-20260102-150000-2.tar.zst", again.Name, "two in a second")
	list, err := s.List()
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.FileExists(t, foreign)
	left, err := os.ReadDir(s.Dir)
	require.NoError(t, err)
	require.Len(t, left, 3, "nothing half-made stays")
}

// A damaged or foreign file is refused, and everything stays as it was.
func TestDamagedBackupsChangeNothing(t *testing.T) {
	t.Parallel()
	s, db := place(t, "kept")
	made, err := s.Make(t.Context(), quiet)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	path, err := s.Path(made.Name)
	require.NoError(t, err)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 0x40
	newer := repack(t, good, func(name string, content []byte) []byte {
		return bytes.Replace(content, []byte(`"format": 1`), []byte(`"format": 2`), 1)
	})
	lying := repack(t, good, func(name string, content []byte) []byte {
		if strings.HasSuffix(name, ".env") {
			content[0] = 'w'
		}
		return content
	})
	escaping := repack(t, good, func(name string, content []byte) []byte {
		return bytes.Replace(content, []byte(`"settings.env"`), []byte(`"../stolen.env"`), 1)
	})
	for name, content := range map[string][]byte{
		"empty": nil, "text": []byte("hello"), "cut": good[:len(good)*2/3], "flipped": flipped, "newer format": newer, "wrong checksum": lying, "another path": escaping,
	} {
		bad := filepath.Join(t.TempDir(), "bad.tar.zst")
		require.NoError(t, os.WriteFile(bad, content, 0o600))
		_, err := backup.Restore(t.Context(), bad, backup.Target{DBPath: s.DBPath, Now: noon}, quiet)
		require.Equal(t, models.CodeBackupDamaged, models.CodeOf(err), "%s: %v", name, err)
		require.Equal(t, "kept", nameIn(t, s.DBPath), name)
		left, err := filepath.Glob(s.DBPath + ".before*")
		require.NoError(t, err)
		require.Empty(t, left, name)
	}
	_, err = backup.Restore(t.Context(), filepath.Join(t.TempDir(), "none"), backup.Target{DBPath: s.DBPath, Now: noon}, quiet)
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
}

// A database that is damaged is what restores are for; it is kept all the same.
func TestARestoreReplacesADamagedDatabase(t *testing.T) {
	t.Parallel()
	s, db := place(t, "good")
	made, err := s.Make(t.Context(), quiet)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	path, err := s.Path(made.Name)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.DBPath, []byte("not a database at all, not even nearly"), 0o600))
	require.NoError(t, os.WriteFile(s.DBPath+"-wal", []byte("left behind"), 0o600))
	done, err := backup.Restore(t.Context(), path, backup.Target{DBPath: s.DBPath, Now: noon}, quiet)
	require.NoError(t, err)
	require.Equal(t, "good", nameIn(t, s.DBPath))
	require.FileExists(t, done.SafetyCopy)
	require.FileExists(t, done.SafetyCopy+"-wal")
}

func TestOnlyNamesOfBackupsAreFound(t *testing.T) {
	t.Parallel()
	s, _ := place(t, "x")
	for _, name := range []string{"", ".", "..", "../catalogsync.db", "catalogsync.db", "catalogsync-20260102-120000.tar.zst", `..\catalogsync.db`, "/etc/passwd"} {
		_, err := s.Path(name)
		require.Equal(t, models.ClassNotFound, models.ClassOf(err), name)
	}
}

// repack rewrites the files of a backup.
func repack(t *testing.T, archive []byte, change func(name string, content []byte) []byte) []byte {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(archive))
	require.NoError(t, err)
	defer z.Close()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out)
	require.NoError(t, err)
	from, to := tar.NewReader(z), tar.NewWriter(w)
	for {
		h, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		content, err := io.ReadAll(from)
		require.NoError(t, err)
		content = change(h.Name, content)
		h.Size = int64(len(content))
		require.NoError(t, to.WriteHeader(h))
		_, err = to.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, to.Close())
	require.NoError(t, w.Close())
	return out.Bytes()
}
