package schedule

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"catalogsync/models"
)

// maxSample bounds the error text that a report repeats, in characters.
const maxSample = 200

// finish writes the report of a run when its job has ended.
func (s *Service) finish(ctx context.Context, run models.ScheduleRun) error {
	job, err := s.Store.GetJob(ctx, *run.JobRunID)
	if models.ClassOf(err) == models.ClassNotFound && err != nil {
		return s.giveUp(ctx, run, err)
	}
	if err != nil || job.State.Live() {
		return err
	}
	report, err := s.report(ctx, run, job)
	if err != nil {
		return fmt.Errorf("report on job %d: %w", job.ID, err)
	}
	text, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("write report on job %d: %w", job.ID, err)
	}
	s.Log.Info("scheduled run ended", "schedule_id", run.ScheduleID, "job_id", job.ID, "result", report.Result)
	ended := job.FinishedAtMS
	if ended == 0 {
		ended = s.nowMS()
	}
	return s.Store.FinishScheduleRun(ctx, models.ScheduleFinish{Run: run, Result: report.Result, ReportJSON: string(text), FinishedAtMS: ended})
}

// report tells what a finished job did, compared with the run before.
func (s *Service) report(ctx context.Context, run models.ScheduleRun, job models.JobDetail) (models.ScheduleReport, error) {
	report := models.ScheduleReport{JobID: job.ID, Result: models.ScheduleResult(job.State), Error: job.ErrorText, Numbers: numbersOf(job)}
	if job.StartedAtMS == 0 {
		return report, nil // canceled while it was queued: there is nothing to tell
	}
	collects := slices.ContainsFunc(job.Stages, func(st models.JobStage) bool { return st.Name == models.StageCollect })
	changes, err := s.Store.CountScheduleChanges(ctx, job.JobRun, collects, scopeOfJob(job).Sources)
	if err != nil {
		return report, err
	}
	report.Numbers.NewPlaylists, report.Numbers.SongsIn, report.Numbers.SongsOut = changes.NewPlaylists, changes.SongsIn, changes.SongsOut
	groups, err := s.Store.GroupFailedItems(ctx, job.ID)
	if err != nil {
		return report, err
	}
	for _, g := range groups {
		sample := []rune(g.Sample)
		report.Failures = append(report.Failures, models.ScheduleFailure{
			Stage: g.Stage, Source: g.Source, Code: g.ErrorCode, Count: g.Count, Sample: string(sample[:min(len(sample), maxSample)])})
	}
	before, err := s.Store.FindReportBefore(ctx, run)
	if err != nil || before == nil {
		return report, err
	}
	if old := ReportOf(*before); old != nil {
		change := report.Numbers.Minus(old.Numbers)
		report.BeforeRunID, report.Change = before.ID, &change
	}
	return report, nil
}

// numbersOf sums up a job's stages.
func numbersOf(job models.JobDetail) models.ScheduleNumbers {
	n := models.ScheduleNumbers{Failed: job.ItemsFailed, Bytes: job.BytesDone}
	if job.StartedAtMS > 0 {
		n.DurationMS = max(0, job.FinishedAtMS-job.StartedAtMS)
	}
	for _, st := range job.Stages {
		if st.Name == models.StageDownload {
			n.Downloaded += st.Succeeded
			n.Skipped += st.Skipped
		}
	}
	return n
}

func scopeOfJob(job models.JobDetail) models.JobScope {
	return ScopeOf(models.Schedule{ScopeJSON: job.ScopeJSON})
}
