package config_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources/all"
	"catalogsync/config"
)

var update = flag.Bool("update", false, "write the example file anew")

// The example file lists every key of the table; run with -update after a change.
func TestExampleFileIsCurrent(t *testing.T) {
	const file = "../docs/catalogsync.env.example"
	want := config.Example(all.Kinds())
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "run: go test ./config -update")
}
