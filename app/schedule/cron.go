package schedule

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // machines without zone files, such as a bare container or Windows

	"github.com/robfig/cron/v3"

	"catalogsync/models"
)

// LocalZone names the zone of this machine.
const LocalZone = "Local"

// Bounds of what is accepted.
const (
	maxCron  = 200 // characters
	maxZone  = 64
	minEvery = time.Minute
)

// leapYear begins a year that has every day that any year has.
var leapYear = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// descriptors are the names that stand for five fields.
const descriptors = "@hourly, @daily, @weekly, @monthly, @yearly, @every 6h"

// Plan is a parsed cron expression in its time zone.
type Plan struct {
	spec  cron.Schedule
	zone  *time.Location
	every time.Duration // of @every, else 0
	// byHour: the expression names hours. Then it means times on the wall: each happens
	// once a day, also on the days on which the clocks are changed.
	byHour bool
}

// Parse reads a cron expression of five fields, or a descriptor, and the time zone that
// it is meant in. What can never run, or runs more often than once a minute, is refused.
// Errors are CodeBadCron of the field "cron", with the position of the fault, or
// CodeBadValue of the field "time_zone".
func Parse(expression, timeZone string) (Plan, error) {
	zone, err := loadZone(timeZone)
	if err != nil {
		return Plan{}, err
	}
	expression = strings.TrimSpace(expression)
	if err := checkWhole(expression); err != nil {
		return Plan{}, err
	}
	if strings.HasPrefix(expression, "@") {
		return parseDescriptor(expression, zone)
	}
	if err := checkFields(expression); err != nil {
		return Plan{}, err
	}
	spec, err := parseSpec(expression)
	if err != nil {
		return Plan{}, badCron("the cron expression %q cannot be read", expression).WithCause(err)
	}
	plan := newPlan(spec, zone)
	if plan.Next(leapYear).IsZero() {
		return Plan{}, neverRuns(expression)
	}
	return plan, nil
}

func newPlan(spec cron.Schedule, zone *time.Location) Plan {
	const allHours = 1<<24 - 1
	plan := Plan{spec: spec, zone: zone}
	if s, ok := spec.(*cron.SpecSchedule); ok {
		plan.byHour = s.Hour&allHours != allHours
	}
	return plan
}

func parseDescriptor(expression string, zone *time.Location) (Plan, error) {
	if rest, ok := strings.CutPrefix(expression, "@every"); ok {
		every, err := time.ParseDuration(strings.TrimSpace(rest))
		if err != nil {
			return Plan{}, badCron("%q needs a time span such as 90m or 6h", expression)
		}
		if every < minEvery {
			return Plan{}, badCron("%q is too often; the shortest span is 1m", expression)
		}
		return Plan{zone: zone, every: every.Truncate(time.Second)}, nil
	}
	spec, err := parseSpec(expression)
	if err != nil {
		return Plan{}, badCron("there is no %q; known are %s", expression, descriptors)
	}
	return newPlan(spec, zone), nil
}

// parseSpec calls the library, which panics at some texts that it cannot read.
func parseSpec(expression string) (spec cron.Schedule, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("parse cron expression: %v", r)
		}
	}()
	return cron.ParseStandard(expression)
}

func loadZone(name string) (*time.Location, error) {
	if name == "" || name == LocalZone {
		return time.Local, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || len(name) > maxZone {
		e := models.Invalid("time_zone", models.CodeBadValue, "there is no time zone %.64q; write a name such as Asia/Shanghai, or Local for the zone of this machine", name)
		e.Params = map[string]any{"Want": "Asia/Shanghai, Europe/Berlin, UTC, Local"}
		return nil, e
	}
	return zone, nil
}

// Next is the first planned time after t, in the plan's zone; zero when there is none.
func (p Plan) Next(t time.Time) time.Time {
	t = t.In(p.zone)
	switch {
	case p.every > 0:
		return t.Truncate(time.Second).Add(p.every)
	case p.byHour:
		return p.nextOnWall(t)
	default:
		return p.spec.Next(t)
	}
}

// NextN lists the next n planned times after t.
func (p Plan) NextN(t time.Time, n int) []time.Time {
	var list []time.Time
	for range n {
		if t = p.Next(t); t.IsZero() {
			break
		}
		list = append(list, t)
	}
	return list
}

// Zone is the plan's time zone.
func (p Plan) Zone() *time.Location { return p.zone }
