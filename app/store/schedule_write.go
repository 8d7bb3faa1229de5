package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// schedulesTopic is what every change of a schedule or a run of it counts.
var schedulesTopic = []revision.Topic{revision.Schedules}

// CreateSchedule writes a schedule and sets its ID; a name that is taken is CodeNameTaken.
func (s *Store) CreateSchedule(ctx context.Context, sc *models.Schedule) error {
	sc.CreatedAtMS = s.nowMS()
	sc.UpdatedAtMS = sc.CreatedAtMS
	err := s.write(ctx, schedulesTopic, func(tx *gorm.DB) error { return tx.Create(sc).Error })
	return nameFault(err, sc.Name, "create schedule")
}

// scheduleDefinition are the columns that an operator's edit writes; the others belong to
// the scheduler.
var scheduleDefinition = []string{"name", "cron", "time_zone", "job_type", "scope_json", "enabled", "overlap", "catch_up",
	"armed_at_ms", "next_run_ms", "alerted_at_ms", "updated_at_ms"}

// SaveSchedule writes what an operator may edit of a schedule.
func (s *Store) SaveSchedule(ctx context.Context, sc *models.Schedule) error {
	sc.UpdatedAtMS = s.nowMS()
	err := s.write(ctx, schedulesTopic, func(tx *gorm.DB) error {
		return foundSchedule(tx.Model(sc).Select(scheduleDefinition).Updates(sc), sc.ID)
	})
	return nameFault(err, sc.Name, "save schedule")
}

func nameFault(err error, name, doing string) error {
	switch {
	case err == nil || models.ClassOf(err) == models.ClassNotFound:
		return err
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return models.Invalid("name", models.CodeNameTaken, "there is a schedule %q already; choose another name", name)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// DeleteSchedule removes a schedule with its runs; the jobs that it made stay.
func (s *Store) DeleteSchedule(ctx context.Context, id int64) error {
	return s.write(ctx, schedulesTopic, func(tx *gorm.DB) error {
		return foundSchedule(tx.Delete(&models.Schedule{}, id), id)
	})
}

// SetScheduleAlert notes since when a schedule is in alert, 0 when it is over.
func (s *Store) SetScheduleAlert(ctx context.Context, id, sinceMS int64) error {
	return s.write(ctx, schedulesTopic, func(tx *gorm.DB) error {
		return foundSchedule(tx.Model(&models.Schedule{}).Where("id = ?", id).Update("alerted_at_ms", sinceMS), id)
	})
}

// ReplanSchedule lets a schedule's plan begin anew at nowMS, with the given next run, unless
// it changed since it was read. What is noted of later times was told by a clock that was
// ahead.
func (s *Store) ReplanSchedule(ctx context.Context, sc models.Schedule, nowMS, nextMS int64) error {
	return s.write(ctx, schedulesTopic, func(tx *gorm.DB) error {
		return tx.Model(&models.Schedule{}).Where("id = ? AND next_run_ms = ?", sc.ID, sc.NextRunMS).Updates(map[string]any{
			"next_run_ms": nextMS, "armed_at_ms": nowMS, "alerted_at_ms": 0, "last_finished_ms": min(sc.LastFinishedMS, nowMS)}).Error
	})
}

func foundSchedule(res *gorm.DB, id int64) error {
	if res.Error == nil && res.RowsAffected == 0 {
		return noSchedule(id)
	}
	return res.Error
}

func noSchedule(id int64) error { return models.NotFound("there is no schedule %d", id) }
