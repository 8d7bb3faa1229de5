package models

// LogLevels are the levels of a job's log, from the least to the most serious.
var LogLevels = []string{"debug", "info", "warn", "error"}

// LogFilter narrows the log of all jobs; zero fields do not narrow.
type LogFilter struct {
	Level  string // this one and all more serious ones
	Source string
	JobID  int64
	Text   string // part of the line, in any ASCII case
	// Before gives the lines before this id, 0 = the newest.
	Before int64
	Limit  int
}

// Narrow says that the filter may leave lines out within a job or the whole log, so that
// a page of it has to be looked for.
func (f LogFilter) Narrow() bool {
	return f.Level != "" && f.Level != LogLevels[0] || f.Source != "" || f.Text != ""
}

// LogPage is a page of the log, the newest line first.
type LogPage struct {
	Lines []JobLog
	// Next is the Before of the following page, 0 = there is nothing older. A page may be
	// empty and have a next one: a look-up ends after a bounded number of lines.
	Next int64
}
