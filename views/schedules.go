package views

import (
	"strconv"
	"time"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// Addresses of schedules.
const (
	URLSchedules       = "/schedules"
	URLSchedulesNew    = "/schedules/new"
	URLSchedulePreview = "/schedules/preview"
)

// ScheduleURL is the page of a schedule; part, when given, is below it.
func ScheduleURL(id int64, part ...string) string {
	url := URLSchedules + "/" + strconv.FormatInt(id, 10)
	for _, p := range part {
		url += "/" + p
	}
	return url
}

// ScheduleRunURL is the report of a run.
func ScheduleRunURL(scheduleID, runID int64) string {
	return ScheduleURL(scheduleID, "runs", strconv.FormatInt(runID, 10))
}

// SchedulesPage is the list of schedules.
type SchedulesPage struct {
	Shell
	List ScheduleList
}

// ScheduleList is all schedules, kept up to date.
type ScheduleList struct {
	Base
	Poll
	Rows   []ScheduleRow
	NewURL string
}

// ScheduleRow is one schedule.
type ScheduleRow struct {
	models.Schedule
	Zone      string // as shown
	Facts     []Fact // of its scope
	Next      []PlannedTime
	Alert     *ScheduleAlert
	Fault     string // why its times cannot be read any longer
	URL       string
	SwitchURL string
	RunURL    string
	LatestURL string // the latest run's report, "" = there is no run
}

// ScheduleAlert says what should have finished and did not.
type ScheduleAlert struct {
	Planned, Since PlannedTime
	LastFinishedMS int64
	Running        bool
}

// PlannedTime is an instant in the schedule's own zone.
type PlannedTime struct{ Text, ISO string }

// NewPlannedTime shows t in its own zone.
func NewPlannedTime(t time.Time) PlannedTime {
	return PlannedTime{Text: t.Format("2006-01-02 15:04 MST"), ISO: t.UTC().Format(time.RFC3339)}
}

// PlannedTimes shows a list of instants.
func PlannedTimes(list []time.Time) []PlannedTime {
	out := make([]PlannedTime, len(list))
	for i, t := range list {
		out[i] = NewPlannedTime(t)
	}
	return out
}

// ScheduleZone is a zone's name as shown.
func ScheduleZone(p *i18n.Printer, name, local string) string {
	if name == local {
		zone, _ := time.Now().Zone()
		return p.T("schedule.zone_local", "Zone", zone)
	}
	return name
}

// ScheduleFormPage adds or edits a schedule, and shows its runs.
type ScheduleFormPage struct {
	Shell
	Form ScheduleForm
	Runs ScheduleRuns
}

// ScheduleForm is a schedule as its operator writes it.
type ScheduleForm struct {
	models.Schedule        // zero for a new one
	Action          string // where the form is sent
	RunURL          string
	DeleteURL       string
	Types           []models.JobType
	Sources         []ScheduleSource
	Pools           []models.PoolKind
	Scope           string // the chosen value of the select
	Facts           []Fact // what a kept scope says that the form cannot
	Limit, Workers  int
	Overlaps        []models.Overlap
	Zones           []string // suggestions
	Preview         SchedulePreview
}

// New says that the schedule is not kept yet.
func (f ScheduleForm) New() bool { return f.ID == 0 }

// ScheduleSource is a platform with its tick.
type ScheduleSource struct {
	Name   string
	Picked bool
}

// SchedulePreview is when a cron expression runs next, or what is wrong with it.
type SchedulePreview struct {
	Base
	Next  []PlannedTime
	Error string
}

// ScheduleRuns is one page of a schedule's runs, latest first.
type ScheduleRuns struct {
	Base
	Poll
	Rows  []ScheduleRunRow
	Pager Pager
}

// ScheduleRunRow is one run in a list.
type ScheduleRunRow struct {
	models.ScheduleRun
	Planned PlannedTime
	Result  models.ScheduleResult
	Numbers *models.ScheduleNumbers // nil = no report
	URL     string
}

// ByClock says that the run was planned: one by hand is neither late nor on time.
func (r ScheduleRunRow) ByClock() bool { return r.State != "" && r.Origin == "schedule" }

// ScheduleRunPage is the report of one run.
type ScheduleRunPage struct {
	Shell
	ScheduleRunRow
	Name        string
	ScheduleURL string
	Report      *models.ScheduleReport
	Lines       []ReportLine
	BeforeURL   string // the run that it is compared with
	JobID       int64
	CanRetry    bool // the job would take its failed items up again
	// Open are the causes of which failed items are left to retry.
	Open map[models.FailureCause]bool
}

// ReportLine is one number of a report and how it changed; Label is a text key.
type ReportLine struct{ Label, Value, Change string }

// NewReportLines puts a report's numbers into words.
func NewReportLines(p *i18n.Printer, r *models.ScheduleReport) []ReportLine {
	if r == nil {
		return nil
	}
	n := r.Numbers
	c := models.ScheduleNumbers{}
	if r.Change != nil {
		c = *r.Change
	}
	lines := []ReportLine{
		{"report.new_playlists", i18n.Group(n.NewPlaylists), signed(c.NewPlaylists, i18n.Group)},
		{"report.songs_in", i18n.Group(n.SongsIn), signed(c.SongsIn, i18n.Group)},
		{"report.songs_out", i18n.Group(n.SongsOut), signed(c.SongsOut, i18n.Group)},
		{"report.downloaded", i18n.Group(n.Downloaded), signed(c.Downloaded, i18n.Group)},
		{"report.skipped", i18n.Group(n.Skipped), signed(c.Skipped, i18n.Group)},
		{"report.failed", i18n.Group(n.Failed), signed(c.Failed, i18n.Group)},
		{"report.bytes", Bytes(n.Bytes), signed(c.Bytes, Bytes)},
		{"report.duration", spanOrZero(p, n.DurationMS), signed(c.DurationMS/1000*1000, func(ms int64) string { return spanOrZero(p, ms) })},
	}
	for i := range lines {
		if r.Change == nil {
			lines[i].Change = ""
		}
	}
	return lines
}

func spanOrZero(p *i18n.Printer, ms int64) string {
	if ms <= 0 {
		return p.T("time.seconds", "N", 0)
	}
	return span(p, ms)
}

// signed writes a difference with its sign.
func signed(n int64, write func(int64) string) string {
	switch {
	case n > 0:
		return "+" + write(n)
	case n < 0:
		return "−" + write(-n)
	}
	return "±0"
}
