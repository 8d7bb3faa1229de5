package database

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A database that another program made is refused and gets no table of ours.
func TestADatabaseOfAnotherProgramIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "theirs.db")
	theirs, err := open(path, 1)
	require.NoError(t, err)
	require.NoError(t, theirs.Exec("CREATE TABLE photos (id INTEGER)").Error)

	_, err = Open(t.Context(), path)
	require.ErrorContains(t, err, "another program")
	require.ErrorContains(t, err, "--db")
	var tables []string
	require.NoError(t, theirs.Raw("SELECT name FROM sqlite_master WHERE type = 'table'").Scan(&tables).Error)
	require.Equal(t, []string{"photos"}, tables)
	raw, err := theirs.DB()
	require.NoError(t, err)
	require.NoError(t, raw.Close())
}
