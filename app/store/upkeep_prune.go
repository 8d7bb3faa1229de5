package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// prunable are the tables with a finished job's details, those with most rows first, and
// the condition that each row to remove fulfils. The mark of a pruned job stays, and so
// does a command that the runner has not answered yet.
var prunable = []struct{ table, key, also string }{
	{"job_items", "id", ""},
	{"job_logs", "id", ""},
	{"job_playlists", "playlist_id", ""},
	{"job_workers", "id", ""},
	{"job_commands", "id", " AND state <> 'pending'"},
	{"job_events", "id", " AND kind <> '" + models.EventHistoryPruned + "'"},
}

// prunableJobsSQL finds finished jobs that have details. It reads job_runs, which holds
// few rows, and one entry of an index for each table.
func prunableJobsSQL() string {
	some := ""
	for i, p := range prunable {
		if i > 0 {
			some += " OR "
		}
		some += "EXISTS (SELECT 1 FROM " + p.table + " WHERE job_run_id = job_runs.id" + p.also + ")"
	}
	return `SELECT id FROM job_runs WHERE id > ? AND state NOT IN ? AND finished_at_ms > 0 AND finished_at_ms < ?
		AND (` + some + `) ORDER BY id LIMIT ?`
}

// pruneSQL removes a bounded number of a job's rows of one table.
func pruneSQL(table, key, also string) string {
	return `DELETE FROM ` + table + ` WHERE job_run_id = ? AND ` + key + ` IN (
		SELECT ` + key + ` FROM ` + table + ` WHERE job_run_id = ?` + also + ` LIMIT ?)`
}

// FindPrunableJobs lists jobs after afterID, by id, that finished before beforeMS and
// still have details.
func (s *Store) FindPrunableJobs(ctx context.Context, beforeMS, afterID int64, limit int) ([]int64, error) {
	var ids []int64
	err := s.read(ctx).Raw(prunableJobsSQL(), afterID, models.LiveJobStates, beforeMS, limit).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("find jobs to prune: %w", err)
	}
	return ids, nil
}

// PruneJob removes at most limit rows of details of a job that finished before beforeMS,
// in one transaction. A job that was reopened meanwhile is left alone and counts as done.
func (s *Store) PruneJob(ctx context.Context, jobID, beforeMS int64, limit int) (models.PruneStep, error) {
	var step models.PruneStep
	began := s.now()
	err := s.db.WithTx(ctx, func(tx *gorm.DB) error {
		began = s.now() // the wait for the writer is over
		old, err := finishedBefore(tx, jobID, beforeMS)
		if err != nil || !old {
			step.Done = true
			return err
		}
		if err := markPruned(tx, jobID, s.nowMS()); err != nil {
			return err
		}
		for _, p := range prunable {
			left := int64(limit) - step.Rows
			if left <= 0 {
				return nil
			}
			result := tx.Exec(pruneSQL(p.table, p.key, p.also), jobID, jobID, left)
			if result.Error != nil {
				return result.Error
			}
			step.Rows += result.RowsAffected
		}
		step.Done = step.Rows < int64(limit)
		return nil
	})
	step.Held = s.now().Sub(began)
	if err != nil {
		return step, fmt.Errorf("prune job %d: %w", jobID, err)
	}
	if step.Done && step.Rows > 0 {
		s.rev.Bump(revision.Jobs)
	}
	return step, nil
}

func finishedBefore(tx *gorm.DB, jobID, beforeMS int64) (bool, error) {
	var n int64
	err := tx.Raw(`SELECT count(*) FROM job_runs WHERE id = ? AND state NOT IN ? AND finished_at_ms > 0 AND finished_at_ms < ?`,
		jobID, models.LiveJobStates, beforeMS).Scan(&n).Error
	return n > 0, err
}

// markPruned notes once that the job's details are gone. The note comes with the first of
// them, so that nobody takes a half pruned job for one whose sums are wrong.
func markPruned(tx *gorm.DB, jobID, now int64) error {
	return tx.Exec(`INSERT INTO job_events (job_run_id, kind, actor, text, at_ms)
		SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM job_events WHERE job_run_id = ? AND kind = ?)`,
		jobID, models.EventHistoryPruned, "upkeep", "items, log and events were removed for their age", now,
		jobID, models.EventHistoryPruned).Error
}
