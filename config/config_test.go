package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNothingConfiguredWorks(t *testing.T) {
	c, err := Load(Inputs{})
	require.NoError(t, err)
	require.Equal(t, filepath.Join("data", "library"), c.LibraryDir)
	require.Equal(t, filepath.Join("data", "catalogsync.db"), c.DBPath)
	require.Equal(t, "127.0.0.1", c.WebHost)
	require.Equal(t, 18080, c.WebPort)
	require.Equal(t, []string{"qq", "kuwo", "migu", "qianqian", "kugou", "netease", "subsonic", "jamendo", "archive", "folder"}, c.DownloadSources)
}

func TestRootDirLaysOutTheSeedFolders(t *testing.T) {
	c, err := Load(Inputs{Environ: []string{"ROOT_DIR=/volume4/Music_Cloud"}})
	require.NoError(t, err)
	require.Equal(t, "/volume4/Music_Cloud/library", c.LibraryDir)
	require.Equal(t, "/volume4/Music_Cloud/catalogsync/data/catalogsync.db", c.DBPath)
	require.Equal(t, "/volume4/Music_Cloud/catalogsync/logs", c.LogDir)
	require.Equal(t, "/volume4/Music_Cloud/catalogsync/config/catalogsync.env", c.EnvFile)
}

func TestFlagBeatsEnvironmentBeatsFileBeatsDefault(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.env")
	require.NoError(t, os.WriteFile(file, []byte("# a comment\nWEB_PORT=1\nDOWNLOAD_WORKERS=2\nSYNC_WORKERS=3\nSOURCE_QQ_BASE_URL=\"http://127.0.0.1:9/\"\nASSETS=\n"), 0o600))
	c, err := Load(Inputs{
		Flags:   map[string]string{"WEB_PORT": "7", "ENV_FILE": file},
		Environ: []string{"WEB_PORT=8", "DOWNLOAD_WORKERS=9"},
		Sources: kinds("qq", "kuwo"),
	})
	require.NoError(t, err)
	require.Equal(t, 7, c.WebPort)
	require.Equal(t, 9, c.DownloadWorkers)
	require.Equal(t, 3, c.SyncWorkers)
	require.Equal(t, "http://127.0.0.1:9", c.Source["qq"].BaseURL)
	require.False(t, c.LocalAssets, "an empty value means the default")
	require.InDelta(t, -1, c.Source["kuwo"].RatePerSecond, 0)
}

func TestBadValuesNameTheKeyAndItsOrigin(t *testing.T) {
	for env, want := range map[string]string{
		"WEB_PORT=abc":                  `WEB_PORT (environment) "abc" must be a whole number from 0 to 65535`,
		"WEB_PORT=99999999999999999999": `WEB_PORT (environment) "99999999999999999999" must be`,
		"ASSETS=maybe":                  `ASSETS (environment) "maybe" must be one of cdn, local`,
		"SOURCE_QQ_BASE_URL=ftp://x":    `SOURCE_QQ_BASE_URL (environment) "ftp://x" must be an address`,
		"SOURCE_QQ_RATE=-1":             `SOURCE_QQ_RATE (environment) "-1" must be requests a second`,
		"SOURCE_QQ_RATE=NaN":            `SOURCE_QQ_RATE (environment) "NaN" must be requests a second`,
		"RETRY_BASE=soon":               `RETRY_BASE (environment) "soon" must be a duration`,
		"ENV_FILE=/nonexistent/c.env":   `ENV_FILE (env file) cannot be read`,
	} {
		_, err := Load(Inputs{Environ: []string{env}, Sources: kinds("qq")})
		require.ErrorContains(t, err, want, env)
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	c, err := Load(Inputs{Environ: []string{"SOURCE_NETEASE_COOKIE=MUSIC_U=abc"}, Sources: kinds("netease")})
	require.NoError(t, err)
	require.Equal(t, "***", c.Source["netease"].Cookie.String())
	require.Equal(t, "MUSIC_U=abc", string(c.Source["netease"].Cookie))
}

func kinds(names ...string) []SourceKind {
	list := make([]SourceKind, len(names))
	for i, name := range names {
		list[i] = SourceKind{Name: name, Network: true}
	}
	return list
}
