package schedule

import (
	"context"
	"encoding/json"
	"time"

	"catalogsync/models"
)

// nextShown is how many of the next runs are told.
const nextShown = 5

// Entry is a schedule with what there is to know about it now.
type Entry struct {
	models.Schedule
	Scope models.JobScope
	// Next are the next runs, in the schedule's zone; of one that is off, those that it
	// would make.
	Next []time.Time
	// Latest is the run with the latest planned time, nil when there is none.
	Latest *models.ScheduleRun
	Alert  *Alert // nil = all is well
	// Fault says why the plan cannot be read any longer, such as a zone that this machine
	// does not know.
	Fault error
}

// List lists all schedules by name.
func (s *Service) List(ctx context.Context) ([]Entry, error) {
	list, err := s.Store.ListSchedules(ctx)
	if err != nil {
		return nil, err
	}
	return s.entries(ctx, list)
}

// Get is one schedule; a ClassNotFound error when there is none.
func (s *Service) Get(ctx context.Context, id int64) (Entry, error) {
	sc, err := s.Store.GetSchedule(ctx, id)
	if err != nil {
		return Entry{}, err
	}
	list, err := s.entries(ctx, []models.Schedule{sc})
	if err != nil {
		return Entry{}, err
	}
	return list[0], nil
}

func (s *Service) entries(ctx context.Context, list []models.Schedule) ([]Entry, error) {
	latest, err := s.Store.LatestScheduleRuns(ctx)
	if err != nil {
		return nil, err
	}
	open, err := s.openSince(ctx)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(list))
	for i, sc := range list {
		entries[i] = Entry{Schedule: sc, Scope: ScopeOf(sc)}
		if run, ok := latest[sc.ID]; ok {
			entries[i].Latest = &run
		}
		plan, err := Parse(sc.Cron, sc.TimeZone)
		if err != nil {
			entries[i].Fault = err
			continue
		}
		entries[i].Next = nextRuns(sc, plan, s.Now())
		entries[i].Alert = alertOf(sc, plan, open[sc.ID], s.Now())
	}
	return entries, nil
}

// nextRuns begins with the planned time that is written down, on which the span of an
// @every depends.
func nextRuns(sc models.Schedule, plan Plan, now time.Time) []time.Time {
	if !sc.Enabled || sc.NextRunMS == 0 {
		return plan.NextN(now, nextShown)
	}
	first := time.UnixMilli(sc.NextRunMS).In(plan.Zone())
	return append([]time.Time{first}, plan.NextN(first, nextShown-1)...)
}

// Preview lists the next runs of an expression that is not kept yet.
func (s *Service) Preview(expression, timeZone string) ([]time.Time, error) {
	plan, err := Parse(expression, timeZone)
	if err != nil {
		return nil, err
	}
	return plan.NextN(s.Now(), nextShown), nil
}

// ListRuns is one page of a schedule's runs, latest first, and the number of all.
func (s *Service) ListRuns(ctx context.Context, id int64, page models.Page) ([]models.ScheduleRun, int64, error) {
	if _, err := s.Store.GetSchedule(ctx, id); err != nil {
		return nil, 0, err
	}
	return s.Store.ListScheduleRuns(ctx, id, page)
}

// GetRun is one run of a schedule; a ClassNotFound error when there is none.
func (s *Service) GetRun(ctx context.Context, id, runID int64) (models.ScheduleRun, error) {
	return s.Store.GetScheduleRun(ctx, id, runID)
}

// ReportOf is the report of a run, nil while there is none.
func ReportOf(run models.ScheduleRun) *models.ScheduleReport {
	var report models.ScheduleReport
	if run.ReportJSON == "" || json.Unmarshal([]byte(run.ReportJSON), &report) != nil {
		return nil
	}
	return &report
}

// ResultOf is how a run went.
func ResultOf(run models.ScheduleRun) models.ScheduleResult {
	switch {
	case run.State == models.ScheduleRunSkipped:
		return models.ScheduleSkipped
	case run.State == models.ScheduleRunMissed:
		return models.ScheduleMissed
	case run.FinishedAtMS == 0:
		return models.ScheduleRunning
	}
	if report := ReportOf(run); report != nil {
		return report.Result
	}
	return models.ScheduleFailed
}

// ZoneOf is a schedule's time zone; one that this machine does not know is UTC.
func ZoneOf(sc models.Schedule) *time.Location {
	zone, err := loadZone(sc.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
