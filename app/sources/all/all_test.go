package all

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
)

func TestAllSourcesAreThere(t *testing.T) {
	t.Parallel()
	r, err := New(nil)
	require.NoError(t, err)
	require.Equal(t, []string{"netease", "qq", "kuwo"}, r.CollectorNames())
	require.Equal(t, []string{"netease", "qq", "kuwo", "migu", "qianqian", "kugou"}, r.ProviderNames())
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	_, err := New(map[string]Settings{"neteas": DefaultSettings})
	require.ErrorContains(t, err, `"neteas"`)
	_, err = New(map[string]Settings{"qq": {BaseURL: "ftp://x"}})
	require.ErrorContains(t, err, "qq")
}

func TestSettingsApply(t *testing.T) {
	t.Parallel()
	polite := httpclient.Config{RatePerSecond: 3, Concurrency: 4, Header: map[string][]string{"Cookie": {"os=pc"}}}
	for name, tc := range map[string]struct {
		settings    Settings
		rate        float64
		concurrency int
		cookie      string
	}{
		"defaults":            {DefaultSettings, 3, 4, "os=pc"},
		"local stand-in":      {Settings{BaseURL: "http://127.0.0.1:8080", RatePerSecond: -1}, 0, localConcurrency, "os=pc"},
		"local by name":       {Settings{BaseURL: "http://localhost:8080", RatePerSecond: -1}, 0, localConcurrency, "os=pc"},
		"local, with a rate":  {Settings{BaseURL: "http://[::1]:8080", RatePerSecond: 2}, 2, localConcurrency, "os=pc"},
		"proxy API elsewhere": {Settings{BaseURL: "https://api.example", RatePerSecond: -1}, 3, 4, "os=pc"},
		"unlimited":           {Settings{}, 0, 4, "os=pc"},
		"login":               {Settings{RatePerSecond: -1, Cookie: " MUSIC_U=abc ", Concurrency: 1}, 3, 1, "os=pc; MUSIC_U=abc"},
	} {
		got := configured(polite, tc.settings)
		require.Equal(t, tc.rate, got.RatePerSecond, name)
		require.Equal(t, tc.concurrency, got.Concurrency, name)
		require.Equal(t, tc.cookie, got.Header.Get("Cookie"), name)
	}
	require.Equal(t, "os=pc", polite.Header.Get("Cookie"), "the adapter's own header stays as it is")
}

func TestSettingsPrintNoSecrets(t *testing.T) {
	t.Parallel()
	s := Settings{Cookie: "MUSIC_U=hunter22", Proxy: "http://u:hunter22@x"}
	require.NotContains(t, fmt.Sprintf("%v %+v %s", s, s, s.LogValue()), "hunter22")
}
