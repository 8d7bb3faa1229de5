package config

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCommandsAreSplitLikeInAShell(t *testing.T) {
	for line, want := range map[string][]string{
		`bash /volume4/Music Server/x.sh`:     {"bash", "/volume4/Music", "Server/x.sh"},
		`bash "/volume4/Music Server/x.sh"`:   {"bash", "/volume4/Music Server/x.sh"},
		`a  'b "c" \d'	e`:                     {"a", `b "c" \d`, "e"},
		`a "say \"hi\" \n" b\ c \"`:           {"a", `say "hi" \n`, "b c", `"`},
		`a '' ""`:                             {"a", "", ""},
		`a x"y z"'w'`:                         {"a", "xy zw"},
		`echo $HOME *.mp3 ; rm && true | cat`: {"echo", "$HOME", "*.mp3", ";", "rm", "&&", "true", "|", "cat"},
		`导出 "歌 单"`:                            {"导出", "歌 单"},
		`a \`:                                 {"a", `\`},
	} {
		got, err := SplitCommand(line, false)
		require.NoError(t, err, line)
		require.Equal(t, want, got, line)
	}
	got, err := SplitCommand(`C:\tools\x.exe "C:\My Music\a.db"`, true)
	require.NoError(t, err)
	require.Equal(t, []string{`C:\tools\x.exe`, `C:\My Music\a.db`}, got)

	for _, line := range []string{`a "b`, `a 'b`, `""`, ` `} {
		_, err := SplitCommand(line, false)
		require.Error(t, err, line)
	}
}

func TestExportAfterADownloadIsConfigured(t *testing.T) {
	c, err := Load(Inputs{Environ: []string{"LIBRARY_DIR=/music/library"}})
	require.NoError(t, err)
	require.Empty(t, c.CatalogExport.Args)
	require.Equal(t, 10*time.Minute, c.CatalogExport.Timeout)
	require.Equal(t, "scoped", c.ExportFolders)
	require.Equal(t, filepath.FromSlash("/music/playlists"), c.ExportFoldersDir)

	c, err = Load(Inputs{Environ: []string{"CATALOG_EXPORT_COMMAND=bash 'a b.sh'", "CATALOG_EXPORT_WORKDIR=/srv", "CATALOG_EXPORT_TIMEOUT=30s"}})
	require.NoError(t, err)
	require.Equal(t, CatalogExport{Args: []string{"bash", "a b.sh"}, Workdir: "/srv", Timeout: 30 * time.Second}, c.CatalogExport)

	_, err = Load(Inputs{Environ: []string{`CATALOG_EXPORT_COMMAND=bash "a`}})
	require.ErrorContains(t, err, `CATALOG_EXPORT_COMMAND (environment) cannot be split into arguments: a quotation mark (") is not closed`)

	require.Equal(t, []string{"/bin/sh", "-c", "a | b"}, shellArgs("a | b", false))
}
