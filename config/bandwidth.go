package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Bandwidth is how many bytes a second may be downloaded, by the time of the week. The
// zero value limits nothing.
type Bandwidth struct {
	rules []bandwidthRule
}

// bandwidthRule is a limit and its times; the first that applies counts.
type bandwidthRule struct {
	hours Hours // the zero value is any time
	rate  int64 // bytes a second, 0 = unlimited
}

// elseName names the limit of the times that no other rule has.
const elseName = "else"

// minBandwidth keeps a limit from stopping everything.
const minBandwidth = 1 << 10

// ParseBandwidth reads one limit, such as 5MB, or limits by time, such as
// "08:00-23:00=2MB,Sat-Sun 10:00-12:00=500KB,else=unlimited"; see ParseHours for times.
// At times without a rule nothing is limited. The error names the fault.
func ParseBandwidth(text string, zone *time.Location) (Bandwidth, error) {
	var b Bandwidth
	if strings.TrimSpace(text) == "" {
		return b, nil
	}
	parts := strings.Split(text, ",")
	for i, part := range parts {
		when, limit, timed := strings.Cut(part, "=")
		if !timed {
			if len(parts) > 1 {
				return Bandwidth{}, fmt.Errorf("%q has no limit; write parts such as 08:00-23:00=2MB", strings.TrimSpace(part))
			}
			when, limit = elseName, part
		}
		rule := bandwidthRule{}
		var err error
		if rule.rate, err = parseRate(limit); err != nil {
			return Bandwidth{}, err
		}
		if strings.EqualFold(strings.TrimSpace(when), elseName) {
			if i != len(parts)-1 {
				return Bandwidth{}, fmt.Errorf("else must come last")
			}
		} else if rule.hours, err = ParseHours(when, zone); err != nil {
			return Bandwidth{}, err
		} else if !rule.hours.Limited() {
			return Bandwidth{}, fmt.Errorf("%q has no time; write parts such as 08:00-23:00=2MB", strings.TrimSpace(part))
		}
		b.rules = append(b.rules, rule)
	}
	return b, nil
}

// units are the sizes of a rate by their names in small letters.
var units = map[string]float64{"b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}

// parseRate reads a number of bytes a second, such as 500KB, 1.5MiB or unlimited.
func parseRate(text string) (int64, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "unlimited" || text == "0" {
		return 0, nil
	}
	number := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz/ ")
	unit, ok := units[strings.TrimSuffix(strings.TrimSpace(text[len(number):]), "/s")]
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	rate := n * unit
	if err != nil || !ok || math.IsNaN(rate) || rate < minBandwidth || rate > 1e12 {
		return 0, fmt.Errorf("%q is no limit; write bytes a second from 2KB, such as 500KB, 5MB or 1.5MiB, or unlimited", text)
	}
	return int64(rate), nil
}

// At is the limit at an instant in bytes a second, 0 = unlimited.
func (b Bandwidth) At(t time.Time) int64 {
	for _, rule := range b.rules {
		if rule.hours.open(t) {
			return rule.rate
		}
	}
	return 0
}

func checkBandwidth(v string) error {
	_, err := ParseBandwidth(v, time.UTC)
	return err
}
