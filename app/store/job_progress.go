package store

import (
	"context"
	"fmt"

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
		if err := saveItemProgress(tx, p.Items, s.nowMS()); err != nil {
			return err
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
	for _, p := range items {
		err := tx.Exec(`UPDATE job_items SET progress_done = ?, progress_total = ?, progress_unit = ?, progress_text = ?, updated_at_ms = ?
			WHERE id = ? AND state = 'running'`, p.Done, p.Total, p.Unit, p.Text, now, p.ItemID).Error
		if err != nil {
			return err
		}
	}
	return nil
}
