package apptest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/demo"
)

// A file that somebody deleted is found, noted, and downloaded again by the next run.
func TestDoctorBringsADeletedSongBack(t *testing.T) {
	t.Parallel()
	_, base := apptest.Upstream(t, demo.Config{Playlists: 3, Songs: 20, Seed: 13})
	dir, env := t.TempDir(), apptest.Env(t, base)
	examine := func(code int, flags ...string) apptest.Result {
		r := apptest.Run(t, dir, env, append([]string{"doctor", "--data", dir}, flags...)...)
		require.Equal(t, code, r.Code, r.Stdout+r.Stderr)
		return r
	}
	require.Zero(t, apptest.Run(t, dir, env, "run", "--data", dir, "--json").Code)
	require.Contains(t, examine(0, "--deep").Stdout, "checks are well")

	library := filepath.Join(dir, "library")
	files := apptest.LibraryFiles(t, library)
	require.NoError(t, os.Remove(filepath.Join(library, files[0])))
	told := examine(1).Stdout
	require.Contains(t, told, "gone from")
	require.Contains(t, told, files[0])
	require.Contains(t, told, "--fix")
	var report struct {
		OK           bool
		Found, Fixed int64
		Checks       []struct{ Name string }
	}
	examine(1, "--fix", "--json").JSON(t, &report)
	require.False(t, report.OK)
	require.EqualValues(t, 1, report.Found)
	require.EqualValues(t, 1, report.Fixed)
	require.NotEmpty(t, report.Checks)
	examine(0)

	require.Zero(t, apptest.Run(t, dir, env, "run", "--data", dir, "--json").Code)
	require.Equal(t, files, apptest.LibraryFiles(t, library))
	examine(0, "--deep")
}
