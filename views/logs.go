package views

import (
	"strconv"

	"catalogsync/models"
)

// LogsPage is the log of all jobs.
type LogsPage struct {
	Shell
	Sources []string
	Levels  []string
	Table   LogTable
}

// LogTable is one page of lines, latest first.
type LogTable struct {
	Base
	Poll
	Filter    models.LogFilter
	Chips     []Chip
	Lines     []models.JobLog
	OlderURL  string // "" = there is nothing older
	NewestURL string
	TextURL   string // the same lines as a text to keep
	Failed    string // why the log could not be read
}

// Following says that new lines appear by themselves: only the newest page does that.
func (t LogTable) Following() bool { return t.Filter.Before == 0 }

// Filtered says that the log is narrowed.
func (t LogTable) Filtered() bool { return len(t.Chips) > 0 }

// LogsURL is the log narrowed by f.
func LogsURL(f models.LogFilter) string {
	return URLLogs + logQuery(f, idText(f.Before))
}

// LogsTextURL is the log narrowed by f as a file.
func LogsTextURL(f models.LogFilter) string { return "/api/logs.txt" + logQuery(f, "") }

func logQuery(f models.LogFilter, before string) string {
	return query("level", f.Level, "source", f.Source, "job", idText(f.JobID), "text", f.Text, "before", before)
}

// idText leaves 0 out.
func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
