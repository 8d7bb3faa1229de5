package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// at is a time such as "2026-03-08 01:30" in a zone.
func at(t *testing.T, zone, text string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	require.NoError(t, err)
	parsed, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	require.NoError(t, err)
	return parsed
}

func next(t *testing.T, expression, zone string, from time.Time, n int) []string {
	t.Helper()
	p, err := Parse(expression, zone)
	require.NoError(t, err)
	var list []string
	for _, run := range p.NextN(from, n) {
		list = append(list, run.Format("2006-01-02 15:04 MST"))
	}
	return list
}

func TestNextRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		expression, zone, from string
		want                   []string
	}{
		"every night":     {"30 3 * * *", "Asia/Shanghai", "2026-11-21 03:30", []string{"2026-11-22 03:30 CST", "2026-11-23 03:30 CST"}},
		"working days":    {"0 8 * * MON-FRI", "Asia/Shanghai", "2026-11-20 08:00", []string{"2026-11-23 08:00 CST", "2026-11-24 08:00 CST"}},
		"leap day":        {"0 0 29 2 *", "UTC", "2026-01-01 00:00", []string{"2028-02-29 00:00 UTC"}},
		"descriptor":      {"@daily", "UTC", "2026-11-21 13:00", []string{"2026-11-22 00:00 UTC", "2026-11-23 00:00 UTC"}},
		"every span":      {"@every 90m", "UTC", "2026-11-21 13:00", []string{"2026-11-21 14:30 UTC", "2026-11-21 16:00 UTC"}},
		"days or weekday": {"0 0 1 * SUN", "UTC", "2026-11-29 00:00", []string{"2026-12-01 00:00 UTC", "2026-12-06 00:00 UTC"}},

		"spring skips the hour, not the night": {"30 2 * * *", "America/New_York", "2026-03-07 12:00", []string{"2026-03-08 03:00 EDT", "2026-03-09 02:30 EDT"}},
		"several in the skipped hour are one":  {"*/20 2 * * *", "America/New_York", "2026-03-08 00:00", []string{"2026-03-08 03:00 EDT", "2026-03-09 02:00 EDT"}},
		"autumn repeats the hour, not the run": {"30 1 * * *", "America/New_York", "2026-10-31 12:00", []string{"2026-11-01 01:30 EDT", "2026-11-02 01:30 EST"}},
		"each hour goes by the sun in spring":  {"15 * * * *", "America/New_York", "2026-03-08 00:30", []string{"2026-03-08 01:15 EST", "2026-03-08 03:15 EDT"}},
		"each hour goes by the sun in autumn":  {"15 * * * *", "America/New_York", "2026-11-01 00:30", []string{"2026-11-01 01:15 EDT", "2026-11-01 01:15 EST", "2026-11-01 02:15 EST"}},
		"half an hour of summer time":          {"45 1 * * *", "Australia/Lord_Howe", "2026-04-04 12:00", []string{"2026-04-05 01:45 +11", "2026-04-06 01:45 +1030"}},
		"midnight that does not exist":         {"0 0 * * *", "Africa/Cairo", "2026-04-23 12:00", []string{"2026-04-24 01:00 EEST", "2026-04-25 00:00 EEST"}},
		"a day that does not exist":            {"0 9 * * *", "Pacific/Apia", "2011-12-29 08:00", []string{"2011-12-29 09:00 -10", "2011-12-31 00:00 +14", "2011-12-31 09:00 +14"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, next(t, c.expression, c.zone, at(t, c.zone, c.from), len(c.want)))
		})
	}
}

// In the hour that the clocks show twice, the second pass waits for the next day.
func TestSecondPassOfTheRepeatedHourRunsNothing(t *testing.T) {
	t.Parallel()
	secondPass := at(t, "America/New_York", "2026-11-01 00:10").Add(2 * time.Hour)
	require.Equal(t, "2026-11-01 01:10 EST", secondPass.Format("2006-01-02 15:04 MST"))
	require.Equal(t, []string{"2026-11-02 01:30 EST"}, next(t, "30 1 * * *", "America/New_York", secondPass, 1))
}

func TestBadExpressionsNameThePositionOfTheFault(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		"":                             "missing",
		"   ":                          "missing",
		"TZ=":                          "field of its own",
		"TZ=Asia/Shanghai":             "field of its own",
		"CRON_TZ=UTC 0 3 * * *":        "field of its own",
		"tz=UTC 0 3 * * *":             "field of its own",
		"0 3 * *":                      "has 4 fields; it must have 5",
		"0 0 3 * * *":                  "has 6 fields; it must have 5",
		"60 3 * * *":                   `field 1 (minute) at character 1, "60": it is too high; allowed is 0-59`,
		"0 24 * * *":                   `field 2 (hour) at character 3, "24"`,
		"0  1,2,25 * * *":              `field 2 (hour) at character 8, "25"`,
		"0 3 32 * *":                   `field 3 (day of month) at character 5, "32"`,
		"0 3 0 * *":                    `field 3 (day of month) at character 5, "0": it begins too low`,
		"0 3 * 13 *":                   `field 4 (month) at character 7, "13"`,
		"0 3 * FOO *":                  `field 4 (month) at character 7, "FOO": there is no such name`,
		"0 3 * * 7":                    `field 5 (day of week) at character 9, "7"`,
		"0 3 * * MON-SUN":              `field 5 (day of week) at character 9, "MON-SUN"`,
		"*/0 * * * *":                  `field 1 (minute) at character 1, "*/0": the step must be at least 1`,
		"5-1 * * * *":                  `field 1 (minute)`,
		"*-5 * * * *":                  `field 1 (minute)`,
		"+5 * * * *":                   `field 1 (minute)`,
		"-5 * * * *":                   `field 1 (minute)`,
		"1,,2 * * * *":                 `an entry of the list is empty`,
		", * * * *":                    `an entry of the list is empty`,
		"1/2/3 * * * *":                `field 1 (minute)`,
		"夜 3 * * *":                    `field 1 (minute) at character 1, "夜"`,
		"0 3 31 2 *":                   `field 3 (day of month) at character 5, "31": month 2 never has such a day`,
		"0 3 30,31 2 *":                "would never run",
		"@never":                       "known are @hourly, @daily",
		"@every":                       "needs a time span",
		"@every soon":                  "needs a time span",
		"@every 59s":                   "too often",
		"@every 0s":                    "too often",
		"@every -1h":                   "too often",
		"99999999999999999999 * * * *": `field 1 (minute)`,
	} {
		t.Run(expression, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(expression, "UTC")
			require.Equal(t, models.CodeBadCron, models.CodeOf(err), err)
			require.Equal(t, models.ClassInvalid, models.ClassOf(err))
			require.ErrorContains(t, err, want)
		})
	}
}

func TestTimeZones(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"", LocalZone, "UTC", "Asia/Shanghai"} {
		_, err := Parse("@daily", zone)
		require.NoError(t, err, zone)
	}
	for _, zone := range []string{"Mars/Olympus", "../../etc/passwd", "/etc/localtime", "CST+8", "Asia/Shanghai\x00"} {
		_, err := Parse("@daily", zone)
		require.Equal(t, models.CodeBadValue, models.CodeOf(err), zone)
		require.ErrorContains(t, err, "Asia/Shanghai")
	}
}

// Whatever is accepted runs, goes on, and never runs twice at one time.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"30 3 * * *", "@every 1h", "TZ=", "TZ=Asia/Shanghai", "*/5 1-4,6 ? JAN-MAR MON", "0 0 31 2 *", "@daily", ", , , , ,", "*-5 * * * *"} {
		f.Add(seed, "America/New_York")
	}
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, expression, zone string) {
		p, err := Parse(expression, zone)
		if err != nil {
			require.Equal(t, models.ClassInvalid, models.ClassOf(err))
			return
		}
		last := start
		for _, run := range p.NextN(start, 20) {
			require.True(t, run.After(last), "%s after %s", run, last)
			last = run
		}
	})
}
