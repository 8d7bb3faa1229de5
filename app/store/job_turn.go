package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// resultRows is the number of results that one statement records.
const resultRows = 100

// TurnItems makes one turn of the dispatcher in one transaction. Every item is compared
// and set: a result whose item is no longer running is dropped, a claim takes only what
// is pending.
func (s *Store) TurnItems(ctx context.Context, turn models.ItemTurn) (models.ItemTurned, error) {
	var turned models.ItemTurned
	err := s.db.WithTx(ctx, func(tx *gorm.DB) error {
		turned = models.ItemTurned{}
		deltas := itemDeltas{}
		for chunk := range slices.Chunk(turn.Results, resultRows) {
			if err := recordResults(tx, chunk, turn.NowMS, deltas, &turned); err != nil {
				return fmt.Errorf("record results: %w", err)
			}
		}
		for _, stage := range turn.Stages {
			if err := releaseDue(tx, stage, turn.NowMS, turn.MaxWaitMS); err != nil {
				return fmt.Errorf("release waiting items: %w", err)
			}
		}
		for _, demand := range turn.Claims {
			if err := claimItems(tx, demand, turn.NowMS, deltas, &turned); err != nil {
				return fmt.Errorf("claim items: %w", err)
			}
		}
		if err := deltas.apply(tx, turn.NowMS); err != nil {
			return err
		}
		var err error
		turned.Stages, err = stagesNow(tx, turn.Stages)
		return err
	})
	if err != nil {
		return models.ItemTurned{}, err
	}
	if turned.Recorded > 0 || len(turned.Claimed) > 0 {
		s.rev.Bump(revision.Jobs)
	}
	return turned, nil
}

// recordResults writes results with one statement and counts those that were written.
func recordResults(tx *gorm.DB, results []models.ItemResult, now int64, deltas itemDeltas, turned *models.ItemTurned) error {
	const columns = 16
	args := make([]any, 0, len(results)*columns+1)
	byID := make(map[int64]*models.ItemResult, len(results))
	for i := range results {
		r := &results[i]
		if !reachable(r.To) {
			return fmt.Errorf("item %d cannot go from running to %s", r.ItemID, r.To)
		}
		byID[r.ItemID] = r
		args = append(args, r.ItemID, r.To, r.Attempts, r.Waits, r.NotBeforeMS, r.WaitReason, r.ErrorClass, r.ErrorCode, r.ErrorText,
			r.ProgressDone, r.ProgressTotal, r.ProgressUnit, r.ProgressText, r.ResultSource, r.FinishedAtMS, now)
	}
	var written []int64
	err := tx.Raw(`WITH r (item, to_state, tries, waited, due, why, class, code, text, done, total, unit, note, source, ended, at) AS (VALUES `+
		valueRows(len(results), columns)+`)
		UPDATE job_items SET state = r.to_state, attempts = r.tries, waits = r.waited, not_before_ms = r.due, wait_reason = r.why,
			error_class = r.class, error_code = r.code, error_text = r.text,
			progress_done = r.done, progress_total = r.total, progress_unit = r.unit, progress_text = r.note,
			result_source = r.source, finished_at_ms = r.ended, updated_at_ms = r.at
		FROM r WHERE job_items.id = r.item AND job_items.state = 'running'
		RETURNING id`, args...).Scan(&written).Error
	if err != nil {
		return err
	}
	for _, id := range written {
		r := byID[id]
		k := stageKey{r.JobID, r.StageID}
		deltas.move(k, models.ItemRunning, r.To, 1)
		deltas.of(k).bytes += r.Bytes
	}
	turned.Recorded += int64(len(written))
	return nil
}

// reachable says that a running item may get into a state.
func reachable(to models.ItemState) bool {
	for _, next := range models.ItemTransitions[models.ItemRunning] {
		if next == to {
			return true
		}
	}
	return false
}

// releaseDue makes the waiting items of a stage ready whose time has come.
func releaseDue(tx *gorm.DB, stageID, now, maxWait int64) error {
	return tx.Exec(`UPDATE job_items SET not_before_ms = 0, wait_reason = '', updated_at_ms = ?
		WHERE job_stage_id = ? AND state = 'pending' AND not_before_ms > 0 AND (not_before_ms <= ? OR not_before_ms > ?)`,
		now, stageID, now, now+maxWait).Error
}

// claimItems takes the first ready items of one source.
func claimItems(tx *gorm.DB, d models.ItemDemand, now int64, deltas itemDeltas, turned *models.ItemTurned) error {
	var items []models.JobItem
	err := tx.Raw(`UPDATE job_items SET state = 'running', attempts = attempts + 1, started_at_ms = ?, finished_at_ms = 0,
			wait_reason = '', progress_done = 0, progress_total = 0, progress_text = '', updated_at_ms = ?
		WHERE id IN (SELECT id FROM job_items WHERE job_stage_id = ? AND source = ? AND state = 'pending' AND not_before_ms = 0
			ORDER BY priority DESC, id LIMIT ?)
		RETURNING id, job_run_id, job_stage_id, item_key, title, source, playlist_id, song_id, file_location_id, state,
			priority, attempts, waits, result_source, started_at_ms`,
		now, now, d.StageID, d.Source, d.Limit).Scan(&items).Error
	if err != nil || len(items) == 0 {
		return err
	}
	slices.SortFunc(items, func(a, b models.JobItem) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.ID, b.ID))
	})
	deltas.move(stageKey{d.JobID, d.StageID}, models.ItemPending, models.ItemRunning, int64(len(items)))
	turned.Claimed = append(turned.Claimed, items...)
	return nil
}

// stagesNow reads the stages and what can be claimed of them.
func stagesNow(tx *gorm.DB, ids []int64) ([]models.StageNow, error) {
	now := make([]models.StageNow, 0, len(ids))
	for _, id := range ids {
		var stage models.StageNow
		if err := tx.Take(&stage.JobStage, "id = ?", id).Error; err != nil {
			return nil, err
		}
		if stage.Pending > 0 {
			if err := readWaiting(tx, &stage); err != nil {
				return nil, err
			}
		}
		now = append(now, stage)
	}
	return now, nil
}

// readWaiting jumps from source to source in the index of ready items instead of reading
// them all, and takes the first of the waiting ones.
func readWaiting(tx *gorm.DB, stage *models.StageNow) error {
	const ready = `SELECT MIN(source) FROM job_items WHERE job_stage_id = ? AND state = 'pending' AND not_before_ms = 0`
	err := tx.Raw(`WITH RECURSIVE ready (source) AS (`+ready+`
			UNION ALL SELECT (`+ready+` AND source > ready.source) FROM ready WHERE ready.source IS NOT NULL)
		SELECT source FROM ready WHERE source IS NOT NULL`, stage.ID, stage.ID).Scan(&stage.ReadySources).Error
	if err != nil {
		return err
	}
	return tx.Raw(`SELECT COALESCE(MIN(not_before_ms), 0) FROM job_items
		WHERE job_stage_id = ? AND state = 'pending' AND not_before_ms > 0`, stage.ID).Scan(&stage.NextMS).Error
}
