package kuwo

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSecretGivesTheCheckValues(t *testing.T) {
	t.Parallel()
	const value, nonce = "QwErTy0123456789abcdefGHIJKLmnop", 87654321
	for name, want := range map[string]string{
		tokenCookie: "7227ced0455e581aec1694a47d8d891469ad92b3529cdb4f40ca30d5ebe80afc05397fb1",
		"Hm_Iuvt_cdb524f42f0ce19b169b8072123a4727": "0f2b3f1eaefddd388c08d97592d1a1c45cd79aecd88b7bc33136479dc9d7784b05397fb1",
	} {
		got := secret(name, value, nonce)
		require.Equal(t, want, got)
		require.True(t, validSecret(name, value, got))
		require.False(t, validSecret(name, "x"+value[1:], got))
		require.False(t, validSecret(name, value, got[1:]))
	}
	require.False(t, validSecret(tokenCookie, value, ""))
}
