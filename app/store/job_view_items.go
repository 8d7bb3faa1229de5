package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"catalogsync/models"
)

// failureGroups bounds the groups of failed items that a page shows.
const failureGroups = 200

// ListJobItems is one page of a job's items in the order in which they were planned, and
// the number of all that match.
func (s *Store) ListJobItems(ctx context.Context, jobID int64, f models.ItemFilter) ([]models.JobItem, int64, error) {
	total, err := s.countItems(ctx, jobID, f)
	if err != nil {
		return nil, 0, err
	}
	var rows []models.JobItem
	err = paged(filterItems(s.read(ctx), jobID, f).Order("id"), f.Page).Find(&rows).Error
	return rows, total, err
}

func filterItems(q *gorm.DB, jobID int64, f models.ItemFilter) *gorm.DB {
	q = q.Model(&models.JobItem{}).Where("job_run_id = ?", jobID)
	switch {
	case slices.Equal(f.States, []models.ItemState{models.ItemFailed}):
		q = q.Table(failedItems).Where("i.state = 'failed'")
	case slices.Equal(f.States, []models.ItemState{models.ItemRunning}):
		q = q.Table(activeItems).Where(runningItems)
	case len(f.States) > 0:
		q = q.Where("state IN ?", f.States)
	}
	if f.Cause.ErrorCode != "" {
		q = q.Where("error_code = ?", f.Cause.ErrorCode)
	}
	if f.Cause.Source != "" {
		q = q.Where("source = ?", f.Cause.Source)
	}
	if f.Cause.Stage != "" {
		q = q.Where("job_stage_id IN (SELECT id FROM job_stages WHERE job_run_id = ? AND name = ?)", jobID, f.Cause.Stage)
	}
	return q
}

// countItems takes the count from the stages' counters where they know it.
func (s *Store) countItems(ctx context.Context, jobID int64, f models.ItemFilter) (int64, error) {
	if f.Cause != (models.FailureCause{}) {
		var n int64
		err := filterItems(s.read(ctx), jobID, f).Count(&n).Error
		return n, err
	}
	detail, err := s.GetJob(ctx, jobID)
	if err != nil {
		return 0, err
	}
	var n int64
	for i := range detail.Stages {
		if len(f.States) == 0 {
			n += detail.Stages[i].Total
		}
		for _, state := range f.States {
			n += detail.Stages[i].Count(state)
		}
	}
	return n, nil
}

// GroupFailedItems counts a job's failed items by stage, source and error code, the
// largest group first.
func (s *Store) GroupFailedItems(ctx context.Context, jobID int64) ([]models.FailureGroup, error) {
	var groups []models.FailureGroup
	err := s.read(ctx).Raw(`
		SELECT st.name AS stage, i.source, i.error_code, COUNT(*) AS count, MAX(i.error_text) AS sample
		FROM `+failedItems+` JOIN job_stages st ON st.id = i.job_stage_id
		WHERE i.job_run_id = ? AND i.state = 'failed'
		GROUP BY st.ordinal, st.name, i.source, i.error_code
		ORDER BY COUNT(*) DESC, st.ordinal, i.source, i.error_code
		LIMIT ?`, jobID, failureGroups).Scan(&groups).Error
	return groups, err
}

// GetJobItem is one item of a job; a ClassNotFound error when the job has none of that id.
func (s *Store) GetJobItem(ctx context.Context, jobID, itemID int64) (models.JobItem, error) {
	var rows []models.JobItem
	err := s.read(ctx).Where("id = ? AND job_run_id = ?", itemID, jobID).Limit(1).Find(&rows).Error
	if err != nil {
		return models.JobItem{}, err
	}
	if len(rows) == 0 {
		return models.JobItem{}, models.NotFound("job %d has no item %d", jobID, itemID)
	}
	return rows[0], nil
}
