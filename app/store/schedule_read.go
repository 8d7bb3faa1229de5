package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/models"
)

// ListSchedules lists all schedules by name.
func (s *Store) ListSchedules(ctx context.Context) ([]models.Schedule, error) {
	var list []models.Schedule
	if err := s.read(ctx).Order("name, id").Limit(maxViewRows).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	return list, nil
}

// GetSchedule is one schedule; a ClassNotFound error when there is none.
func (s *Store) GetSchedule(ctx context.Context, id int64) (models.Schedule, error) {
	var sc models.Schedule
	err := s.read(ctx).Take(&sc, id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return sc, noSchedule(id)
	}
	return sc, err
}

// ListScheduleRuns is one page of a schedule's runs, latest first, and the number of all.
func (s *Store) ListScheduleRuns(ctx context.Context, scheduleID int64, page models.Page) ([]models.ScheduleRun, int64, error) {
	of := func() *gorm.DB {
		return s.read(ctx).Model(&models.ScheduleRun{}).Where("schedule_id = ?", scheduleID)
	}
	var total int64
	if err := of().Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count runs of schedule %d: %w", scheduleID, err)
	}
	var rows []models.ScheduleRun
	if err := paged(of().Order("planned_ms DESC"), page).Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("list runs of schedule %d: %w", scheduleID, err)
	}
	return rows, total, nil
}

// GetScheduleRun is one run of a schedule; a ClassNotFound error when there is none.
func (s *Store) GetScheduleRun(ctx context.Context, scheduleID, runID int64) (models.ScheduleRun, error) {
	var run models.ScheduleRun
	err := s.read(ctx).Where("schedule_id = ?", scheduleID).Take(&run, runID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return run, models.NotFound("schedule %d has no run %d", scheduleID, runID)
	}
	return run, err
}

// LatestScheduleRuns gives the run with the latest planned time of each schedule.
func (s *Store) LatestScheduleRuns(ctx context.Context) (map[int64]models.ScheduleRun, error) {
	var rows []models.ScheduleRun
	err := s.read(ctx).Raw(`SELECT r.* FROM schedules s JOIN schedule_runs r ON r.schedule_id = s.id AND r.planned_ms = s.last_run_ms`).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read latest runs of schedules: %w", err)
	}
	latest := make(map[int64]models.ScheduleRun, len(rows))
	for _, r := range rows {
		latest[r.ScheduleID] = r
	}
	return latest, nil
}

// OpenScheduleRuns lists the runs that have not ended, oldest first.
func (s *Store) OpenScheduleRuns(ctx context.Context) ([]models.ScheduleRun, error) {
	var rows []models.ScheduleRun
	if err := s.read(ctx).Where("finished_at_ms = 0").Order("id").Limit(maxViewRows).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read open runs of schedules: %w", err)
	}
	return rows, nil
}

// ScheduleBusy says whether a run of a schedule has not ended, or its last job was taken
// up again, and gives that job, 0 when it is not made yet.
func (s *Store) ScheduleBusy(ctx context.Context, scheduleID int64) (jobID int64, busy bool, err error) {
	var ids []int64
	err = s.read(ctx).Raw(`SELECT coalesce(job_run_id, 0) FROM schedule_runs WHERE schedule_id = ? AND finished_at_ms = 0
		UNION ALL SELECT j.id FROM schedules s JOIN job_runs j ON j.id = s.last_job_id WHERE s.id = ? AND j.state IN ?
		LIMIT 1`, scheduleID, scheduleID, models.LiveJobStates).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return 0, false, err
	}
	return ids[0], true, nil
}

// FindScheduleJob finds the job that was made for a run, 0 when there is none.
func (s *Store) FindScheduleJob(ctx context.Context, run models.ScheduleRun) (int64, error) {
	var id int64
	err := s.read(ctx).Raw(`SELECT id FROM job_runs WHERE origin = ? AND title = ? AND created_at_ms >= ? ORDER BY id LIMIT 1`,
		run.Origin, run.JobTitle, run.CreatedAtMS).Scan(&id).Error
	return id, err
}

// FindReportBefore finds the latest run before another one of its schedule that has a
// report of a job; nil when there is none.
func (s *Store) FindReportBefore(ctx context.Context, run models.ScheduleRun) (*models.ScheduleRun, error) {
	var rows []models.ScheduleRun
	err := s.read(ctx).Where("schedule_id = ? AND planned_ms < ? AND report_json <> '' AND job_run_id IS NOT NULL", run.ScheduleID, run.PlannedMS).
		Order("planned_ms DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// CountScheduleChanges counts what a job changed in the catalogue while it ran: the
// playlists that are new on the given platforms (all, when there are none; 0 playlists
// unless collects), and the songs that came to its playlists and left them.
func (s *Store) CountScheduleChanges(ctx context.Context, job models.JobRun, collects bool, platforms []string) (models.ScheduleCounts, error) {
	var counts models.ScheduleCounts
	from, to := job.StartedAtMS, job.FinishedAtMS
	if collects {
		q := s.read(ctx).Model(&models.Playlist{}).Where("created_at_ms BETWEEN ? AND ?", from, to)
		if len(platforms) > 0 {
			q = q.Where("platform IN ?", platforms)
		}
		if err := q.Count(&counts.NewPlaylists).Error; err != nil {
			return counts, fmt.Errorf("count new playlists of job %d: %w", job.ID, err)
		}
	}
	err := s.read(ctx).Raw(`SELECT count(CASE c.kind WHEN 'added' THEN 1 END) AS songs_in, count(CASE c.kind WHEN 'removed' THEN 1 END) AS songs_out
		FROM job_playlists jp JOIN playlist_changes c ON c.playlist_id = jp.playlist_id AND c.at_ms BETWEEN ? AND ?
		WHERE jp.job_run_id = ?`, from, to, job.ID).Row().Scan(&counts.SongsIn, &counts.SongsOut)
	if err != nil {
		return counts, fmt.Errorf("count song changes of job %d: %w", job.ID, err)
	}
	return counts, nil
}
