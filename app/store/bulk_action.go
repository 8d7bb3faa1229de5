package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// CreateBulkAction writes an action and sets its ID. Those from before keepFromMS are
// forgotten: nothing of them can be undone any more.
func (s *Store) CreateBulkAction(ctx context.Context, a *models.BulkAction, keepFromMS int64) error {
	err := s.write(ctx, nil, func(tx *gorm.DB) error {
		if err := tx.Where("created_at_ms < ?", keepFromMS).Delete(&models.BulkAction{}).Error; err != nil {
			return err
		}
		return tx.Create(a).Error
	})
	if err != nil {
		return fmt.Errorf("write bulk action: %w", err)
	}
	return nil
}

// DeleteBulkAction forgets an action that was not done.
func (s *Store) DeleteBulkAction(ctx context.Context, id int64) error {
	err := s.write(ctx, nil, func(tx *gorm.DB) error { return tx.Delete(&models.BulkAction{}, id).Error })
	if err != nil {
		return fmt.Errorf("forget bulk action %d: %w", id, err)
	}
	return nil
}

// GetBulkAction gets an action; a missing one is ClassNotFound.
func (s *Store) GetBulkAction(ctx context.Context, id int64) (models.BulkAction, error) {
	return s.takeBulkAction(ctx, "id = ?", id)
}

// FindJobsBulkAction gets the action that a job carries out; a missing one is ClassNotFound.
func (s *Store) FindJobsBulkAction(ctx context.Context, jobID int64) (models.BulkAction, error) {
	return s.takeBulkAction(ctx, "job_run_id = ? AND job_run_id > 0", jobID)
}

func (s *Store) takeBulkAction(ctx context.Context, where string, id int64) (models.BulkAction, error) {
	var a models.BulkAction
	err := s.read(ctx).Where(where, id).Take(&a).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return a, models.NotFound("there is no bulk action %d", id)
	}
	if err != nil {
		return a, fmt.Errorf("get bulk action %d: %w", id, err)
	}
	return a, nil
}

// SetBulkJob says which job carries an action out.
func (s *Store) SetBulkJob(ctx context.Context, actionID, jobID int64) error {
	return s.changeBulk(ctx, actionID, map[string]any{"job_run_id": jobID})
}

// SaveBulkResult notes what came of an action; applied says that it is done.
func (s *Store) SaveBulkResult(ctx context.Context, actionID int64, resultJSON string, applied bool) error {
	change := map[string]any{"result_json": resultJSON}
	if applied {
		change["applied_at_ms"] = s.nowMS()
	}
	return s.changeBulk(ctx, actionID, change)
}

// MarkBulkUndone notes that an action was taken back; false when it was before.
func (s *Store) MarkBulkUndone(ctx context.Context, actionID int64) (bool, error) {
	var changed int64
	err := s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		r := tx.Model(&models.BulkAction{}).Where("id = ? AND undone_at_ms = 0", actionID).Update("undone_at_ms", s.nowMS())
		changed = r.RowsAffected
		return r.Error
	})
	if err != nil {
		return false, fmt.Errorf("undo bulk action %d: %w", actionID, err)
	}
	return changed > 0, nil
}

func (s *Store) changeBulk(ctx context.Context, actionID int64, change map[string]any) error {
	err := s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		return tx.Model(&models.BulkAction{}).Where("id = ?", actionID).Updates(change).Error
	})
	if err != nil {
		return fmt.Errorf("change bulk action %d: %w", actionID, err)
	}
	return nil
}

// MarkForBulk sets or takes the marks of playlists, notes those that it changed as the
// action's, and counts them. An action that was undone changes nothing.
func (s *Store) MarkForBulk(ctx context.Context, actionID int64, ids []int64, wanted bool) (changed int64, err error) {
	err = s.write(ctx, []revision.Topic{revision.Playlists}, func(tx *gorm.DB) error {
		var undone int64
		if err := tx.Model(&models.BulkAction{}).Where("id = ? AND undone_at_ms > 0", actionID).Count(&undone).Error; err != nil || undone > 0 {
			return err
		}
		for chunk := range slices.Chunk(ids, chunkIDs) {
			n, err := s.markChunk(tx, actionID, chunk, wanted)
			if err != nil {
				return err
			}
			changed += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("mark %d playlists: %w", len(ids), err)
	}
	return changed, nil
}

func (s *Store) markChunk(tx *gorm.DB, actionID int64, ids []int64, wanted bool) (int64, error) {
	var differ []int64
	if err := tx.Model(&models.Playlist{}).Where("id IN ? AND wanted <> ?", ids, wanted).Pluck("id", &differ).Error; err != nil || len(differ) == 0 {
		return 0, err
	}
	marks := make([]models.BulkMark, len(differ))
	for i, id := range differ {
		marks[i] = models.BulkMark{BulkActionID: actionID, PlaylistID: id}
	}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&marks, batchRows).Error; err != nil {
		return 0, err
	}
	r := tx.Model(&models.Playlist{}).Where("id IN ?", differ).Updates(map[string]any{"wanted": wanted, "updated_at_ms": s.nowMS()})
	return r.RowsAffected, r.Error
}

// CountBulkMarks counts the marks that an action changed.
func (s *Store) CountBulkMarks(ctx context.Context, actionID int64) (int64, error) {
	var n int64
	if err := s.read(ctx).Model(&models.BulkMark{}).Where("bulk_action_id = ?", actionID).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count marks of bulk action %d: %w", actionID, err)
	}
	return n, nil
}

// RestoreBulkMarks gives the playlists that an action marked, or took the mark of, what they
// had, where it is still as the action left it, and counts them.
func (s *Store) RestoreBulkMarks(ctx context.Context, actionID int64, wanted bool) (restored int64, err error) {
	err = s.write(ctx, []revision.Topic{revision.Playlists}, func(tx *gorm.DB) error {
		r := tx.Model(&models.Playlist{}).
			Where("id IN (SELECT playlist_id FROM bulk_marks WHERE bulk_action_id = ?) AND wanted <> ?", actionID, wanted).
			Updates(map[string]any{"wanted": wanted, "updated_at_ms": s.nowMS()})
		restored = r.RowsAffected
		return r.Error
	})
	if err != nil {
		return 0, fmt.Errorf("restore marks of bulk action %d: %w", actionID, err)
	}
	return restored, nil
}
