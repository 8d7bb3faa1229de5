package database

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fill writes about n MiB into a table and deletes them again.
func fill(t *testing.T, db *DB, n int) {
	t.Helper()
	require.NoError(t, db.Write.Exec("CREATE TABLE ballast (id INTEGER PRIMARY KEY, text TEXT)").Error)
	text := strings.Repeat("x", 64<<10)
	for range n * 16 {
		require.NoError(t, db.Write.Exec("INSERT INTO ballast (text) VALUES (?)", text).Error)
	}
	require.NoError(t, db.Write.Exec("DELETE FROM ballast").Error)
}

func TestFreePagesOfANewFileAreGivenBackInSteps(t *testing.T) {
	t.Parallel()
	db := openTemp(t)
	fill(t, db, 4)
	free, err := db.FreePages(t.Context())
	require.NoError(t, err)
	require.Greater(t, free, int64(500))

	_, err = db.ReclaimPages(t.Context(), 100)
	require.NoError(t, err)
	after, err := db.FreePages(t.Context())
	require.NoError(t, err)
	require.Equal(t, free-100, after, "a step is as large as it was asked for, and is finished")

	_, err = db.ReclaimPages(t.Context(), int(after))
	require.NoError(t, err)
	before := size(t, db.Path)
	_, err = db.TruncateLog(t.Context())
	require.NoError(t, err)
	require.Zero(t, size(t, db.Path+"-wal"), "the log's file is emptied")
	require.Less(t, size(t, db.Path), before)
}

func TestAFileWithoutIncrementalVacuumIsLeftAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.db")
	old, err := open(path, 1) // as files were made before
	require.NoError(t, err)
	require.NoError(t, old.Exec("CREATE TABLE early (id INTEGER)").Error)
	require.NoError(t, old.Exec("DROP TABLE early").Error)
	raw, err := old.DB()
	require.NoError(t, err)
	require.NoError(t, raw.Close())

	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	defer db.Close()
	fill(t, db, 1)
	free, err := db.FreePages(t.Context())
	require.NoError(t, err)
	require.Zero(t, free)
}

func TestTruncateLogDoesNotWaitForALongReader(t *testing.T) {
	t.Parallel()
	db := openTemp(t)
	raw, err := db.Read.DB()
	require.NoError(t, err)
	reader, err := raw.Conn(t.Context())
	require.NoError(t, err)
	defer reader.Close()
	_, err = reader.ExecContext(t.Context(), "BEGIN")
	require.NoError(t, err)
	var n int
	require.NoError(t, reader.QueryRowContext(t.Context(), "SELECT count(*) FROM songs").Scan(&n))

	fill(t, db, 1)
	held, err := db.TruncateLog(t.Context())
	require.NoError(t, err)
	require.Less(t, held.Milliseconds(), int64(1000), "the writer is not held until the reader is through")

	var timeout int
	require.NoError(t, db.Write.Raw("PRAGMA busy_timeout").Scan(&timeout).Error)
	require.Equal(t, busyTimeout, timeout)
	_, err = reader.ExecContext(context.Background(), "ROLLBACK")
	require.NoError(t, err)
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Size()
}
