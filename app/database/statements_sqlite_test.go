package database

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// kept looks into a connection: the texts of the statements that nobody uses.
func kept(t *testing.T, conn *sql.Conn) map[string]*keptStatement {
	t.Helper()
	var idle map[string]*keptStatement
	require.NoError(t, conn.Raw(func(raw any) error {
		idle = raw.(*keepingConn).idle
		return nil
	}))
	return idle
}

func openConn(t *testing.T, statements int) *sql.Conn {
	t.Helper()
	pool, err := openPool(dsn(filepath.Join(t.TempDir(), "c.db")), 1, statements)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	conn, err := pool.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	_, err = conn.ExecContext(t.Context(), "CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT)")
	require.NoError(t, err)
	return conn
}

func TestStatementsAreKeptAndStayTrue(t *testing.T) {
	t.Parallel()
	conn, ctx := openConn(t, 8), t.Context()
	const insert, read = "INSERT INTO t (n, s) VALUES (?, ?)", "SELECT n, s FROM t WHERE n >= ? ORDER BY n"
	for n := range 3 {
		_, err := conn.ExecContext(ctx, insert, n, fmt.Sprint("s", n))
		require.NoError(t, err)
	}
	require.Contains(t, kept(t, conn), insert)
	was := kept(t, conn)[insert]

	_, err := conn.ExecContext(ctx, insert, 1, "again")
	require.ErrorContains(t, err, "UNIQUE")
	require.NotContains(t, kept(t, conn), insert, "one that met an error is not used again")
	_, err = conn.ExecContext(ctx, insert, 3, "s3")
	require.NoError(t, err)
	require.NotSame(t, was, kept(t, conn)[insert])

	// The same text while its rows are read.
	rows, err := conn.QueryContext(ctx, read, 0)
	require.NoError(t, err)
	defer rows.Close()
	var seen []string
	for rows.Next() {
		var n int
		var s, inner string
		require.NoError(t, rows.Scan(&n, &s))
		require.NoError(t, conn.QueryRowContext(ctx, read, n).Scan(&n, &inner))
		require.Equal(t, s, inner)
		seen = append(seen, s)
	}
	require.NoError(t, rows.Err())
	require.Equal(t, []string{"s0", "s1", "s2", "s3"}, seen)

	// Another schema, by this connection and in the midst of a transaction.
	tx, err := conn.BeginTx(ctx, nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(ctx, "ALTER TABLE t ADD COLUMN extra TEXT NOT NULL DEFAULT 'e'")
	require.NoError(t, err)
	const all = "SELECT * FROM t WHERE n = 0"
	require.NoError(t, tx.QueryRowContext(ctx, all).Scan(new(int), new(string), new(string)))
	require.NoError(t, tx.Rollback())
	require.NoError(t, conn.QueryRowContext(ctx, all).Scan(new(int), new(string)), "the column is gone again")
}

func TestAFewStatementsAreKept(t *testing.T) {
	t.Parallel()
	conn, ctx := openConn(t, 3), t.Context()
	const often = "SELECT count(*) FROM t"
	for n := range 20 {
		for _, text := range []string{often, fmt.Sprintf("SELECT %d FROM t", n)} {
			if err := conn.QueryRowContext(ctx, text).Scan(new(int)); err != nil {
				require.ErrorIs(t, err, sql.ErrNoRows)
			}
		}
	}
	idle := kept(t, conn)
	require.Len(t, idle, 3)
	require.Contains(t, idle, often, "what is used often stays")
	for _, text := range []string{"PRAGMA user_version", "CREATE TABLE u (n)", "SELECT 1 -- " + string(make([]byte, maxKeptText))} {
		require.False(t, isKept(text))
	}
	require.True(t, isKept("\n\tWITH x AS (SELECT 1) SELECT * FROM x"))
	require.True(t, isKept("select\n1"))
}
