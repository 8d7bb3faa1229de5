package views

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"catalogsync/app/i18n"
)

// percent is done of total in whole percent, 0 to 100; 100 only when all is done.
func percent(done, total int64) int {
	if total <= 0 || done <= 0 {
		return 0
	}
	if done >= total {
		return 100
	}
	return min(99, int(float64(done)/float64(total)*100))
}

// toInt accepts the integer types that view models use; anything else is 0.
func toInt(v any) int64 {
	switch n := v.(type) {
	case int:
		return int64(n)
	case int64:
		return n
	case float64:
		return int64(n)
	default:
		return 0
	}
}

// Bytes writes a size in binary units: 1.5 GiB.
func Bytes(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }

// speed is blank while nothing was measured: never "0 B/s".
func speed(bytesPerSecond float64) string {
	if bytesPerSecond < 1 {
		return ""
	}
	return Bytes(int64(bytesPerSecond)) + "/s"
}

// Compact writes a big count in few characters: 12.3K and 4.5M, in Chinese 1.2万 and 3.4亿.
func Compact(lang string, n int64) string {
	steps := []struct {
		unit int64
		name string
	}{{1_000_000_000, "B"}, {1_000_000, "M"}, {1_000, "K"}}
	if lang == "zh" {
		steps = steps[:2]
		steps[0].unit, steps[0].name = 100_000_000, "亿"
		steps[1].unit, steps[1].name = 10_000, "万"
	}
	for _, s := range steps {
		if n >= s.unit {
			return strings.TrimSuffix(strconv.FormatFloat(float64(n*10/s.unit)/10, 'f', 1, 64), ".0") + s.name
		}
	}
	return strconv.FormatInt(n, 10)
}

// span writes a duration in its two biggest units: 3 h 20 min; "" for 0.
func span(p *i18n.Printer, ms int64) string {
	if ms <= 0 {
		return ""
	}
	d := time.Duration(ms) * time.Millisecond
	switch {
	case d < time.Second:
		return p.T("time.seconds", "N", 1)
	case d < time.Minute:
		return p.T("time.seconds", "N", int(d.Seconds()))
	case d < time.Hour:
		return p.T("time.minutes_seconds", "M", int(d.Minutes()), "S", int(d.Seconds())%60)
	case d < 24*time.Hour:
		return p.T("time.hours_minutes", "H", int(d.Hours()), "M", int(d.Minutes())%60)
	default:
		return p.T("time.days_hours", "D", int(d.Hours())/24, "H", int(d.Hours())%24)
	}
}

// clock writes a song's length as m:ss, "" when it is unknown.
func clock(ms int64) string {
	if ms <= 0 {
		return ""
	}
	s := ms / 1000
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// iso is an instant as the browser reads it, "" for never.
func iso(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format(time.RFC3339)
}

// abs is an instant in the server's zone, for browsers without scripts.
func abs(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).Local().Format("2006-01-02 15:04:05")
}
