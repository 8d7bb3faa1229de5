package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBandwidthByTime(t *testing.T) {
	t.Parallel()
	saturday := func(hour, minute int) time.Time { return time.Date(2026, 1, 3, hour, minute, 0, 0, time.UTC) }
	for text, want := range map[string][3]int64{ // at 07:59, 08:00 and 23:00 of a Saturday
		"":                               {0, 0, 0},
		"5MB":                            {5e6, 5e6, 5e6},
		" 1.5 MiB/s ":                    {3 << 19, 3 << 19, 3 << 19},
		"unlimited":                      {0, 0, 0},
		"08:00-23:00=2MB":                {0, 2e6, 0},
		"08:00-23:00=2MB,else=unlimited": {0, 2e6, 0},
		"Mon-Fri 08:00-23:00=1MB,22:00-09:00=500kb,else=10MB": {5e5, 5e5, 5e5},
		"08:00-09:00=unlimited, ELSE = 64KiB":                 {64 << 10, 0, 64 << 10},
	} {
		b, err := ParseBandwidth(text, time.UTC)
		require.NoError(t, err, text)
		require.Equal(t, want, [3]int64{b.At(saturday(7, 59)), b.At(saturday(8, 0)), b.At(saturday(23, 0))}, text)
	}
	for _, text := range []string{"fast", "-5MB", "5", "5XB", "NaNMB", "1e30MB", "10B", "08:00-23:00", "08:00-23:00=", "=5MB", "25:00-26:00=5MB",
		"else=5MB,08:00-09:00=1MB", "5MB,6MB", "08:00-23:00=5MB,,"} {
		_, err := ParseBandwidth(text, time.UTC)
		require.Error(t, err, text)
	}
}
