package jobs

import (
	"fmt"

	"catalogsync/models"
)

// Kinds of events in a job's audit trail.
const (
	eventCreated         = "job_created"
	eventStarted         = "job_started"
	eventPauseRequested  = "job_pause_requested"
	eventPaused          = "job_paused"
	eventResumed         = "job_resumed"
	eventCanceled        = "job_canceled"
	eventReopened        = "job_reopened"
	eventFinished        = "job_finished"
	eventStageStarted    = "stage_started"
	eventStagePlanned    = "stage_planned"
	eventStageFinished   = "stage_finished"
	eventSourceBlocked   = "source_blocked"
	eventSourceRecovered = "source_recovered"
	eventCommandApplied  = "command_applied"
	eventCommandRejected = "command_rejected"
)

// actorRunner is who acts when nobody asked.
const actorRunner = "runner"

func jobEvent(kind, actor, format string, args ...any) models.JobEventRow {
	return models.JobEventRow{Kind: kind, Actor: actor, Text: clip(fmt.Sprintf(format, args...), maxErrorText)}
}

func stageEvent(kind string, stage models.JobStage, format string, args ...any) models.JobEventRow {
	event := jobEvent(kind, actorRunner, format, args...)
	event.JobStageID = &stage.ID
	return event
}
