package backup_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestAnOrderedRestoreIsDoneAtTheNextStart(t *testing.T) {
	t.Parallel()
	s, db := place(t, "then")
	made, err := s.Make(t.Context(), quiet)
	require.NoError(t, err)
	require.NoError(t, rename(db, "now"))
	_, err = s.OrderRestore("catalogsync-20990101-000000.tar.zst", false)
	require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	_, err = s.OrderRestore(made.Name, false)
	require.NoError(t, err)
	require.NoError(t, s.CancelRestore())
	require.NoError(t, s.CancelRestore())
	_, err = s.OrderRestore(made.Name, false)
	require.NoError(t, err)
	waiting, err := s.Ordered()
	require.NoError(t, err)
	require.Equal(t, made.Name, waiting.Name)
	require.NoError(t, db.Close())

	done, err := s.RestoreOrdered(t.Context(), "", quiet)
	require.NoError(t, err)
	require.Empty(t, done.Error)
	require.Equal(t, "then", nameIn(t, s.DBPath))
	require.Equal(t, "now", nameIn(t, done.SafetyCopy))
	again, err := s.RestoreOrdered(t.Context(), "", quiet)
	require.NoError(t, err)
	require.Nil(t, again, "an order is carried out once")
	last, err := s.LastRestore()
	require.NoError(t, err)
	require.Equal(t, *done, *last)
}

// A backup that rotted on its disk is found out before anything is touched, and the program
// starts with the data that it has.
func TestAnOrderThatCannotBeCarriedOutIsTold(t *testing.T) {
	t.Parallel()
	s, db := place(t, "kept")
	made, err := s.Make(t.Context(), quiet)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	_, err = s.OrderRestore(made.Name, true)
	require.NoError(t, err)
	path, err := s.Path(made.Name)
	require.NoError(t, err)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, content[:len(content)-100], 0o600))

	done, err := s.RestoreOrdered(t.Context(), "", quiet)
	require.NoError(t, err)
	require.Contains(t, done.Error, "no whole backup")
	require.Equal(t, "kept", nameIn(t, s.DBPath))
	waiting, err := s.Ordered()
	require.NoError(t, err)
	require.Nil(t, waiting)
}
