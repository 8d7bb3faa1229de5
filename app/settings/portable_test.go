package settings

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWithoutSecretsLeavesNoSecretBehind(t *testing.T) {
	t.Parallel()
	content := strings.ReplaceAll(`# my settings
WEB_PORT=18080
export SOURCE_QQ_COOKIE="uin=1; sealed-1
second line sealed-2"
#SOURCE_QQ_COOKIE=sealed-3
CATALOGSYNC_MAIN_S3_SECRET_ACCESS_KEY: sealed-4
MY_HOOK_TOKEN=sealed-5 # why
LAYOUT_OF_MINE=kept
`, "\n", "\r\n")
	out := string(WithoutSecrets([]byte(content), func(key string) bool { return key == "SOURCE_QQ_COOKIE" }))
	require.NotContains(t, out, "sealed")
	require.Equal(t, "# my settings\r\nWEB_PORT=18080\r\nLAYOUT_OF_MINE=kept\r\n", out)
}
