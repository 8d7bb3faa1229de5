package download

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestCheckDuration(t *testing.T) {
	t.Parallel()
	const minute = 60_000
	for _, c := range []struct {
		served, song int64
		want         models.Code
	}{
		{4 * minute, 4 * minute, ""},
		{4*minute - 12_000, 4 * minute, ""}, // 5 %
		{4*minute - 13_000, 4 * minute, models.CodeDurationMismatch},
		{4*minute + 13_000, 4 * minute, models.CodeDurationMismatch},
		{64_000, minute, ""}, // 4 s
		{65_000, minute, models.CodeDurationMismatch},
		{30_000, 4 * minute, models.CodePreviewOnly},
		{minute, 4 * minute, models.CodePreviewOnly},
		{90_000, 100_000, models.CodeDurationMismatch},
		{2 * minute, 10 * minute, models.CodeDurationMismatch},
		{3_000, 8_000, models.CodePreviewOnly}, // a quarter, not 4 s
		{7_000, 8_000, ""},
		{30_000, 0, ""}, // nothing to hold it against
		{0, 4 * minute, ""},
	} {
		err := checkDuration(c.served, c.song)
		if c.want == "" {
			require.NoError(t, err, "%d of %d", c.served, c.song)
			continue
		}
		require.Equal(t, c.want, models.CodeOf(err), "%d of %d", c.served, c.song)
		require.Equal(t, models.ClassUnavailable, models.ClassOf(err))
	}
}
