package all

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/demo"
	"catalogsync/app/sources"
	"catalogsync/config"
)

// What the demo does not speak is not asked by the demo, even where the operator's own
// environment sets it up.
func TestAStandInIsTheOnlyOneAsked(t *testing.T) {
	t.Parallel()
	c, err := config.Load(config.Inputs{
		Flags: AtStandIn("http://127.0.0.1:9", demo.Sources()...),
		Environ: []string{"SOURCE_KUGOU_ENABLED=true", "SOURCE_KUGOU_COOKIE=t=hunter22", "SOURCE_QQ_BASE_URL=https://real.example",
			"SOURCE_SUBSONIC_INSTANCES=home", "SOURCE_SUBSONIC_HOME_URL=https://music.example"},
		Sources: Kinds(),
	})
	require.NoError(t, err)
	settings := map[string]Settings{}
	for name, s := range c.Source {
		settings[name] = Settings{Kind: s.Kind, Disabled: !s.Enabled, BaseURL: s.BaseURL, RatePerSecond: s.RatePerSecond}
		if s.Enabled {
			require.Equal(t, "http://127.0.0.1:9", s.BaseURL, name)
		}
	}
	r, err := New(settings)
	require.NoError(t, err)
	require.Equal(t, demo.Sources(), r.ProviderNames())
	usable, absent, err := r.CheckProviders([]string{"qq", "kuwo", "migu", "qianqian", "kugou", "netease"})
	require.NoError(t, err, "the order of the real sources still holds")
	require.Equal(t, []string{"qq", "kuwo", "netease"}, usable)
	require.Equal(t, []string{"migu", "qianqian", "kugou"}, absent)
}

// Kugou's calls for the owner of an account repeat parts of the cookie, so it must know it.
func TestTheCookieReachesTheAdapter(t *testing.T) {
	t.Parallel()
	for cookie, want := range map[string]sources.CredentialState{"": sources.CredentialNone, "kg_mid=1": sources.CredentialRefused} {
		s := DefaultSettings
		s.Cookie = cookie
		r, err := New(map[string]Settings{"kugou": s})
		require.NoError(t, err)
		kugou, ok := sources.Role[sources.CredentialProber](r, "kugou")
		require.True(t, ok)
		got, err := kugou.ProbeCredential(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, got, "nobody is asked: it holds no login")
	}
}
