package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// cancelBatch bounds the waiting items that one transaction cancels, so that the writer
// is free again soon; CancelLeftovers does the rest.
const cancelBatch = 5000

// moveItems moves the items of the change and keeps the counters.
func moveItems(tx *gorm.DB, c models.JobChange, now int64) (int64, error) {
	if c.Items == nil {
		return 0, nil
	}
	deltas := itemDeltas{}
	var moved int64
	for _, from := range c.Items.From {
		to, ok := from.Next(c.Items.Event)
		if !ok {
			return 0, fmt.Errorf("item event %s is not allowed in state %s", c.Items.Event, from)
		}
		n, err := moveItemsFrom(tx, c, from, to, now, deltas)
		if err != nil {
			return 0, err
		}
		moved += n
	}
	if moved == 0 && !c.Items.Optional {
		return 0, models.NewError(models.ClassConflict, models.CodeNotAllowed, "no item of the job can be changed by %s", c.Items.Event)
	}
	return moved, deltas.apply(tx, now)
}

// moveItemsFrom moves the items of one former state, stage by stage, so that the counters
// of each stage are known from the rows affected.
func moveItemsFrom(tx *gorm.DB, c models.JobChange, from, to models.ItemState, now int64, deltas itemDeltas) (int64, error) {
	stages, err := stageIDs(tx, c.JobID, c.Items.Cause.Stage)
	if err != nil {
		return 0, err
	}
	var moved int64
	for _, stage := range stages {
		n, err := moveStageItems(tx, stageKey{c.JobID, stage}, c.Items, from, to, now)
		if err != nil {
			return 0, err
		}
		if n > 0 {
			deltas.move(stageKey{c.JobID, stage}, from, to, n)
			moved += n
		}
	}
	return moved, nil
}

func moveStageItems(tx *gorm.DB, k stageKey, change *models.ItemsChange, from, to models.ItemState, now int64) (int64, error) {
	if from == models.ItemPending && change.ItemID == 0 {
		return cancelPending(tx, k, cancelBatch, now)
	}
	if to == models.ItemPending {
		return retryItems(tx, k, change, from, now)
	}
	set := map[string]any{"state": to, "updated_at_ms": now}
	if to == models.ItemCanceled {
		set["finished_at_ms"] = now
	}
	result := matchItems(tx, k, change, from).Updates(set)
	return result.RowsAffected, result.Error
}

// matchItems selects the items of a stage that a change moves out of one state.
func matchItems(tx *gorm.DB, k stageKey, change *models.ItemsChange, from models.ItemState) *gorm.DB {
	q := tx.Model(&models.JobItem{}).Where("job_run_id = ? AND job_stage_id = ?", k.job, k.stage).Where(stateIs(from))
	if change.ItemID != 0 {
		q = q.Where("id = ?", change.ItemID)
	}
	if change.Cause.Source != "" {
		q = q.Where("source = ?", change.Cause.Source)
	}
	if change.Cause.ErrorCode != "" {
		q = q.Where("error_code = ?", change.Cause.ErrorCode)
	}
	return q
}

// stateIs spells the state out: a bound parameter would hide the partial indexes.
func stateIs(state models.ItemState) string {
	switch state {
	case models.ItemRunning, models.ItemInterrupted:
		return "state IN ('running', 'interrupted') AND state = '" + string(state) + "'"
	default:
		return "state = '" + string(state) + "'"
	}
}

// stageIDs lists a job's stages in order, those of the given name alone unless it is "".
func stageIDs(tx *gorm.DB, jobID int64, name models.StageName) ([]int64, error) {
	var ids []int64
	q := tx.Model(&models.JobStage{}).Where("job_run_id = ?", jobID)
	if name != "" {
		q = q.Where("name = ?", name)
	}
	err := q.Order("ordinal").Pluck("id", &ids).Error
	return ids, err
}

// cancelPending cancels up to limit pending items of a stage.
func cancelPending(tx *gorm.DB, k stageKey, limit int, now int64) (int64, error) {
	var moved int64
	for _, part := range []string{"not_before_ms = 0", "not_before_ms > 0 AND wait_source = ''", "wait_source <> ''"} {
		result := tx.Exec(`UPDATE job_items SET state = 'canceled', not_before_ms = 0, wait_reason = '', wait_source = '', finished_at_ms = ?, updated_at_ms = ?
			WHERE id IN (SELECT id FROM job_items WHERE job_stage_id = ? AND state = 'pending' AND `+part+` LIMIT ?)`,
			now, now, k.stage, limit)
		if result.Error != nil {
			return moved, result.Error
		}
		moved += result.RowsAffected
	}
	return moved, nil
}

// CancelLeftovers cancels up to a batch of items that still wait in canceled stages of a
// job, and says whether there are more.
func (s *Store) CancelLeftovers(ctx context.Context, jobID int64) (more bool, err error) {
	err = s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		var stages []models.JobStage
		err := tx.Where("job_run_id = ? AND state = ? AND pending > 0", jobID, models.StageCanceled).Find(&stages).Error
		if err != nil {
			return err
		}
		deltas := itemDeltas{}
		for i := range stages {
			k := stageKey{jobID, stages[i].ID}
			n, err := cancelPending(tx, k, cancelBatch, s.nowMS())
			if err != nil {
				return err
			}
			deltas.move(k, models.ItemPending, models.ItemCanceled, n)
			more = more || n < stages[i].Pending
		}
		return deltas.apply(tx, s.nowMS())
	})
	return more, err
}
