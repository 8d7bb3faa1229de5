package catalog

import (
	"time"

	"catalogsync/models"
)

// ParseInstant reads the instant as of which a playlist is meant, in Unix milliseconds: a date
// (2026-03-01) means the end of that day where the program runs, an RFC 3339 time is itself.
// Empty text is 0. Anything else is a ClassInvalid error of the field.
func ParseInstant(field, text string, zone *time.Location) (int64, error) {
	if text == "" {
		return 0, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return inRange(field, text, day.AddDate(0, 0, 1).Add(-time.Millisecond))
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, badInstant(field, text)
	}
	return inRange(field, text, at)
}

// inRange refuses what no history can reach.
func inRange(field, text string, at time.Time) (int64, error) {
	if at.Year() < 1970 || at.Year() > 9999 {
		return 0, badInstant(field, text)
	}
	return max(at.UnixMilli(), 1), nil
}

// maxInstantText bounds what an error repeats of a value.
const maxInstantText = 40

func badInstant(field, text string) error {
	text = line(text, maxInstantText)
	e := models.Invalid(field, models.CodeBadValue, "%q is no date; write one such as 2026-03-01, or a time such as 2026-03-01T04:30:00Z", text)
	e.Params = map[string]any{"Value": text, "Want": "2026-03-01, 2026-03-01T04:30:00Z"}
	return e
}
