package models

// Overlap says what a schedule does when its last job has not ended yet.
type Overlap string

const (
	// OverlapSkip leaves the run out and records it as skipped.
	OverlapSkip Overlap = "skip"
	// OverlapQueue makes the job all the same; it waits for its lane like any other.
	OverlapQueue Overlap = "queue"
)

// Overlaps lists all overlap policies, the default first.
var Overlaps = []Overlap{OverlapSkip, OverlapQueue}

// ScheduleResult is how the last planned run of a schedule went.
type ScheduleResult string

const (
	ScheduleNever     ScheduleResult = ""          // it never ran
	ScheduleRunning   ScheduleResult = "running"   // its job has not ended
	ScheduleSucceeded ScheduleResult = "completed" // like the job's state
	ScheduleErrors    ScheduleResult = "completed_with_errors"
	ScheduleFailed    ScheduleResult = "failed" // the job failed, or could not be made
	ScheduleCanceled  ScheduleResult = "canceled"
	ScheduleSkipped   ScheduleResult = "skipped" // its last job had not ended
	ScheduleMissed    ScheduleResult = "missed"  // nobody was there to run it
)

// ScheduleResults lists all results.
var ScheduleResults = []ScheduleResult{ScheduleNever, ScheduleRunning, ScheduleSucceeded, ScheduleErrors, ScheduleFailed, ScheduleCanceled, ScheduleSkipped, ScheduleMissed}

// Good says that the run did its work to the end, perhaps with failed items.
func (r ScheduleResult) Good() bool { return r == ScheduleSucceeded || r == ScheduleErrors }

// Schedule makes a job of one type and scope whenever its cron expression says so.
type Schedule struct {
	ID   int64
	Name string // unique
	// Cron is five fields or a descriptor such as @daily; never with a zone of its own.
	Cron string
	// TimeZone is an IANA name, or "Local" for the zone of this machine.
	TimeZone  string
	JobType   JobType
	ScopeJSON string // JobScope
	Enabled   bool
	Overlap   Overlap
	// CatchUp runs a missed run once, when the process is back.
	CatchUp bool
	// ArmedAtMS is when it was switched on or its times were changed last: planned times
	// before it do not count.
	ArmedAtMS int64
	// NextRunMS is the next planned time, 0 while it is off.
	NextRunMS int64
	// LastRunMS is the planned time of the latest run, whatever became of it.
	LastRunMS  int64
	LastJobID  int64 // 0 = none
	LastResult ScheduleResult
	// LastFinishedMS is when a run last did its work to the end.
	LastFinishedMS int64
	// AlertedAtMS is since when nothing finished that should have, 0 = all is well.
	AlertedAtMS int64
	CreatedAtMS int64
	UpdatedAtMS int64
}

func (Schedule) TableName() string { return "schedules" }

// ScheduleRunState is what was done about a planned run.
type ScheduleRunState string

const (
	ScheduleRunFired    ScheduleRunState = "fired"     // a job was made on time, or by hand
	ScheduleRunSkipped  ScheduleRunState = "skipped"   // the last job had not ended
	ScheduleRunMissed   ScheduleRunState = "missed"    // the process was down, and nothing is caught up
	ScheduleRunCaughtUp ScheduleRunState = "caught_up" // the process was down; the job was made afterwards
)

// ScheduleRunStates lists all states of runs.
var ScheduleRunStates = []ScheduleRunState{ScheduleRunFired, ScheduleRunSkipped, ScheduleRunMissed, ScheduleRunCaughtUp}

// ScheduleRun is one planned run of a schedule. Unique by (schedule_id, planned_ms), so
// that no planned time is served twice.
type ScheduleRun struct {
	ID         int64
	ScheduleID int64
	PlannedMS  int64
	JobRunID   *int64 // nil until the job is made, and for runs without one
	State      ScheduleRunState
	Origin     string // schedule | web | api | cli
	// JobTitle names the job to be made; a start after a crash finds by it the job that
	// was made but not yet linked.
	JobTitle     string
	ReportJSON   string // ScheduleReport, "" until the job has ended
	CreatedAtMS  int64
	FinishedAtMS int64 // 0 while its job has not ended
}

func (ScheduleRun) TableName() string { return "schedule_runs" }

// ScheduleNumbers are what a run did, in numbers; of a difference they may be negative.
type ScheduleNumbers struct {
	NewPlaylists int64 `json:"new_playlists"`
	SongsIn      int64 `json:"songs_in"`
	SongsOut     int64 `json:"songs_out"`
	Downloaded   int64 `json:"downloaded"`
	Skipped      int64 `json:"skipped"`
	Failed       int64 `json:"failed"`
	Bytes        int64 `json:"bytes"`
	DurationMS   int64 `json:"duration_ms"`
}

// Minus is the difference to the numbers of another run.
func (n ScheduleNumbers) Minus(o ScheduleNumbers) ScheduleNumbers {
	return ScheduleNumbers{
		NewPlaylists: n.NewPlaylists - o.NewPlaylists, SongsIn: n.SongsIn - o.SongsIn, SongsOut: n.SongsOut - o.SongsOut,
		Downloaded: n.Downloaded - o.Downloaded, Skipped: n.Skipped - o.Skipped, Failed: n.Failed - o.Failed,
		Bytes: n.Bytes - o.Bytes, DurationMS: n.DurationMS - o.DurationMS,
	}
}

// ScheduleReport is written when the job of a run has ended.
type ScheduleReport struct {
	JobID   int64           `json:"job_id,omitempty"`
	Result  ScheduleResult  `json:"result"`
	Error   string          `json:"error,omitempty"`
	Numbers ScheduleNumbers `json:"numbers"`
	// Failures are the failed items by cause, the largest group first.
	Failures []ScheduleFailure `json:"failures,omitempty"`
	// BeforeRunID is the run that this one is compared with, 0 = there is none.
	BeforeRunID int64            `json:"before_run_id,omitempty"`
	Change      *ScheduleNumbers `json:"change,omitempty"`
}

// ScheduleFailure counts the failed items of one cause.
type ScheduleFailure struct {
	Stage  StageName `json:"stage"`
	Source string    `json:"source,omitempty"`
	Code   Code      `json:"code"`
	Count  int64     `json:"count"`
	Sample string    `json:"sample,omitempty"`
}

// Cause is what the items of the group have in common.
func (f ScheduleFailure) Cause() FailureCause {
	return FailureCause{Stage: f.Stage, Source: f.Source, ErrorCode: f.Code}
}

// ScheduleCounts is what the catalogue says about the time of a run.
type ScheduleCounts struct {
	NewPlaylists, SongsIn, SongsOut int64
}

// ScheduleClaim takes a planned time for this process: the runs are written and the
// schedule moves on, or nothing happens.
type ScheduleClaim struct {
	// Run is the run to make; Missed are the planned times before it that nobody served.
	Run    ScheduleRun
	Missed []int64
	// SeenNextMS is the schedule's NextRunMS as it was read; when it changed since, the
	// claim is void. NextMS takes its place. Both 0 for a run that is asked for by hand.
	SeenNextMS, NextMS int64
	Result             ScheduleResult
}

// ScheduleFinish ends a run.
type ScheduleFinish struct {
	Run          ScheduleRun
	State        ScheduleRunState // "" = stays
	Result       ScheduleResult
	ReportJSON   string
	FinishedAtMS int64
}
