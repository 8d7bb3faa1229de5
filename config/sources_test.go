package config

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var server = SourceKind{Name: "subsonic", Network: true, Several: true, Options: []SourceOption{
	{Key: "URL", Required: true, Check: checkURL("http", "https")},
	{Key: "PASSWORD", Secret: true},
	{Key: "LOGIN", Default: "token"},
}}

func TestInstancesHaveKeysOfTheirOwn(t *testing.T) {
	c, err := Load(Inputs{Sources: []SourceKind{server}, Environ: []string{
		"SOURCE_SUBSONIC_INSTANCES=home, friend", "SOURCE_SUBSONIC_HOME_URL=http://nas:4533", "SOURCE_SUBSONIC_HOME_PASSWORD=hunter22",
		"SOURCE_SUBSONIC_FRIEND_ENABLED=false", "SOURCE_SUBSONIC_FRIEND_RATE=2",
	}})
	require.NoError(t, err)
	require.Len(t, c.Source, 3)
	home := c.Source["subsonic-home"]
	require.Equal(t, Values{"URL": "http://nas:4533", "PASSWORD": "hunter22", "LOGIN": "token"}, home.Values)
	require.True(t, home.Enabled)
	require.Empty(t, home.Missing)
	require.Equal(t, []string{"SOURCE_SUBSONIC_URL"}, c.Source["subsonic"].Missing)
	require.False(t, c.Source["subsonic-friend"].Enabled)
	require.InDelta(t, 2, c.Source["subsonic-friend"].RatePerSecond, 0)
	require.True(t, c.IsSecret("SOURCE_SUBSONIC_HOME_PASSWORD"))
	require.False(t, c.IsSecret("SOURCE_SUBSONIC_HOME_URL"))
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", home, c, c.Source), "hunter22")
}

func TestInstanceNamesThatWouldMixUpKeysAreRefused(t *testing.T) {
	for _, list := range []string{"base", "Home", "a b", "../x", "home,home"} {
		_, err := Load(Inputs{Sources: []SourceKind{server}, Environ: []string{"SOURCE_SUBSONIC_INSTANCES=" + list}})
		require.ErrorContains(t, err, "SOURCE_SUBSONIC_INSTANCES (environment)", list)
	}
}

func TestSecretsComeFromTheirFile(t *testing.T) {
	dir := t.TempDir()
	envFile, secrets := filepath.Join(dir, "c.env"), filepath.Join(dir, "secrets.env")
	require.NoError(t, os.WriteFile(envFile, []byte("SOURCE_QQ_COOKIE=from-env-file\n"), 0o644))
	require.NoError(t, os.WriteFile(secrets, []byte("SOURCE_QQ_COOKIE='uin=1; qqmusic_key=hunter22'\n"), 0o600))
	in := Inputs{Flags: map[string]string{"ENV_FILE": envFile}, Sources: kinds("qq")}
	c, err := Load(in)
	require.NoError(t, err)
	require.Equal(t, "uin=1; qqmusic_key=hunter22", string(c.Source["qq"].Cookie))
	require.Equal(t, secrets, c.SecretsFile)

	require.NoError(t, os.Chmod(secrets, 0o644))
	_, err = Load(in)
	require.ErrorContains(t, err, "chmod 600")
	require.NoError(t, os.Chmod(secrets, 0o600))
	require.NoError(t, os.WriteFile(secrets, []byte("A='hunter22\n"), 0o600))
	_, err = Load(in)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter22")
	in.Flags["SECRETS_FILE"] = filepath.Join(dir, "absent")
	_, err = Load(in)
	require.ErrorContains(t, err, "SECRETS_FILE")
}

func TestHeadersAreChecked(t *testing.T) {
	h, err := ParseHeaders("X-Token: a:b | X-Other: c")
	require.NoError(t, err)
	require.Equal(t, "a:b", h.Get("X-Token"))
	for _, bad := range []string{"hunter22", ": x", "X Y: z", "X: a\x01"} {
		_, err := ParseHeaders(bad)
		require.Error(t, err, bad)
		require.NotContains(t, err.Error(), "hunter22")
	}
}
