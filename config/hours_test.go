package config_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/config"
)

func hours(t *testing.T, text, zone string) config.Hours {
	t.Helper()
	place, err := time.LoadLocation(zone)
	require.NoError(t, err)
	h, err := config.ParseHours(text, place)
	require.NoError(t, err)
	return h
}

// 2026-03-02 is a Monday.
func TestHoursOpenAndClose(t *testing.T) {
	t.Parallel()
	const layout = "2006-01-02 15:04"
	for name, c := range map[string]struct {
		text, at, change string
		open             bool
	}{
		"at night":                    {"22:00-07:00", "2026-03-02 23:59", "2026-03-03 07:00", true},
		"after midnight":              {"22:00-07:00", "2026-03-02 06:59", "2026-03-02 07:00", true},
		"the end is outside":          {"22:00-07:00", "2026-03-02 07:00", "2026-03-02 22:00", false},
		"the begin is inside":         {"22:00-07:00", "2026-03-02 22:00", "2026-03-03 07:00", true},
		"the next of two spans":       {"22:00-07:00,12:00-13:00", "2026-03-02 08:00", "2026-03-02 12:00", false},
		"spans that touch are one":    {"08:00-12:00, 12:00-13:00", "2026-03-02 08:30", "2026-03-02 13:00", true},
		"a weekday":                   {"Sat 10:00-11:00", "2026-03-02 10:30", "2026-03-07 10:00", false},
		"over the end of the week":    {"sat-mon 10:00-11:00", "2026-03-02 10:30", "2026-03-02 11:00", true},
		"a night belongs to its day":  {"Fri 22:00-07:00", "2026-03-07 06:00", "2026-03-07 07:00", true},
		"not to the morning of it":    {"Fri 22:00-07:00", "2026-03-06 06:00", "2026-03-06 22:00", false},
		"whole days until they end":   {"Mon-Fri 00:00-24:00", "2026-03-02 10:00", "2026-03-07 00:00", true},
		"every hour of the week":      {"00:00-24:00", "2026-03-02 10:00", "", true},
		"nothing set is no limit":     {"  ", "2026-03-02 10:00", "", true},
		"until midnight, and go on":   {"20:00-24:00,00:00-06:00", "2026-03-02 21:00", "2026-03-03 06:00", true},
		"once a week, just past it":   {"Mon 10:00-10:01", "2026-03-02 10:01", "2026-03-09 10:00", false},
		"a single digit for the hour": {"7:30-8:00", "2026-03-02 07:45", "2026-03-02 08:00", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(layout, c.at)
			require.NoError(t, err)
			open, change := hours(t, c.text, "UTC").At(at.Add(30 * time.Second))
			require.Equal(t, c.open, open)
			if c.change == "" {
				require.Zero(t, change)
				return
			}
			require.Equal(t, c.change, change.Format(layout))
		})
	}
}

// In Berlin the clocks go from 02:00 to 03:00 on 2026-03-29, and from 03:00 back to 02:00 on
// 2026-10-25.
func TestHoursFollowTheClocks(t *testing.T) {
	t.Parallel()
	night := hours(t, "22:00-07:00", "Europe/Berlin")
	for day, length := range map[string]time.Duration{
		"2026-03-27": 9 * time.Hour, "2026-03-28": 8 * time.Hour, "2026-10-24": 10 * time.Hour,
	} {
		noon, err := time.Parse("2006-01-02 15", day+" 12")
		require.NoError(t, err)
		open, begin := night.At(noon)
		require.False(t, open)
		open, end := night.At(begin)
		require.True(t, open)
		require.Equal(t, length, end.Sub(begin), day)
	}
	gap := hours(t, "02:15-02:45", "Europe/Berlin")
	_, begin := gap.At(time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC))
	require.Equal(t, "2026-03-30 02:15", begin.Format("2006-01-02 15:04"), "there is no such time on the 29th")
}

func TestHoursNameTheirFault(t *testing.T) {
	t.Parallel()
	for text, fault := range map[string]string{
		"22:00":               "the end is missing",
		"22:00-":              `"" is no time of the day`,
		"25:00-07:00":         `"25:00" is no time of the day`,
		"22:60-07:00":         `"22:60" is no time of the day`,
		"2200-0700":           `"2200" is no time of the day`,
		"22:00-24:01":         `"24:01" is no time of the day`,
		"-1:00-07:00":         `"" is no time of the day`,
		"24:00-07:00":         "write 00:00",
		"07:00-07:00":         "begins and ends at the same time",
		"Montag 22:00-07:00":  `"Montag" is no day`,
		"Mon-Foo 22:00-07:00": `"Foo" is no day`,
		"Mon Tue 22:00-07:00": "write a span as",
		"22:00 - 07:00":       "write a span as",
		"22:00-07:00,":        "empty part",
		",":                   "empty part",
		"22:00-07:00-08:00":   `"07:00-08:00" is no time of the day`,
	} {
		_, err := config.ParseHours(text, time.UTC)
		require.ErrorContains(t, err, fault, text)
	}
}
