package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// recoveredReason tells why an item that was running waits again.
const recoveredReason = "the program ended while it ran"

// RecoverJobs mends what the end of the last process left behind: items that were
// running go back to the queue without costing an attempt, counters are taken anew from
// the items, every unfinished job takes the recover event, the workers' rows go. With
// pause, jobs that were running come back paused. Running it twice changes nothing more.
func (s *Store) RecoverJobs(ctx context.Context, pause bool) (models.JobRecovery, error) {
	var found models.JobRecovery
	err := s.write(ctx, []revision.Topic{revision.Jobs, revision.Playlists, revision.Progress}, func(tx *gorm.DB) error {
		found = models.JobRecovery{}
		now := s.nowMS()
		byJob, err := s.requeueRunning(tx, now, &found)
		if err != nil {
			return err
		}
		if err := releaseOrphans(tx, now); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM job_workers").Error; err != nil {
			return err
		}
		var live []models.JobRun
		if err := tx.Where("state IN ?", models.LiveJobStates).Order("id").Find(&live).Error; err != nil {
			return err
		}
		found.Jobs = len(live)
		for i := range live {
			if err := recoverJob(tx, live[i], byJob[live[i].ID], pause, now); err != nil {
				return fmt.Errorf("job %d: %w", live[i].ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return found, fmt.Errorf("recover jobs: %w", err)
	}
	return found, nil
}

// requeueRunning interrupts what was running and queues it again; of canceled jobs it is
// canceled. It returns the number of items by job.
func (s *Store) requeueRunning(tx *gorm.DB, now int64, found *models.JobRecovery) (map[int64]int64, error) {
	var counts []struct{ JobRunID, N int64 }
	err := tx.Raw(`SELECT job_run_id, COUNT(*) AS n FROM job_items WHERE state IN ('running', 'interrupted') GROUP BY job_run_id`).Scan(&counts).Error
	if err != nil {
		return nil, err
	}
	byJob := make(map[int64]int64, len(counts))
	for _, c := range counts {
		byJob[c.JobRunID] = c.N
		found.Items += c.N
	}
	err = tx.Exec(`UPDATE job_items SET state = 'interrupted', attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END,
		updated_at_ms = ? WHERE state IN ('running', 'interrupted') AND state = 'running'`, now).Error
	if err != nil {
		return nil, err
	}
	const ofCanceled = `job_run_id IN (SELECT id FROM job_runs WHERE state = 'canceled')`
	err = tx.Exec(`UPDATE job_items SET state = 'canceled', finished_at_ms = ?, updated_at_ms = ?
		WHERE state IN ('running', 'interrupted') AND `+ofCanceled, now, now).Error
	if err != nil {
		return nil, err
	}
	err = tx.Exec(`UPDATE job_items SET state = 'pending', not_before_ms = 0, wait_reason = ?, updated_at_ms = ?
		WHERE state IN ('running', 'interrupted')`, recoveredReason, now).Error
	if err != nil {
		return nil, err
	}
	for job := range byJob {
		if err := recountStages(tx, job, now); err != nil {
			return nil, err
		}
	}
	return byJob, sweepCanceled(tx, now, found)
}

// sweepCanceled ends the items that a cancel had no time to end.
func sweepCanceled(tx *gorm.DB, now int64, found *models.JobRecovery) error {
	var stages []models.JobStage
	if err := tx.Where("state = ? AND pending > 0", models.StageCanceled).Find(&stages).Error; err != nil {
		return err
	}
	deltas := itemDeltas{}
	for i := range stages {
		k := stageKey{stages[i].JobRunID, stages[i].ID}
		n, err := cancelPending(tx, k, int(stages[i].Pending), now)
		if err != nil {
			return err
		}
		deltas.move(k, models.ItemPending, models.ItemCanceled, n)
		found.Canceled += n
	}
	return deltas.apply(tx, now)
}

// recoverJob takes one unfinished job over into this process.
func recoverJob(tx *gorm.DB, run models.JobRun, items int64, pause bool, now int64) error {
	if err := recountStages(tx, run.ID, now); err != nil {
		return err
	}
	next, ok := run.State.Next(models.JobRecover)
	if !ok {
		return refusal(run.State, models.JobRecover)
	}
	steps := []models.JobState{next}
	if pause && next == models.JobRunning {
		// Nothing of it runs, so the request is fulfilled at once.
		steps = []models.JobState{models.JobPauseRequested, models.JobPaused}
	}
	from := run.State
	for _, to := range steps {
		set := map[string]any{"state": to, "updated_at_ms": now}
		if to == models.JobPauseRequested {
			set["pause_reason"] = "the program was started again"
		}
		err := tx.Model(&models.JobRun{}).Where("id = ? AND state = ?", run.ID, from).Updates(set).Error
		if err != nil {
			return err
		}
		from = to
	}
	return tx.Create(&models.JobEventRow{
		JobRunID: run.ID, Kind: "job_recovered", Actor: "recovery", AtMS: now,
		Text: fmt.Sprintf("the program was started again; %d items go back to the queue, the job is %s", items, from),
	}).Error
}

// RequeueLost queues again what is running in the database but not in the hands of this
// process, and returns the number of such items. The runner calls it when its loop
// starts again after an error that may have hidden the result of a transaction.
func (s *Store) RequeueLost(ctx context.Context, held []int64) (int64, error) {
	var n int64
	err := s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		n = 0
		var running []models.JobItem
		err := tx.Raw(`SELECT id, job_run_id, job_stage_id FROM job_items
			WHERE state IN ('running', 'interrupted')`).Scan(&running).Error
		if err != nil {
			return err
		}
		mine := make(map[int64]bool, len(held))
		for _, id := range held {
			mine[id] = true
		}
		jobs := map[int64]bool{}
		for _, item := range running {
			if mine[item.ID] {
				continue
			}
			result := tx.Exec(`UPDATE job_items SET state = 'pending', not_before_ms = 0, updated_at_ms = ?,
				attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END
				WHERE id = ? AND state IN ('running', 'interrupted')`, s.nowMS(), item.ID)
			if result.Error != nil {
				return result.Error
			}
			jobs[item.JobRunID] = true
			n += result.RowsAffected
		}
		for job := range jobs {
			if err := recountStages(tx, job, s.nowMS()); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
