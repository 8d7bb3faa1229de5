package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// CreateWaitingExport keeps an export that waits, and sets its ID.
func (s *Store) CreateWaitingExport(ctx context.Context, w *models.WaitingExport) error {
	if err := s.write(ctx, []revision.Topic{revision.Exports}, func(tx *gorm.DB) error { return tx.Create(w).Error }); err != nil {
		return fmt.Errorf("keep waiting export: %w", err)
	}
	return nil
}

// ListWaitingExports lists the exports that have not been forgotten at nowMS, newest first;
// no states mean all.
func (s *Store) ListWaitingExports(ctx context.Context, nowMS int64, limit int, states ...models.WaitingState) ([]models.WaitingExport, error) {
	q := s.read(ctx).Where("expires_at_ms > ?", nowMS)
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	var list []models.WaitingExport
	if err := q.Order("id DESC").Limit(limit).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list waiting exports: %w", err)
	}
	return list, nil
}

// EndWaitingExport writes how a waiting export ended; false when it does not wait any more.
func (s *Store) EndWaitingExport(ctx context.Context, w models.WaitingExport) (bool, error) {
	return s.changeWaiting(ctx, w.ID, "state = 'waiting'", map[string]any{
		"state": w.State, "bundle_name": w.BundleName, "missing": w.Missing, "error_code": w.ErrorCode, "error_text": w.ErrorText,
		"ended_at_ms": w.EndedAtMS, "expires_at_ms": w.ExpiresAtMS,
	})
}

// SeeWaitingExport puts an offer away; false when there is none.
func (s *Store) SeeWaitingExport(ctx context.Context, id int64) (bool, error) {
	return s.changeWaiting(ctx, id, "1 = 1", map[string]any{"seen_at_ms": s.nowMS()})
}

func (s *Store) changeWaiting(ctx context.Context, id int64, where string, change map[string]any) (bool, error) {
	var changed int64
	err := s.write(ctx, []revision.Topic{revision.Exports}, func(tx *gorm.DB) error {
		r := tx.Model(&models.WaitingExport{}).Where("id = ?", id).Where(where).Updates(change)
		changed = r.RowsAffected
		return r.Error
	})
	if err != nil {
		return false, fmt.Errorf("change waiting export %d: %w", id, err)
	}
	return changed > 0, nil
}

// DeleteWaitingExport forgets an export that waits or ended; false when there is none.
func (s *Store) DeleteWaitingExport(ctx context.Context, id int64) (bool, error) {
	var deleted int64
	err := s.write(ctx, []revision.Topic{revision.Exports}, func(tx *gorm.DB) error {
		r := tx.Delete(&models.WaitingExport{}, id)
		deleted = r.RowsAffected
		return r.Error
	})
	if err != nil {
		return false, fmt.Errorf("forget waiting export %d: %w", id, err)
	}
	return deleted > 0, nil
}

// DeleteExpiredWaitingExports forgets the exports whose time was over at nowMS.
func (s *Store) DeleteExpiredWaitingExports(ctx context.Context, nowMS int64) error {
	var expired int64
	if err := s.read(ctx).Model(&models.WaitingExport{}).Where("expires_at_ms <= ?", nowMS).Count(&expired).Error; err != nil || expired == 0 {
		return err
	}
	return s.write(ctx, []revision.Topic{revision.Exports}, func(tx *gorm.DB) error {
		return tx.Where("expires_at_ms <= ?", nowMS).Delete(&models.WaitingExport{}).Error
	})
}

// JobsProgress tells how many of the jobs are unfinished, and how many of the items of all
// are done. Jobs that were removed count as finished.
func (s *Store) JobsProgress(ctx context.Context, ids []int64) (live int, done, total int64, err error) {
	for chunk := range slices.Chunk(ids, chunkIDs) {
		var runs []models.JobRun
		if err := s.read(ctx).Select("state", "items_done", "items_total").Where("id IN ?", chunk).Find(&runs).Error; err != nil {
			return 0, 0, 0, fmt.Errorf("look at %d jobs: %w", len(ids), err)
		}
		for _, r := range runs {
			done += r.ItemsDone
			total += r.ItemsTotal
			if r.State.Live() {
				live++
			}
		}
	}
	return live, done, total, nil
}
