package s3_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/storage"
	"catalogsync/app/storage/s3"
	"catalogsync/app/storage/storagetest"
)

var buckets = 0

// A bucket of a real server passes the contract.
func TestContract(t *testing.T) {
	server := storagetest.StartVersityGW(t)
	storagetest.Run(t, func(t *testing.T) storage.Backend {
		buckets++
		bucket := fmt.Sprintf("bucket-%d", buckets)
		require.NoError(t, os.Mkdir(filepath.Join(server.Root, bucket), 0o755))
		return open(t, server.Settings(bucket), server.Secrets())
	})
}

func open(t *testing.T, s storage.Settings, secrets map[string]string) storage.Backend {
	t.Helper()
	b, err := s3.Open(t.Context(), storage.Config{Name: "test", Settings: s, Secrets: secrets})
	require.NoError(t, err)
	return b
}
