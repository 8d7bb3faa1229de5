package schedule

import "time"

// nextOnWall looks for the next time in the readings of a wall clock that knows no
// summer time, and then for the instant of that reading. So a reading that the clocks
// jump over in spring is served when they jump, and one that they show twice in autumn
// is served the first time only.
func (p Plan) nextOnWall(t time.Time) time.Time {
	wall := reading(t)
	for {
		if wall = p.spec.Next(wall); wall.IsZero() {
			return wall
		}
		if at := instantOf(wall, p.zone); at.After(t) {
			return at
		}
	}
}

// reading is what the clock on the wall shows at t, as if it were UTC.
func reading(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// instantOf is the first instant at which the clocks of a zone show wall, or the one at
// which they jump over it.
func instantOf(wall time.Time, zone *time.Location) time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	start, end := t.ZoneBounds()
	switch shown := reading(t); {
	case shown.After(wall):
		return start
	case shown.Before(wall):
		return end
	case start.IsZero():
		return t
	}
	_, offset := t.Zone()
	_, before := start.Add(-time.Second).Zone()
	if first := t.Add(time.Duration(offset-before) * time.Second); first.Before(start) {
		return first
	}
	return t
}
