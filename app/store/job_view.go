package store

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"catalogsync/models"
)

// maxViewRows bounds every list of job rows that is read at once.
const maxViewRows = 500

// bounded is n within 1 and maxViewRows; 0 and less mean the most.
func bounded(n int) int {
	if n < 1 || n > maxViewRows {
		return maxViewRows
	}
	return n
}

// paged limits a query to one page of at most maxViewRows rows.
func paged(q *gorm.DB, p models.Page) *gorm.DB {
	p.Size = bounded(p.Size)
	return q.Limit(p.Size).Offset(p.Offset())
}

// ListJobs is one page of jobs, newest first, each with its stages, and the number of
// all jobs that match.
func (s *Store) ListJobs(ctx context.Context, f models.JobFilter) ([]models.JobDetail, int64, error) {
	narrow := func() *gorm.DB {
		q := s.read(ctx).Model(&models.JobRun{})
		if len(f.States) > 0 {
			q = q.Where("state IN ?", f.States)
		}
		return q
	}
	var total int64
	if err := narrow().Count(&total).Error; err != nil {
		return nil, 0, err
	}
	var runs []models.JobRun
	if err := paged(narrow().Order("id DESC"), f.Page).Find(&runs).Error; err != nil {
		return nil, 0, err
	}
	details, err := withStages(s.read(ctx), runs)
	return details, total, err
}

// GetJob is one job with its stages; a ClassNotFound error when there is none.
func (s *Store) GetJob(ctx context.Context, id int64) (models.JobDetail, error) {
	return jobDetail(s.read(ctx), id)
}

func jobDetail(q *gorm.DB, id int64) (models.JobDetail, error) {
	var run models.JobRun
	err := q.Take(&run, "id = ?", id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.JobDetail{}, models.NotFound("there is no job %d", id)
	}
	if err != nil {
		return models.JobDetail{}, err
	}
	details, err := withStages(q, []models.JobRun{run})
	if err != nil {
		return models.JobDetail{}, err
	}
	return details[0], nil
}

// withStages joins the stages of the given jobs to them, in order.
func withStages(q *gorm.DB, runs []models.JobRun) ([]models.JobDetail, error) {
	details := make([]models.JobDetail, len(runs))
	index := make(map[int64]int, len(runs))
	ids := make([]int64, len(runs))
	for i, run := range runs {
		details[i].JobRun = run
		index[run.ID] = i
		ids[i] = run.ID
	}
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var stages []models.JobStage
		if err := q.Where("job_run_id IN ?", chunk).Order("job_run_id, ordinal").Find(&stages).Error; err != nil {
			return nil, err
		}
		for _, stage := range stages {
			d := &details[index[stage.JobRunID]]
			d.Stages = append(d.Stages, stage)
		}
	}
	return details, nil
}

// ListJobWorkers lists a job's workers by stage and name.
func (s *Store) ListJobWorkers(ctx context.Context, jobID int64) ([]models.JobWorker, error) {
	var rows []models.JobWorker
	err := s.read(ctx).Where("job_run_id = ?", jobID).Order("job_stage_id, length(name), name").Limit(maxViewRows).Find(&rows).Error
	return rows, err
}

// ListJobEvents lists a job's events in order of time: those after afterID, or the
// latest ones when afterID is 0.
func (s *Store) ListJobEvents(ctx context.Context, jobID, afterID int64, limit int) ([]models.JobEventRow, error) {
	return follow[models.JobEventRow](s.read(ctx), jobID, afterID, limit)
}

// ListJobLogs lists the lines of a job's log like ListJobEvents.
func (s *Store) ListJobLogs(ctx context.Context, jobID, afterID int64, limit int) ([]models.JobLog, error) {
	return follow[models.JobLog](s.read(ctx), jobID, afterID, limit)
}

// follow reads the rows of a job that come after a known one, or the last ones.
func follow[Row any](q *gorm.DB, jobID, afterID int64, limit int) ([]Row, error) {
	var rows []Row
	q = q.Where("job_run_id = ?", jobID).Limit(bounded(limit))
	if afterID > 0 {
		err := q.Where("id > ?", afterID).Order("id").Find(&rows).Error
		return rows, err
	}
	err := q.Order("id DESC").Find(&rows).Error
	slices.Reverse(rows)
	return rows, err
}

// ListJobCommands lists a job's latest commands, newest first.
func (s *Store) ListJobCommands(ctx context.Context, jobID int64, limit int) ([]models.JobCommand, error) {
	var rows []models.JobCommand
	err := s.read(ctx).Where("job_run_id = ?", jobID).Order("id DESC").Limit(bounded(limit)).Find(&rows).Error
	return rows, err
}
