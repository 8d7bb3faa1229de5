package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/models"
)

// keptScheduleRuns is how many runs of a schedule are kept.
const keptScheduleRuns = 1000

// ClaimScheduleRun takes a planned time. It gives false when that was served before, or
// when the schedule was edited or moved on since it was read.
func (s *Store) ClaimScheduleRun(ctx context.Context, c models.ScheduleClaim) (models.ScheduleRun, bool, error) {
	claimed := false
	err := s.write(ctx, schedulesTopic, func(tx *gorm.DB) error {
		moved, err := moveSchedule(tx, c)
		if err != nil || !moved {
			return err
		}
		c.Run.CreatedAtMS = s.nowMS()
		if err := addMissed(tx, c); err != nil {
			return err
		}
		res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&c.Run)
		if claimed = res.RowsAffected == 1; res.Error != nil || !claimed {
			return res.Error
		}
		err = tx.Model(&models.Schedule{}).Where("id = ?", c.Run.ScheduleID).
			Updates(map[string]any{"last_run_ms": c.Run.PlannedMS, "last_result": c.Result}).Error
		if err != nil {
			return err
		}
		return pruneScheduleRuns(tx, c.Run.ScheduleID)
	})
	if err != nil {
		return c.Run, false, fmt.Errorf("claim run of schedule %d: %w", c.Run.ScheduleID, err)
	}
	return c.Run, claimed, nil
}

// moveSchedule goes on to the next planned time; false when the schedule is not as it
// was read. A run by hand leaves the plan alone.
func moveSchedule(tx *gorm.DB, c models.ScheduleClaim) (bool, error) {
	if c.SeenNextMS == 0 {
		return true, nil
	}
	res := tx.Model(&models.Schedule{}).Where("id = ? AND next_run_ms = ?", c.Run.ScheduleID, c.SeenNextMS).Update("next_run_ms", c.NextMS)
	return res.RowsAffected == 1, res.Error
}

func addMissed(tx *gorm.DB, c models.ScheduleClaim) error {
	if len(c.Missed) == 0 {
		return nil
	}
	rows := make([]models.ScheduleRun, len(c.Missed))
	for i, planned := range c.Missed {
		rows[i] = models.ScheduleRun{ScheduleID: c.Run.ScheduleID, PlannedMS: planned, State: models.ScheduleRunMissed,
			Origin: c.Run.Origin, CreatedAtMS: c.Run.CreatedAtMS, FinishedAtMS: c.Run.CreatedAtMS}
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, batchRows).Error
}

func pruneScheduleRuns(tx *gorm.DB, scheduleID int64) error {
	return tx.Exec(`DELETE FROM schedule_runs WHERE schedule_id = ? AND finished_at_ms > 0 AND planned_ms <=
		(SELECT planned_ms FROM schedule_runs WHERE schedule_id = ? ORDER BY planned_ms DESC LIMIT 1 OFFSET ?)`,
		scheduleID, scheduleID, keptScheduleRuns).Error
}

// LinkScheduleJob notes the job of a run, as the last one of its schedule.
func (s *Store) LinkScheduleJob(ctx context.Context, run models.ScheduleRun, jobID int64) error {
	err := s.write(ctx, schedulesTopic, func(tx *gorm.DB) error {
		if err := tx.Model(&models.ScheduleRun{}).Where("id = ?", run.ID).Update("job_run_id", jobID).Error; err != nil {
			return err
		}
		return tx.Model(&models.Schedule{}).Where("id = ?", run.ScheduleID).Update("last_job_id", jobID).Error
	})
	if err != nil {
		return fmt.Errorf("link job %d to run %d of a schedule: %w", jobID, run.ID, err)
	}
	return nil
}

// FinishScheduleRun ends a run with its report. The schedule shows the result when no
// later run has taken its place.
func (s *Store) FinishScheduleRun(ctx context.Context, f models.ScheduleFinish) error {
	err := s.write(ctx, schedulesTopic, func(tx *gorm.DB) error {
		run := map[string]any{"finished_at_ms": f.FinishedAtMS, "report_json": f.ReportJSON}
		if f.State != "" {
			run["state"] = f.State
		}
		if err := tx.Model(&models.ScheduleRun{}).Where("id = ?", f.Run.ID).Updates(run).Error; err != nil {
			return err
		}
		err := tx.Model(&models.Schedule{}).Where("id = ? AND last_run_ms = ?", f.Run.ScheduleID, f.Run.PlannedMS).
			Update("last_result", f.Result).Error
		if err != nil || !f.Result.Good() {
			return err
		}
		return tx.Model(&models.Schedule{}).Where("id = ? AND last_finished_ms < ?", f.Run.ScheduleID, f.FinishedAtMS).
			Update("last_finished_ms", f.FinishedAtMS).Error
	})
	if err != nil {
		return fmt.Errorf("finish run %d of a schedule: %w", f.Run.ID, err)
	}
	return nil
}
