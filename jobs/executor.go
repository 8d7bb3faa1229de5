package jobs

import (
	"context"
	"log/slog"

	"catalogsync/models"
)

// Stage is what an executor is told about its stage.
type Stage struct {
	Job   models.JobRun
	Scope models.JobScope
	Row   models.JobStage
}

// Executor does the work of one kind of stage. It knows nothing of retries: it returns a
// classed error (models.Error) and the retry policy decides.
type Executor interface {
	// Plan hands over the stage's items, in the order in which they should run, in
	// batches of any size. It is called when the stage begins, and again when the process
	// ended in the midst of it: items are keyed by ItemKey, so a second time adds nothing.
	// Only ItemKey, Title, Source, PlaylistID, SongID and Priority are read.
	Plan(ctx context.Context, stage Stage, add func(items []models.JobItem) error) error
	// Run does one item and can be repeated safely. ctx ends when the job is canceled,
	// the item's time is up, or the process stops.
	Run(ctx context.Context, stage Stage, item models.JobItem, r Reporter) (Outcome, error)
}

// Finisher is an executor that has something to do once after its last item ended, and
// before the stage is final. It can be repeated safely.
type Finisher interface {
	Finish(ctx context.Context, stage Stage) error
}

// Overlapper is an executor whose items keep a worker busy for the middle of their way
// only. It is given so many items more at once than the stage has workers, and bounds that
// middle itself (Stage.Row.Workers).
type Overlapper interface {
	Overlap(workers int) int
}

// Outcome is how an item ended without an error.
type Outcome struct {
	// Skipped says that the item was rightly not done; Code and Reason say why.
	Skipped bool
	Code    models.Code
	Reason  string
	// ResultSource is the source that delivered, Bytes what it delivered.
	ResultSource string
	Bytes        int64
	Text         string // shown as the item's last progress text
}

// Reporter takes an item's progress; each call counts as its heartbeat. Calls are cheap
// (memory only) and may come from any goroutine.
type Reporter interface {
	// Progress tells how far the item is; total 0 = unknown; unit is bytes, songs or pages.
	Progress(done, total int64, unit, text string)
	// Log writes a line to the job's log.
	Log(level slog.Level, text string)
}

// NewJob asks for a job.
type NewJob struct {
	Type     models.JobType
	Scope    models.JobScope
	Title    string // "" = made from type and scope
	Origin   string // web | api | cli | schedule | demo
	Priority int
}

// Live is a snapshot of what runs now, from memory.
type Live struct {
	Health  Health
	Running []RunningItem // in order of start
	// BytesPerSecond is the smoothed sum of all downloads.
	BytesPerSecond float64
	// Outages are the sources that block, by name.
	Outages []models.SourceOutage
}

// Health tells how the runner does.
type Health struct {
	OK          bool
	StartedAtMS int64
	BeatAtMS    int64 // last turn of the scheduler
	Restarts    int   // loops restarted after a panic or an error
	LastError   string
}

// RunningItem is one item in a worker's hands.
type RunningItem struct {
	ItemID, JobID, StageID int64
	Stage                  models.StageName
	Worker                 string
	Title, Source          string
	SongID, PlaylistID     int64 // 0 = none
	Done, Total            int64
	Unit, Text             string
	BytesPerSecond         float64 // smoothed; 0 until two samples are there
	EtaMS                  int64   // 0 = unknown
	StartedAtMS            int64
	Attempt                int
}
