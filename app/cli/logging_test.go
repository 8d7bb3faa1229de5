package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/config"
)

func TestLogGoesToStandardErrorAndTheFileAlike(t *testing.T) {
	t.Parallel()
	var errOut bytes.Buffer
	dir := filepath.Join(t.TempDir(), "not", "there yet")
	e := &env{errOut: &errOut}
	log := e.logger(&config.Config{LogDir: dir, LogLevel: "info", LogFormat: "json"}, false)
	log.Info("jobs recovered", "jobs", 3)
	log.Debug("not asked for")
	e.closeLogs()
	text, err := os.ReadFile(filepath.Join(dir, "catalogsync.log"))
	require.NoError(t, err)
	require.Equal(t, errOut.String(), string(text))
	require.Contains(t, string(text), `"msg":"jobs recovered","jobs":3`)
	require.Equal(t, 1, strings.Count(string(text), "\n"))

	again := &env{errOut: &errOut}
	again.logger(&config.Config{LogDir: dir, LogLevel: "info"}, false).Info("started again")
	again.closeLogs()
	text, err = os.ReadFile(filepath.Join(dir, "catalogsync.log"))
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(string(text), "\n"), "a new start goes on in the same file")
}

func TestQuietIsQuietOnStandardErrorOnly(t *testing.T) {
	t.Parallel()
	var errOut bytes.Buffer
	dir := t.TempDir()
	e := &env{errOut: &errOut}
	log := e.logger(&config.Config{LogDir: dir, LogLevel: "info"}, true)
	log.Info("upkeep")
	log.Warn("slow disk")
	e.closeLogs()
	require.NotContains(t, errOut.String(), "upkeep")
	require.Contains(t, errOut.String(), "slow disk")
	text, err := os.ReadFile(filepath.Join(dir, "catalogsync.log"))
	require.NoError(t, err)
	require.Contains(t, string(text), "upkeep")
}

func TestAFolderThatCannotBeUsedIsToldAndLeavesTheLog(t *testing.T) {
	t.Parallel()
	var errOut bytes.Buffer
	file := filepath.Join(t.TempDir(), "a file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	e := &env{errOut: &errOut}
	log := e.logger(&config.Config{LogDir: file, LogLevel: "info"}, false)
	log.Info("goes on")
	e.closeLogs()
	require.Contains(t, errOut.String(), "check LOG_DIR")
	require.Contains(t, errOut.String(), "goes on")
}

func TestTheFileMakesWayWhenItIsFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	full := filepath.Join(dir, "catalogsync.log")
	require.NoError(t, os.WriteFile(full, nil, 0o600))
	require.NoError(t, os.Truncate(full, logFileMB<<20))
	e := &env{errOut: &bytes.Buffer{}}
	e.logger(&config.Config{LogDir: dir, LogLevel: "info"}, false).Info("one line more")
	e.closeLogs()
	files, err := filepath.Glob(filepath.Join(dir, "catalogsync*.log"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	text, err := os.ReadFile(full)
	require.NoError(t, err)
	require.Contains(t, string(text), "one line more")
	require.Less(t, len(text), 1000)
}
