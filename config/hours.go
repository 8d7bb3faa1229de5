package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Hours are the hours of the week in which something is allowed. The zero value allows it
// at any time.
type Hours struct {
	spans []span
	zone  *time.Location
}

// span is a time of some days. One that ends before it begins goes on after midnight, and
// belongs to the day on which it begins.
type span struct {
	days     [7]bool // by time.Weekday
	from, to int     // minutes of the day; to = 1440 is midnight
}

const minutesOfDay = 24 * 60

// weekdays are the names of days, by time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseHours reads spans separated by commas, such as "22:00-07:00, Sat-Sun 12:00-18:30".
// A span without days is of every day. The error names the fault and the span.
func ParseHours(text string, zone *time.Location) (Hours, error) {
	h := Hours{zone: zone}
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			if strings.TrimSpace(text) == "" {
				return h, nil
			}
			return Hours{}, fmt.Errorf("there is an empty part between two commas; write spans such as 22:00-07:00,12:00-13:00")
		}
		s, err := parseSpan(part)
		if err != nil {
			return Hours{}, fmt.Errorf("%q: %w", part, err)
		}
		h.spans = append(h.spans, s)
	}
	return h, nil
}

func parseSpan(text string) (s span, err error) {
	fields := strings.Fields(text)
	switch len(fields) {
	case 1:
		for day := range s.days {
			s.days[day] = true
		}
	case 2:
		if s.days, err = parseDays(fields[0]); err != nil {
			return s, err
		}
	default:
		return s, fmt.Errorf("write a span as 22:00-07:00 or Mon-Fri 22:00-07:00")
	}
	from, to, found := strings.Cut(fields[len(fields)-1], "-")
	if !found {
		return s, fmt.Errorf("the end is missing; write a span as 22:00-07:00")
	}
	if s.from, err = parseMinute(from); err != nil {
		return s, err
	}
	if s.to, err = parseMinute(to); err != nil {
		return s, err
	}
	switch {
	case s.from == minutesOfDay:
		return s, fmt.Errorf("a span cannot begin at 24:00; write 00:00")
	case s.from == s.to:
		return s, fmt.Errorf("it begins and ends at the same time; write 00:00-24:00 for the whole day")
	}
	return s, nil
}

// parseDays reads one day or a range of days, which may go over the end of the week.
func parseDays(text string) (days [7]bool, err error) {
	from, to, isRange := strings.Cut(text, "-")
	first, err := parseDay(from)
	if err != nil {
		return days, err
	}
	last := first
	if isRange {
		if last, err = parseDay(to); err != nil {
			return days, err
		}
	}
	for day := first; ; day = (day + 1) % 7 {
		days[day] = true
		if day == last {
			return days, nil
		}
	}
}

func parseDay(text string) (int, error) {
	if day := slices.Index(weekdays, strings.ToLower(text)); day >= 0 {
		return day, nil
	}
	return 0, fmt.Errorf("%q is no day; days are Mon, Tue, Wed, Thu, Fri, Sat, Sun", text)
}

// parseMinute reads HH:MM as minutes of the day.
func parseMinute(text string) (int, error) {
	hour, minute, _ := strings.Cut(text, ":")
	h, errHour := strconv.ParseUint(hour, 10, 8)
	m, errMinute := strconv.ParseUint(minute, 10, 8)
	if errHour != nil || errMinute != nil || len(hour) > 2 || len(minute) != 2 || m > 59 || h*60+m > minutesOfDay {
		return 0, fmt.Errorf("%q is no time of the day; write HH:MM from 00:00 to 24:00", text)
	}
	return int(h*60 + m), nil
}

// Limited says that there are times at which it is not allowed, or may be.
func (h Hours) Limited() bool { return len(h.spans) > 0 }

// At says whether it is allowed at an instant, and when that changes next: the zero time
// when it never does. Days and hours are those on the clocks of the zone, so where these
// jump an hour ahead a span may be an hour shorter, or not come at all.
func (h Hours) At(t time.Time) (open bool, change time.Time) {
	open = h.open(t)
	if !h.Limited() {
		return open, change
	}
	// Looking at every minute of a week costs a millisecond, and is right whatever the
	// clocks do.
	next := t.Truncate(time.Minute)
	for range 8 * minutesOfDay {
		next = next.Add(time.Minute)
		if h.open(next) != open {
			return open, next.In(h.zone)
		}
	}
	return open, change
}

func (h Hours) open(t time.Time) bool {
	if !h.Limited() {
		return true
	}
	t = t.In(h.zone)
	minute, day := t.Hour()*60+t.Minute(), int(t.Weekday())
	before := (day + 6) % 7
	return slices.ContainsFunc(h.spans, func(s span) bool {
		if s.from < s.to {
			return s.days[day] && minute >= s.from && minute < s.to
		}
		return s.days[day] && minute >= s.from || s.days[before] && minute < s.to
	})
}

func checkHours(v string) error {
	_, err := ParseHours(v, time.UTC)
	return err
}
