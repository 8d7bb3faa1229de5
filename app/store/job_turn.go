package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// TurnItems makes one turn of the dispatcher in one transaction. Every item is compared
// and set: a result whose item is no longer running is dropped, a claim takes only what
// is pending.
func (s *Store) TurnItems(ctx context.Context, turn models.ItemTurn) (models.ItemTurned, error) {
	var turned models.ItemTurned
	err := s.db.WithTx(ctx, func(tx *gorm.DB) error {
		turned = models.ItemTurned{}
		deltas := itemDeltas{}
		for _, outage := range turn.Outages {
			if err := saveOutage(tx, outage, turn.NowMS); err != nil {
				return fmt.Errorf("save outage of %s: %w", outage.Source, err)
			}
		}
		var err error
		if turned.Recorded, err = recordResults(tx, turn.Results, turn.NowMS, deltas); err != nil {
			return fmt.Errorf("record results: %w", err)
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
		if err := deltas.noteThroughput(tx, turn.NowMS); err != nil {
			return fmt.Errorf("note throughput: %w", err)
		}
		turned.Stages, err = stagesNow(tx, turn.Stages)
		return err
	})
	if err != nil {
		return models.ItemTurned{}, err
	}
	if turned.Recorded > 0 || len(turned.Claimed) > 0 {
		s.rev.Bump(revision.Jobs)
	}
	if len(turn.Outages) > 0 {
		s.rev.Bump(revision.Sources)
	}
	return turned, nil
}

// recordResult is the compare-and-set of one result.
const recordResult = `UPDATE job_items SET state = ?, attempts = ?, waits = ?, not_before_ms = ?, wait_reason = ?, wait_source = ?,
	error_class = ?, error_code = ?, error_text = ?, progress_done = ?, progress_total = ?, progress_unit = ?,
	progress_text = ?, result_source = ?, finished_at_ms = ?, updated_at_ms = ?
	WHERE id = ? AND state = 'running'`

// recordResults writes results, compiled once, and counts those that were written.
func recordResults(tx *gorm.DB, results []models.ItemResult, now int64, deltas itemDeltas) (recorded int64, err error) {
	if len(results) == 0 {
		return 0, nil
	}
	statement, err := compile(tx, recordResult)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, statement.Close()) }()
	for i := range results {
		r := &results[i]
		if !reachable(r.To) {
			return 0, fmt.Errorf("item %d cannot go from running to %s", r.ItemID, r.To)
		}
		result, err := statement.ExecContext(tx.Statement.Context, r.To, r.Attempts, r.Waits, r.NotBeforeMS, r.WaitReason, r.WaitSource,
			r.ErrorClass, r.ErrorCode, r.ErrorText, r.ProgressDone, r.ProgressTotal, r.ProgressUnit,
			r.ProgressText, r.ResultSource, r.FinishedAtMS, now, r.ItemID)
		if err != nil {
			return 0, err
		}
		written, err := result.RowsAffected()
		if err != nil {
			return 0, err
		}
		if written > 0 {
			k := stageKey{r.JobID, r.StageID}
			deltas.move(k, models.ItemRunning, r.To, 1)
			deltas.of(k).bytes += r.Bytes
			recorded++
		}
	}
	return recorded, nil
}

// compile prepares a statement for many rows of one transaction: the driver's parser
// costs more than the change of a row. gorm writes the placeholders of its dialect.
func compile(tx *gorm.DB, query string) (*sql.Stmt, error) {
	zeros := make([]any, strings.Count(query, "?"))
	for i := range zeros {
		zeros[i] = 0
	}
	text := tx.Session(&gorm.Session{DryRun: true}).Exec(query, zeros...).Statement.SQL.String()
	return tx.Statement.ConnPool.PrepareContext(tx.Statement.Context, text)
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

// releaseDue makes the waiting items of a stage ready whose time has come. Those that an
// outage stopped wait for its end, whatever their time.
func releaseDue(tx *gorm.DB, stageID, now, maxWait int64) error {
	return tx.Exec(`UPDATE job_items SET not_before_ms = 0, wait_reason = '', updated_at_ms = ?
		WHERE job_stage_id = ? AND state = 'pending' AND not_before_ms > 0 AND wait_source = '' AND (not_before_ms <= ? OR not_before_ms > ?)`,
		now, stageID, now, now+maxWait).Error
}

// claimItems takes the first ready items of one source.
func claimItems(tx *gorm.DB, d models.ItemDemand, now int64, deltas itemDeltas, turned *models.ItemTurned) error {
	var items []models.JobItem
	err := tx.Raw(`UPDATE job_items SET state = 'running', attempts = attempts + 1, started_at_ms = ?, finished_at_ms = 0,
			wait_reason = '', progress_done = 0, progress_total = 0, progress_text = '', updated_at_ms = ?
		WHERE id IN (SELECT id FROM job_items WHERE job_stage_id = ? AND source = ? AND state = 'pending' AND not_before_ms = 0
			ORDER BY priority DESC, rank, id LIMIT ?)
		RETURNING id, job_run_id, job_stage_id, item_key, title, source, playlist_id, song_id, file_location_id, state,
			priority, rank, attempts, waits, result_source, rest_until_ms, started_at_ms`,
		now, now, d.StageID, d.Source, d.Limit).Scan(&items).Error
	if err != nil || len(items) == 0 {
		return err
	}
	slices.SortFunc(items, func(a, b models.JobItem) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID))
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
// them all, and takes the first of those that wait for a time.
func readWaiting(tx *gorm.DB, stage *models.StageNow) error {
	const ready = `SELECT MIN(source) FROM job_items WHERE job_stage_id = ? AND state = 'pending' AND not_before_ms = 0`
	err := tx.Raw(`WITH RECURSIVE ready (source) AS (`+ready+`
			UNION ALL SELECT (`+ready+` AND source > ready.source) FROM ready WHERE ready.source IS NOT NULL)
		SELECT source FROM ready WHERE source IS NOT NULL`, stage.ID, stage.ID).Scan(&stage.ReadySources).Error
	if err != nil {
		return err
	}
	return tx.Raw(`SELECT COALESCE(MIN(not_before_ms), 0) FROM job_items
		WHERE job_stage_id = ? AND state = 'pending' AND not_before_ms > 0 AND wait_source = ''`, stage.ID).Scan(&stage.NextMS).Error
}
