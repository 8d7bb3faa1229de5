package views

import (
	"encoding/json"

	"catalogsync/models"
)

// JobsPage is the list of all jobs.
type JobsPage struct {
	Shell
	Table JobTable
}

// JobTable is one page of jobs.
type JobTable struct {
	Base
	Poll
	Filter models.JobFilter
	States []models.JobState // the choices
	Jobs   []JobCard
	Pager  Pager
}

// Filtered says that the list is narrowed.
func (t JobTable) Filtered() bool { return len(t.Filter.States) > 0 }

// JobPage is one job.
type JobPage struct {
	Shell
	Space     Space
	Job       JobOverview
	Bulk      *BulkCard // of a job that acts on a selection
	Playlists TreePlaylists
	Failures  JobFailures
	Events    JobEvents
	Log       JobLog
}

// JobOverview is a job's head: state, buttons, stages, workers, running items.
type JobOverview struct {
	Base
	Poll
	JobCard
	Scope   []Fact
	Workers []models.JobWorker
	Items   []RunningItem
}

// JobFailures is the failed items of a job by reason.
type JobFailures struct {
	Base
	Poll
	JobID    int64
	Groups   []models.FailureGroup
	Total    int64
	CanRetry bool
}

// retryCause is what the button of a group of failed items sends.
func retryCause(c models.FailureCause) (string, error) {
	b, err := json.Marshal(map[string]any{"kind": models.CommandRetryFailed, "stage": c.Stage, "source": c.Source, "error_code": c.ErrorCode})
	return string(b), err
}

// JobItems is the items of one reason, loaded when the group is opened.
type JobItems struct {
	Base
	JobID    int64
	Items    []models.JobItem
	Pager    Pager
	CanRetry bool
}

// JobEvents is a job's audit trail, latest first.
type JobEvents struct {
	Base
	Poll
	Events []models.JobEventRow
}

// JobLog is the end of a job's log, latest last.
type JobLog struct {
	Base
	Poll
	Lines []models.JobLog
}
