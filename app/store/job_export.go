package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"catalogsync/app/revision"
	"catalogsync/models"
)

// exportKinds are all events of the command after a download stage.
var exportKinds = []string{models.EventExportStarted, models.EventExportSkipped, models.EventExportSucceeded, models.EventExportFailed}

// ListDownloadEnds lists download stages whose end nobody dealt with yet, in the order in
// which they ended: no event of the command stands behind the event of the end. The end
// itself is read from the audit trail, not from the stage, and jobs whose history was pruned
// are left out: old events that are gone must not make an old stage look new. afterEventID skips ends that are known to be dealt with.
func (s *Store) ListDownloadEnds(ctx context.Context, afterEventID int64) ([]models.DownloadEnd, error) {
	var ends []models.DownloadEnd
	err := s.read(ctx).Raw(`
		SELECT MAX(e.id) AS event_id, st.job_run_id AS job_id, st.id AS stage_id, st.state, st.started_at_ms
		FROM job_events e
		JOIN job_stages st ON st.job_run_id = e.job_run_id AND st.name = ?
			AND (e.kind = 'stage_finished' AND e.job_stage_id = st.id OR e.kind = 'job_canceled' AND st.state = 'canceled')
		WHERE e.id > ? AND e.kind IN ('stage_finished', 'job_canceled')
			AND st.state NOT IN ('pending', 'planning', 'running')
			AND NOT EXISTS (SELECT 1 FROM job_events x
				WHERE x.job_run_id = e.job_run_id AND (x.id > e.id AND x.job_stage_id = st.id AND x.kind IN ? OR x.kind = ?))
		GROUP BY st.id ORDER BY event_id LIMIT ?`,
		models.StageDownload, afterEventID, exportKinds, models.EventHistoryPruned, maxViewRows).Scan(&ends).Error
	if err != nil {
		return nil, fmt.Errorf("list ended download stages: %w", err)
	}
	return ends, nil
}

// ListCutExports lists the stages for which the command was started and never ended: the
// program ended first.
func (s *Store) ListCutExports(ctx context.Context) ([]models.DownloadEnd, error) {
	var cut []models.DownloadEnd
	err := s.read(ctx).Raw(`
		SELECT e.id AS event_id, st.job_run_id AS job_id, st.id AS stage_id, st.state, st.started_at_ms
		FROM job_events e JOIN job_stages st ON st.id = e.job_stage_id
		WHERE e.kind = ? AND NOT EXISTS (SELECT 1 FROM job_events x
			WHERE x.job_run_id = e.job_run_id AND (x.id > e.id AND x.job_stage_id = e.job_stage_id AND x.kind IN ? OR x.kind = ?))
		ORDER BY e.id`,
		models.EventExportStarted, []string{models.EventExportSucceeded, models.EventExportFailed}, models.EventHistoryPruned).Scan(&cut).Error
	if err != nil {
		return nil, fmt.Errorf("list unfinished commands: %w", err)
	}
	return cut, nil
}

// ClaimExport writes the event by which a stage's end is dealt with, if nobody dealt with
// it and the command never ran for the stage. Of two that ask at once, one gets it.
func (s *Store) ClaimExport(ctx context.Context, end models.DownloadEnd, event models.JobEventRow) (models.ExportClaim, error) {
	var claim models.ExportClaim
	err := s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		var answered, started int64
		err := tx.Raw(`SELECT COUNT(*) FILTER (WHERE id > ?), COUNT(*) FILTER (WHERE kind = ?) FROM job_events
			WHERE job_run_id = ? AND job_stage_id = ? AND kind IN ?`,
			end.EventID, models.EventExportStarted, end.JobID, end.StageID, exportKinds).Row().Scan(&answered, &started)
		switch {
		case err != nil:
			return err
		case answered > 0:
			claim = models.ExportAnswered
		case started > 0:
			claim = models.ExportRanBefore
		default:
			claim = models.ExportOpen
			return addStageEvent(tx, end, event, s.nowMS())
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("claim the end of stage %d: %w", end.StageID, err)
	}
	return claim, nil
}

// AddStageEvent writes an event of a stage into the job's audit trail.
func (s *Store) AddStageEvent(ctx context.Context, end models.DownloadEnd, event models.JobEventRow) error {
	err := s.write(ctx, []revision.Topic{revision.Jobs}, func(tx *gorm.DB) error {
		return addStageEvent(tx, end, event, s.nowMS())
	})
	if err != nil {
		return fmt.Errorf("write event %s of stage %d: %w", event.Kind, end.StageID, err)
	}
	return nil
}

func addStageEvent(tx *gorm.DB, end models.DownloadEnd, event models.JobEventRow, now int64) error {
	event.JobRunID, event.JobStageID, event.AtMS = end.JobID, &end.StageID, now
	return tx.Create(&event).Error
}

// FinishedJobPlaylists lists the playlists of a job whose last song has ended, in the
// order of the job; with all, those that are not finished too.
func (s *Store) FinishedJobPlaylists(ctx context.Context, jobID int64, all bool) ([]int64, error) {
	q := s.read(ctx).Model(&models.JobPlaylist{}).Where("job_run_id = ?", jobID).Order("position, playlist_id")
	if !all {
		q = q.Where("finished_at_ms > 0")
	}
	var ids []int64
	if err := q.Pluck("playlist_id", &ids).Error; err != nil {
		return nil, fmt.Errorf("list finished playlists of job %d: %w", jobID, err)
	}
	return ids, nil
}
