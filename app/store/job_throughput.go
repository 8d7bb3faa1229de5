package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"catalogsync/models"
)

const hourMS = int64(time.Hour / time.Millisecond)

// throughputKept is how long hours are kept.
const throughputKept = 400 * 24 * time.Hour

// noteThroughput adds the items that ended to the hour. Items that went back to the queue
// change nothing: what was done in an hour stays done.
func (d itemDeltas) noteThroughput(tx *gorm.DB, now int64) error {
	for k, delta := range d {
		succeeded, skipped := max(0, delta.states[models.ItemSucceeded]), max(0, delta.states[models.ItemSkipped])
		failed := max(0, delta.states[models.ItemFailed])
		if succeeded+skipped+failed+delta.bytes == 0 {
			continue
		}
		err := tx.Exec(`INSERT INTO throughput_hours (hour_ms, stage, succeeded, skipped, failed, bytes)
			SELECT ?, name, ?, ?, ?, ? FROM job_stages WHERE id = ?
			ON CONFLICT (hour_ms, stage) DO UPDATE SET succeeded = throughput_hours.succeeded + excluded.succeeded,
			skipped = throughput_hours.skipped + excluded.skipped, failed = throughput_hours.failed + excluded.failed,
			bytes = throughput_hours.bytes + excluded.bytes`,
			now-now%hourMS, succeeded, skipped, failed, delta.bytes, k.stage).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// ListThroughput lists what one kind of stage did in each hour that began at sinceMS or
// later, in order of time. Hours in which nothing ended are left out.
func (s *Store) ListThroughput(ctx context.Context, stage models.StageName, sinceMS int64) ([]models.ThroughputHour, error) {
	var hours []models.ThroughputHour
	err := s.read(ctx).Where("hour_ms >= ? AND stage = ?", sinceMS, stage).Order("hour_ms").Find(&hours).Error
	if err != nil {
		return nil, fmt.Errorf("list throughput: %w", err)
	}
	return hours, nil
}

// PruneThroughput removes the hours of long ago.
func (s *Store) PruneThroughput(ctx context.Context) error {
	return s.db.WithTx(ctx, func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM throughput_hours WHERE hour_ms < ?", models.NowMS(s.now().Add(-throughputKept))).Error
	})
}
