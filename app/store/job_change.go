package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// ChangeJob makes one atomic change of a job. Items that are to run again are moved a batch
// at a time: the answer says whether the same change has to be asked for once more, and the
// command is answered with the last batch. A change that its state does not allow is
// a ClassConflict error with the reason, and nothing is written.
func (s *Store) ChangeJob(ctx context.Context, c models.JobChange) (models.JobChanged, error) {
	var changed models.JobChanged
	topics := []revision.Topic{revision.Jobs}
	if c.Event != "" {
		topics = append(topics, revision.Playlists) // a job that begins or ends changes "downloading"
	}
	err := s.write(ctx, topics, func(tx *gorm.DB) error {
		now := s.nowMS()
		if err := moveJob(tx, c, now); err != nil {
			return err
		}
		if err := moveStages(tx, c, now); err != nil {
			return err
		}
		n, err := moveItems(tx, c, now)
		if err != nil {
			return err
		}
		if c.Event == models.JobFinish || c.Event == models.JobFinishWithErrors {
			if err := finishAllPlaylists(tx, c.JobID, now); err != nil {
				return err
			}
		}
		if changed.More, err = hasMore(tx, c); err != nil {
			return err
		}
		if changed.More {
			c.Answer = nil // with the last batch
		}
		if err := writeAudit(tx, c, now); err != nil {
			return err
		}
		changed.Items = n
		changed.JobDetail, err = jobDetail(tx, c.JobID)
		return err
	})
	if err != nil {
		return models.JobChanged{}, fmt.Errorf("change job %d: %w", c.JobID, err)
	}
	return changed, nil
}

// moveJob compares and sets the job's own row.
func moveJob(tx *gorm.DB, c models.JobChange, now int64) error {
	var run models.JobRun
	if err := tx.Take(&run, "id = ?", c.JobID).Error; err != nil {
		return err
	}
	set := map[string]any{"updated_at_ms": now}
	if c.Event != "" {
		next, ok := run.State.Next(c.Event)
		if !ok {
			return refusal(run.State, c.Event)
		}
		describeMove(set, run, next, c, now)
	}
	if c.Priority != nil {
		set["priority"] = *c.Priority
	}
	if c.AnyHour {
		set["any_hour"] = true
	}
	if c.CurrentStage != "" {
		set["current_stage"] = c.CurrentStage
	}
	result := tx.Model(&models.JobRun{}).Where("id = ? AND state = ?", run.ID, run.State).Updates(set)
	if result.Error == nil && result.RowsAffected == 0 {
		return refusal(run.State, c.Event)
	}
	return result.Error
}

// describeMove lists the columns that a move to the next state sets.
func describeMove(set map[string]any, run models.JobRun, next models.JobState, c models.JobChange, now int64) {
	set["state"] = next
	switch {
	case next == models.JobPauseRequested:
		set["pause_reason"] = c.PauseReason
	case next == models.JobRunning, next == models.JobQueued:
		set["pause_reason"] = ""
	}
	if next == models.JobRunning && run.StartedAtMS == 0 {
		set["started_at_ms"] = now
	}
	if next.Live() {
		set["finished_at_ms"] = 0
		set["error_code"], set["error_text"] = "", ""
		return
	}
	set["finished_at_ms"] = now
	if c.Event == models.JobFail {
		set["error_code"], set["error_text"] = c.ErrorCode, c.ErrorText
	}
}

// refusal says why an event is not allowed in a state.
func refusal(state models.JobState, event models.JobEvent) error {
	if !state.Live() {
		return models.NewError(models.ClassConflict, models.CodeJobFinished, "the job is finished (%s)", state)
	}
	return models.NewError(models.ClassConflict, models.CodeNotAllowed, "%s is not possible while the job is %s", event, state)
}

func moveStages(tx *gorm.DB, c models.JobChange, now int64) error {
	for _, stage := range c.Stages {
		set := map[string]any{"updated_at_ms": now}
		if stage.To != "" {
			set["state"] = stage.To
			set["finished_at_ms"] = 0
			if stage.To.Final() {
				set["finished_at_ms"] = now
			}
			if stage.To == models.StagePlanning {
				set["started_at_ms"] = gorm.Expr("CASE WHEN started_at_ms = 0 THEN ? ELSE started_at_ms END", now)
			}
		}
		if stage.Planned {
			set["planned_at_ms"] = now
		}
		if stage.Replan {
			set["planned_at_ms"] = 0
		}
		if stage.Message != nil {
			set["message"] = *stage.Message
		}
		err := tx.Model(&models.JobStage{}).Where("id = ? AND job_run_id = ?", stage.StageID, c.JobID).Updates(set).Error
		if err != nil {
			return err
		}
		if stage.To.Final() {
			if err := tx.Delete(&models.JobWorker{}, "job_stage_id = ?", stage.StageID).Error; err != nil {
				return err
			}
		}
	}
	return nil
}

// writeAudit answers the command and writes the events of a change.
func writeAudit(tx *gorm.DB, c models.JobChange, now int64) error {
	events := slices.Clone(c.Events)
	if c.Answer != nil {
		if err := answer(tx, *c.Answer, now); err != nil {
			return err
		}
		if c.Answer.Event.Kind != "" {
			events = append(events, c.Answer.Event)
		}
	}
	if len(events) == 0 {
		return nil
	}
	for i := range events {
		events[i].JobRunID, events[i].AtMS = c.JobID, now
	}
	return tx.Create(&events).Error
}
