package schedule

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"catalogsync/models"
)

// parts are the five fields of an expression in order, each with what may stand there.
var parts = []struct{ name, want string }{
	{"minute", "0-59"},
	{"hour", "0-23"},
	{"day of month", "1-31"},
	{"month", "1-12, JAN-DEC"},
	{"day of week", "0-6, SUN-SAT; Sunday is 0"},
}

// entry is one of the comma-separated entries of a field. The library takes more than
// that, such as *-5, and makes something of it that nobody meant.
var entry = regexp.MustCompile(`^([*?]|[0-9]+(-[0-9]+)?|[A-Za-z]{3}(-[A-Za-z]{3})?)(/[0-9]+)?$`)

func badCron(format string, args ...any) *models.Error {
	return models.Invalid("cron", models.CodeBadCron, format, args...)
}

// faultAt is the fault of one field. Position counts fields, column characters, both
// from 1.
func faultAt(position, column int, value, problem string) *models.Error {
	part := parts[position-1]
	e := badCron("field %d (%s) at character %d, %q: %s; allowed is %s, with lists (1,2), ranges (1-5), steps (*/2) and *",
		position, part.name, column, value, problem, part.want)
	e.Params = map[string]any{"Position": position, "Column": column, "Value": value, "Want": part.want}
	return e
}

// checkWhole refuses what is wrong with the text as a whole.
func checkWhole(expression string) error {
	upper := strings.ToUpper(expression)
	switch {
	case expression == "":
		return badCron("the cron expression is missing; write five fields such as 30 3 * * *, or one of %s", descriptors)
	case utf8.RuneCountInString(expression) > maxCron:
		return badCron("the cron expression is longer than %d characters", maxCron)
	case strings.HasPrefix(upper, "TZ=") || strings.HasPrefix(upper, "CRON_TZ="):
		return badCron("the time zone stands in a field of its own; leave %s out of the cron expression", strings.SplitN(expression, "=", 2)[0]+"=…")
	}
	return nil
}

// checkFields finds the first field at fault by trying each alone.
func checkFields(expression string) error {
	fields := strings.Fields(expression)
	if len(fields) != len(parts) {
		e := badCron("the cron expression has %d fields; it must have 5: minute, hour, day of month, month, day of week", len(fields))
		e.Params = map[string]any{"Fields": len(fields)}
		return e
	}
	rest, column := expression, 1
	for i, field := range fields {
		at := strings.Index(rest, field)
		column += utf8.RuneCountInString(rest[:at])
		if offset, value, problem := faultOf(i, field); problem != "" {
			return faultAt(i+1, column+offset, value, problem)
		}
		column += utf8.RuneCountInString(field)
		rest = rest[at+len(field):]
	}
	return nil
}

// faultOf tries one field among four that allow everything: the offset of the entry at
// fault, the entry, and what is wrong with it; "" when nothing is.
func faultOf(index int, field string) (offset int, value, problem string) {
	for value := range strings.SplitSeq(field, ",") {
		if value == "" {
			return offset, field, "an entry of the list is empty"
		}
		if !entry.MatchString(value) {
			return offset, value, "it is not a number, name, range or step"
		}
		alone := []string{"*", "*", "*", "*", "*"}
		alone[index] = value
		if _, err := parseSpec(strings.Join(alone, " ")); err != nil {
			return offset, value, problemOf(err)
		}
		offset += utf8.RuneCountInString(value) + 1
	}
	return 0, "", ""
}

// problems are the library's complaints in words for an operator, by how they begin.
var problems = []struct{ begin, text string }{
	{"beginning of range", "it begins too low, or beyond its end"},
	{"end of range", "it is too high"},
	{"step of range", "the step must be at least 1"},
	{"failed to parse int", "there is no such name here"},
}

func problemOf(err error) string {
	for _, p := range problems {
		if strings.HasPrefix(err.Error(), p.begin) {
			return p.text
		}
	}
	return fmt.Sprintf("it cannot be read (%v)", err)
}

// neverRuns is the fault of an expression whose days do not exist, such as 31 February.
func neverRuns(expression string) *models.Error {
	fields := strings.Fields(expression)
	column := utf8.RuneCountInString(expression[:strings.Index(expression, fields[2])]) + 1
	e := badCron("field 3 (day of month) at character %d, %q: month %s never has such a day, so it would never run", column, fields[2], fields[3])
	e.Params = map[string]any{"Position": 3, "Column": column, "Value": fields[2], "Never": true}
	return e
}
