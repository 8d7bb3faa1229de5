package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// stoppedBatch bounds the items that one transaction releases or fails when an outage
// ends, so that the writer is free again soon.
const stoppedBatch = 5000

// keptOutages is how many ended outages of a source are remembered.
const keptOutages = 100

// OpenOutages lists the outages that are not over.
func (s *Store) OpenOutages(ctx context.Context) ([]models.SourceOutage, error) {
	var rows []models.SourceOutage
	err := s.read(ctx).Where("state = 'open'").Order("source").Find(&rows).Error
	return rows, err
}

// SaveOutage writes an open outage as it is now, and lets the items that it stopped tell
// the new time.
func (s *Store) SaveOutage(ctx context.Context, o models.SourceOutage) error {
	err := s.write(ctx, []revision.Topic{revision.Jobs, revision.Sources}, func(tx *gorm.DB) error {
		return saveOutage(tx, o, s.nowMS())
	})
	if err != nil {
		return fmt.Errorf("save outage of %s: %w", o.Source, err)
	}
	return nil
}

func saveOutage(tx *gorm.DB, o models.SourceOutage, now int64) error {
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&o).Error; err != nil {
		return err
	}
	return tx.Exec(`UPDATE job_items SET not_before_ms = ?, updated_at_ms = ?
		WHERE `+stoppedBy+` AND not_before_ms <> ?`, max(o.UntilMS, 1), now, o.Source, max(o.UntilMS, 1)).Error
}

// stoppedBy finds the items that wait for a source; the first two terms name the index.
const stoppedBy = `state = 'pending' AND wait_source <> '' AND wait_source = ?`

// ReleaseStopped makes a batch of the items ready that an outage stopped, and counts them
// by job. The outage is closed in the transaction that finds no more of them.
func (s *Store) ReleaseStopped(ctx context.Context, o models.SourceOutage) (byJob map[int64]int64, more bool, err error) {
	err = s.write(ctx, []revision.Topic{revision.Jobs, revision.Sources}, func(tx *gorm.DB) error {
		now := s.nowMS()
		var rows []models.JobItem
		err := tx.Raw(`UPDATE job_items SET not_before_ms = 0, wait_reason = '', wait_source = '', updated_at_ms = ?
			WHERE id IN (SELECT id FROM job_items WHERE `+stoppedBy+` LIMIT ?) RETURNING job_run_id`,
			now, o.Source, stoppedBatch).Scan(&rows).Error
		if err != nil {
			return err
		}
		byJob = map[int64]int64{}
		for i := range rows {
			byJob[rows[i].JobRunID]++
		}
		if more = len(rows) == stoppedBatch; more {
			return nil
		}
		return closeOutage(tx, o, now)
	})
	if err != nil {
		return nil, false, fmt.Errorf("end outage of %s: %w", o.Source, err)
	}
	return byJob, more, nil
}

// closeOutage closes an outage and forgets the source's oldest ones.
func closeOutage(tx *gorm.DB, o models.SourceOutage, now int64) error {
	err := tx.Exec(`UPDATE source_outages SET state = 'closed', until_ms = 0, closed_at_ms = ?
		WHERE source = ? AND since_ms = ? AND state = 'open'`, now, o.Source, o.SinceMS).Error
	if err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM source_outages WHERE source = ? AND state = 'closed' AND since_ms < (
		SELECT since_ms FROM source_outages WHERE source = ? ORDER BY since_ms DESC LIMIT 1 OFFSET ?)`,
		o.Source, o.Source, keptOutages-1).Error
}

// FailStopped fails a batch of the items that wait for a source, for the reason given,
// and lists them; more says that some are left.
func (s *Store) FailStopped(ctx context.Context, source, reason string) (failed []models.JobItem, more bool, err error) {
	err = s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		now := s.nowMS()
		failed = nil
		err := tx.Raw(`UPDATE job_items SET state = 'failed', wait_source = '', wait_reason = '', not_before_ms = 0,
			error_text = ?, finished_at_ms = ?, updated_at_ms = ?
			WHERE id IN (SELECT id FROM job_items WHERE `+stoppedBy+` LIMIT ?)
			RETURNING id, job_run_id, job_stage_id, song_id`, reason, now, now, source, stoppedBatch).Scan(&failed).Error
		if err != nil {
			return err
		}
		deltas := itemDeltas{}
		for i := range failed {
			deltas.move(stageKey{failed[i].JobRunID, failed[i].JobStageID}, models.ItemPending, models.ItemFailed, 1)
		}
		more = len(failed) == stoppedBatch
		return deltas.apply(tx, now)
	})
	if err != nil {
		return nil, false, fmt.Errorf("give up items that wait for %s: %w", source, err)
	}
	return failed, more, nil
}

// releaseOrphans makes items ready that wait for an outage which is not there.
func releaseOrphans(tx *gorm.DB, now int64) error {
	return tx.Exec(`UPDATE job_items SET not_before_ms = 0, wait_reason = '', wait_source = '', updated_at_ms = ?
		WHERE state = 'pending' AND wait_source <> ''
		AND NOT EXISTS (SELECT 1 FROM source_outages o WHERE o.source = job_items.wait_source AND o.state = 'open')`, now).Error
}
