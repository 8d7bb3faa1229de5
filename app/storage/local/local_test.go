package local_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/storage"
	"catalogsync/app/storage/local"
	"catalogsync/app/storage/storagetest"
	"catalogsync/models"
)

func open(t *testing.T) storage.Backend {
	b, err := local.New(t.TempDir())
	require.NoError(t, err)
	return b
}

func TestContract(t *testing.T) { storagetest.Run(t, open) }

// A folder whose disk is not mounted is not an empty one.
func TestMissingRoot(t *testing.T) {
	b, err := local.New(filepath.Join(t.TempDir(), "gone"))
	require.NoError(t, err)
	require.Equal(t, models.CodeStorageRootMissing, storage.CodeOf(b.Probe(t.Context())))
	err = b.List(t.Context(), storage.Root, func(storage.Entry) error { return nil })
	require.Equal(t, models.CodeStorageRootMissing, storage.CodeOf(err))
}

// Links lead nowhere outside the folder.
func TestLinksStayInside(t *testing.T) {
	outside, root := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("x"), 0o600))
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(root, "link")))
	require.NoError(t, os.Symlink(outside, filepath.Join(root, "dir")))
	b, err := local.New(root)
	require.NoError(t, err)
	_, err = b.Open(t.Context(), "link", 0, -1)
	require.Error(t, err)
	_, err = b.Open(t.Context(), "dir/secret", 0, -1)
	require.Error(t, err)
	require.NoError(t, b.List(t.Context(), storage.Root, func(e storage.Entry) error {
		t.Errorf("%s is listed", e.Path)
		return nil
	}))
}
