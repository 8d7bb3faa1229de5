package static

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIntegrityOfLibrariesIsThatOfTheEmbeddedCopies(t *testing.T) {
	t.Parallel()
	assets, err := Load()
	require.NoError(t, err)
	for _, l := range libraries {
		f, ok := assets.byName[l.name]
		require.True(t, ok, "embedded copy %s is missing", l.name)
		require.Equal(t, f.Integrity, l.integrity, "integrity of %s", l.name)
	}
}

func TestLibrariesAskNoCDNWhenLocal(t *testing.T) {
	t.Parallel()
	assets, err := Load()
	require.NoError(t, err)
	config, err := assets.LoaderConfig(true)
	require.NoError(t, err)
	require.NotContains(t, config, "://")
	config, err = assets.LoaderConfig(false)
	require.NoError(t, err)
	require.Contains(t, config, CDN)
}

func TestURLFindsItsAssetAndOldHashesFindNothing(t *testing.T) {
	t.Parallel()
	assets, err := Load()
	require.NoError(t, err)
	for _, name := range assets.Names() {
		hash, rest, _ := strings.Cut(strings.TrimPrefix(assets.URL(name), Prefix), "/")
		f, ok := assets.Find(hash, rest)
		require.True(t, ok, name)
		require.Equal(t, name, f.Name)
		_, ok = assets.Find("0000000000000000", rest)
		require.False(t, ok)
	}
	require.Empty(t, assets.URL("css/none.css"))
}

func TestContentTypesDoNotDependOnTheMachine(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"js/app.js":     "text/javascript; charset=utf-8",
		"css/app.css":   "text/css; charset=utf-8",
		"img/icons.svg": "image/svg+xml",
	} {
		require.Equal(t, want, contentType(name))
	}
}
