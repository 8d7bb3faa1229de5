package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"catalogsync/models"
)

// logWindow is how many lines one look-up of a narrowed log reads at most.
const logWindow = 20_000

// ListLogs is one page of the log of all jobs, newest first. It pages by id and reads a
// bounded number of lines, however many there are.
func (s *Store) ListLogs(ctx context.Context, f models.LogFilter) (models.LogPage, error) {
	var page models.LogPage
	var floor int64
	if f.Narrow() {
		var err error
		if floor, err = logFloor(s.read(ctx), f, logWindow); err != nil {
			return page, fmt.Errorf("list log: %w", err)
		}
	}
	limit := bounded(f.Limit)
	if err := logLines(s.read(ctx), f, floor).Limit(limit + 1).Find(&page.Lines).Error; err != nil {
		return page, fmt.Errorf("list log: %w", err)
	}
	switch {
	case len(page.Lines) > limit:
		page.Lines = page.Lines[:limit]
		page.Next = page.Lines[limit-1].ID
	case floor > 0:
		page.Next = floor
	}
	return page, nil
}

// logFloor is the id of the last line that a look-up reads, 0 = it reads all there are.
func logFloor(q *gorm.DB, f models.LogFilter, window int) (int64, error) {
	var floor int64
	err := logsBefore(q, f).Select("id").Order("id DESC").Offset(window - 1).Limit(1).Scan(&floor).Error
	return floor, err
}

// logsBefore are the lines that paging and the job leave; an index serves both.
func logsBefore(q *gorm.DB, f models.LogFilter) *gorm.DB {
	q = q.Model(&models.JobLog{})
	if f.JobID > 0 {
		q = q.Where("job_run_id = ?", f.JobID)
	}
	if f.Before > 0 {
		q = q.Where("id < ?", f.Before)
	}
	return q
}

// logLines are the lines that match, newest first, down to the floor.
func logLines(q *gorm.DB, f models.LogFilter, floor int64) *gorm.DB {
	q = logsBefore(q, f).Order("id DESC")
	if floor > 0 {
		q = q.Where("id >= ?", floor)
	}
	if i := slices.Index(models.LogLevels, f.Level); i > 0 {
		q = q.Where("level IN ?", models.LogLevels[i:])
	}
	if f.Source != "" {
		q = q.Where("source = ?", f.Source)
	}
	if f.Text != "" {
		q = q.Where(`lower(text) LIKE ? ESCAPE '\'`, containing(strings.ToLower(f.Text)))
	}
	return q
}
