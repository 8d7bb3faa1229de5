package store

import (
	"cmp"
	"slices"

	"gorm.io/gorm"

	"catalogsync/models"
)

// stageKey names a stage and its job.
type stageKey struct{ job, stage int64 }

// stageDelta is how the counters of one stage change.
type stageDelta struct {
	total, bytes int64
	states       map[models.ItemState]int64
}

// itemDeltas collects what a transaction does to items, so that each stage and each job
// is written once, in the same transaction.
type itemDeltas map[stageKey]*stageDelta

func (d itemDeltas) of(k stageKey) *stageDelta {
	if d[k] == nil {
		d[k] = &stageDelta{states: map[models.ItemState]int64{}}
	}
	return d[k]
}

// add counts n new items in a state.
func (d itemDeltas) add(k stageKey, state models.ItemState, n int64) {
	delta := d.of(k)
	delta.total += n
	delta.states[state] += n
}

// move counts n items that went from one state to another.
func (d itemDeltas) move(k stageKey, from, to models.ItemState, n int64) {
	delta := d.of(k)
	delta.states[from] -= n
	delta.states[to] += n
}

// apply writes the collected changes, in the order of the stages.
func (d itemDeltas) apply(tx *gorm.DB, now int64) error {
	keys := make([]stageKey, 0, len(d))
	for k := range d {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b stageKey) int { return cmp.Compare(a.stage, b.stage) })
	for _, k := range keys {
		if err := d[k].apply(tx, k, now); err != nil {
			return err
		}
	}
	return nil
}

func (d *stageDelta) apply(tx *gorm.DB, k stageKey, now int64) error {
	n := d.states
	err := tx.Exec(`UPDATE job_stages SET total = total + ?, pending = pending + ?, running = running + ?,
		succeeded = succeeded + ?, skipped = skipped + ?, failed = failed + ?, interrupted = interrupted + ?,
		canceled = canceled + ?, bytes_done = bytes_done + ?, updated_at_ms = ? WHERE id = ?`,
		d.total, n[models.ItemPending], n[models.ItemRunning], n[models.ItemSucceeded], n[models.ItemSkipped],
		n[models.ItemFailed], n[models.ItemInterrupted], n[models.ItemCanceled], d.bytes, now, k.stage).Error
	if err != nil {
		return err
	}
	var done int64
	for state, count := range n {
		if state.Ended() {
			done += count
		}
	}
	return tx.Exec(`UPDATE job_runs SET items_total = items_total + ?, items_done = items_done + ?,
		items_failed = items_failed + ?, items_skipped = items_skipped + ?, bytes_done = bytes_done + ?,
		updated_at_ms = ? WHERE id = ?`,
		d.total, done, n[models.ItemFailed], n[models.ItemSkipped], d.bytes, now, k.job).Error
}

// recountStages sets the counters of a job's stages from its items, and the job's sums
// from its stages. Bytes stay: they tell what was transferred, not what is.
func recountStages(tx *gorm.DB, jobID, now int64) error {
	err := tx.Exec(`UPDATE job_stages SET
		total = c.total, pending = c.pending, running = c.running, succeeded = c.succeeded, skipped = c.skipped,
		failed = c.failed, interrupted = c.interrupted, canceled = c.canceled, updated_at_ms = ?
		FROM (SELECT st.id AS stage_id, COUNT(i.id) AS total,
			COUNT(CASE i.state WHEN 'pending' THEN 1 END) AS pending,
			COUNT(CASE i.state WHEN 'running' THEN 1 END) AS running,
			COUNT(CASE i.state WHEN 'succeeded' THEN 1 END) AS succeeded,
			COUNT(CASE i.state WHEN 'skipped' THEN 1 END) AS skipped,
			COUNT(CASE i.state WHEN 'failed' THEN 1 END) AS failed,
			COUNT(CASE i.state WHEN 'interrupted' THEN 1 END) AS interrupted,
			COUNT(CASE i.state WHEN 'canceled' THEN 1 END) AS canceled
			FROM job_stages st LEFT JOIN job_items i ON i.job_stage_id = st.id
			WHERE st.job_run_id = ? GROUP BY st.id) AS c
		WHERE job_stages.id = c.stage_id`, now, jobID).Error
	if err != nil {
		return err
	}
	return tx.Exec(`UPDATE job_runs SET
		items_total = c.total, items_done = c.done, items_failed = c.failed, items_skipped = c.skipped, updated_at_ms = ?
		FROM (SELECT SUM(total) AS total, SUM(succeeded + skipped + failed + canceled) AS done,
			SUM(failed) AS failed, SUM(skipped) AS skipped FROM job_stages WHERE job_run_id = ?) AS c
		WHERE job_runs.id = ?`, now, jobID, jobID).Error
}
