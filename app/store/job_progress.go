package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// SaveProgress writes what the runner kept in memory, in one transaction: progress of
// items that still run, the workers' state, the log.
func (s *Store) SaveProgress(ctx context.Context, p models.JobProgress) error {
	topics := []revision.Topic{revision.Progress}
	if len(p.Logs) > 0 {
		topics = append(topics, revision.Jobs)
	}
	err := s.write(ctx, topics, func(tx *gorm.DB) error {
		for chunk := range slices.Chunk(p.Items, resultRows) {
			if err := saveItemProgress(tx, chunk, s.nowMS()); err != nil {
				return err
			}
		}
		if len(p.Workers) > 0 {
			upsert := tx.Clauses(clause.OnConflict{
				Columns:   []clause.Column{{Name: "job_run_id"}, {Name: "name"}},
				UpdateAll: true,
			})
			if err := upsert.CreateInBatches(p.Workers, batchRows).Error; err != nil {
				return err
			}
		}
		if len(p.Logs) > 0 {
			return tx.CreateInBatches(p.Logs, batchRows).Error
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save progress: %w", err)
	}
	return nil
}

func saveItemProgress(tx *gorm.DB, items []models.ItemProgress, now int64) error {
	const columns = 6
	args := make([]any, 0, len(items)*columns)
	for _, p := range items {
		args = append(args, p.ItemID, p.Done, p.Total, p.Unit, p.Text, now)
	}
	return tx.Exec(`WITH p (item, done, total, unit, note, at) AS (VALUES `+valueRows(len(items), columns)+`)
		UPDATE job_items SET progress_done = p.done, progress_total = p.total, progress_unit = p.unit,
			progress_text = p.note, updated_at_ms = p.at
		FROM p WHERE job_items.id = p.item AND job_items.state = 'running'`, args...).Error
}
