// Package schedule starts jobs by the clock. A schedule is a cron expression in a time
// zone with the job that it makes; the service looks for what is due and makes the job,
// which then runs like any other. When that job has ended, a report is kept with the run
// and compared with the run before. A schedule of which nothing finishes by its time
// raises an alert.
package schedule

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"catalogsync/models"
)

// OriginClock is the origin of jobs that no person asked for.
const OriginClock = "schedule"

// Store keeps schedules, their runs, and what a report tells of.
type Store interface {
	ListSchedules(ctx context.Context) ([]models.Schedule, error)
	GetSchedule(ctx context.Context, id int64) (models.Schedule, error)
	CreateSchedule(ctx context.Context, sc *models.Schedule) error
	SaveSchedule(ctx context.Context, sc *models.Schedule) error
	DeleteSchedule(ctx context.Context, id int64) error
	SetScheduleAlert(ctx context.Context, id, sinceMS int64) error
	// ReplanSchedule lets the plan begin anew at nowMS, unless it changed since it was read.
	ReplanSchedule(ctx context.Context, sc models.Schedule, nowMS, nextMS int64) error

	ClaimScheduleRun(ctx context.Context, c models.ScheduleClaim) (models.ScheduleRun, bool, error)
	LinkScheduleJob(ctx context.Context, run models.ScheduleRun, jobID int64) error
	FinishScheduleRun(ctx context.Context, f models.ScheduleFinish) error
	ListScheduleRuns(ctx context.Context, scheduleID int64, page models.Page) ([]models.ScheduleRun, int64, error)
	GetScheduleRun(ctx context.Context, scheduleID, runID int64) (models.ScheduleRun, error)
	LatestScheduleRuns(ctx context.Context) (map[int64]models.ScheduleRun, error)
	OpenScheduleRuns(ctx context.Context) ([]models.ScheduleRun, error)
	ScheduleBusy(ctx context.Context, scheduleID int64) (jobID int64, busy bool, err error)
	FindScheduleJob(ctx context.Context, run models.ScheduleRun) (int64, error)

	GetJob(ctx context.Context, id int64) (models.JobDetail, error)
	GroupFailedItems(ctx context.Context, jobID int64) ([]models.FailureGroup, error)
	CountScheduleChanges(ctx context.Context, job models.JobRun, collects bool, platforms []string) (models.ScheduleCounts, error)
	FindReportBefore(ctx context.Context, run models.ScheduleRun) (*models.ScheduleRun, error)
}

// Enqueuer makes jobs. A job type or scope that cannot run is a ClassInvalid error.
type Enqueuer interface {
	Enqueue(ctx context.Context, t models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error)
}

// Options are what the service needs; all but the last two are required.
type Options struct {
	Store Store
	Jobs  Enqueuer
	// CheckType refuses job types that cannot be made, with a ClassInvalid error.
	CheckType func(models.JobType) error
	Now       func() time.Time
	Log       *slog.Logger

	// LongestSleep bounds a sleep of the loop, so that a clock that was set or a machine
	// that was suspended is noticed; 0 = 1 minute. JobLook is how often the jobs of
	// unfinished runs are looked at; 0 = 5 s.
	LongestSleep, JobLook time.Duration
}

// Defaults of the loop.
const (
	defaultSleep   = time.Minute
	defaultJobLook = 5 * time.Second
)

// Service keeps schedules and runs them.
type Service struct {
	Options
	// serving is held by a look at the clock and by a run by hand, so that no run gets two jobs.
	serving sync.Mutex
	// edited wakes the loop when the plan has changed.
	edited chan struct{}
}

// New makes the service; nothing runs by itself before Run.
func New(o Options) *Service {
	if o.LongestSleep == 0 {
		o.LongestSleep = defaultSleep
	}
	if o.JobLook == 0 {
		o.JobLook = defaultJobLook
	}
	return &Service{Options: o, edited: make(chan struct{}, 1)}
}

func (s *Service) nowMS() int64 { return models.NowMS(s.Now()) }

// Wake makes the loop look at the schedules at once, since another process may have edited
// them.
func (s *Service) Wake() { s.wake() }

// wake makes the loop look at the clock at once.
func (s *Service) wake() {
	select {
	case s.edited <- struct{}{}:
	default: // it is awake already
	}
}
