package api

import (
	"encoding/json"

	"catalogsync/jobs"
	"catalogsync/models"
)

// runJSON is a job without its stages.
type runJSON struct {
	ID           int64            `json:"id"`
	Type         models.JobType   `json:"type"`
	State        models.JobState  `json:"state"`
	Title        string           `json:"title"`
	Origin       string           `json:"origin"`
	Priority     int              `json:"priority"`
	Scope        json.RawMessage  `json:"scope"`
	CurrentStage models.StageName `json:"current_stage"`
	PauseReason  string           `json:"pause_reason,omitempty"`
	Error        *faultJSON       `json:"error,omitempty"`
	ItemsTotal   int64            `json:"items_total"`
	ItemsDone    int64            `json:"items_done"`
	ItemsFailed  int64            `json:"items_failed"`
	ItemsSkipped int64            `json:"items_skipped"`
	BytesDone    int64            `json:"bytes_done"`
	CreatedAt    instant          `json:"created_at"`
	StartedAt    instant          `json:"started_at"`
	FinishedAt   instant          `json:"finished_at"`
}

func runOf(r models.JobRun) runJSON {
	return runJSON{
		ID: r.ID, Type: r.Type, State: r.State, Title: r.Title, Origin: r.Origin, Priority: r.Priority,
		Scope: rawOf(r.ScopeJSON), CurrentStage: r.CurrentStage, PauseReason: r.PauseReason, Error: faultOf(r.ErrorCode, r.ErrorText),
		ItemsTotal: r.ItemsTotal, ItemsDone: r.ItemsDone, ItemsFailed: r.ItemsFailed, ItemsSkipped: r.ItemsSkipped, BytesDone: r.BytesDone,
		CreatedAt: instant(r.CreatedAtMS), StartedAt: instant(r.StartedAtMS), FinishedAt: instant(r.FinishedAtMS),
	}
}

// runOrNull is a job that an action may not have created.
func runOrNull(r *models.JobRun) *runJSON {
	if r == nil {
		return nil
	}
	shape := runOf(*r)
	return &shape
}

type stageJSON struct {
	ID          int64             `json:"id"`
	Name        models.StageName  `json:"name"`
	Lane        models.Lane       `json:"lane"`
	State       models.StageState `json:"state"`
	Workers     int               `json:"workers"`
	Total       int64             `json:"total"`
	Pending     int64             `json:"pending"`
	Running     int64             `json:"running"`
	Succeeded   int64             `json:"succeeded"`
	Skipped     int64             `json:"skipped"`
	Failed      int64             `json:"failed"`
	Interrupted int64             `json:"interrupted"`
	Canceled    int64             `json:"canceled"`
	BytesDone   int64             `json:"bytes_done"`
	Message     string            `json:"message,omitempty"`
	StartedAt   instant           `json:"started_at"`
	FinishedAt  instant           `json:"finished_at"`
}

func stageOf(s models.JobStage) stageJSON {
	return stageJSON{
		ID: s.ID, Name: s.Name, Lane: s.Lane, State: s.State, Workers: s.Workers, Total: s.Total, Pending: s.Pending, Running: s.Running,
		Succeeded: s.Succeeded, Skipped: s.Skipped, Failed: s.Failed, Interrupted: s.Interrupted, Canceled: s.Canceled,
		BytesDone: s.BytesDone, Message: s.Message, StartedAt: instant(s.StartedAtMS), FinishedAt: instant(s.FinishedAtMS),
	}
}

// jobJSON is a job with its stages and what it can be told to do.
type jobJSON struct {
	runJSON
	Stages   []stageJSON          `json:"stages"`
	Commands []models.CommandKind `json:"commands"`
}

func jobOf(j models.JobDetail) jobJSON {
	return jobJSON{runJSON: runOf(j.JobRun), Stages: each(j.Stages, stageOf), Commands: commandsOf(j.State)}
}

// commandsOf lists the commands that a job in this state can be given as a whole.
func commandsOf(s models.JobState) []models.CommandKind {
	list := []models.CommandKind{}
	for _, c := range []struct {
		kind  models.CommandKind
		event models.JobEvent
	}{{models.CommandPause, models.JobPause}, {models.CommandResume, models.JobResume}, {models.CommandCancel, models.JobCancel}} {
		if s.Allows(c.event) {
			list = append(list, c.kind)
		}
	}
	return list
}

// jobPageJSON is a job with all that its page shows.
type jobPageJSON struct {
	jobJSON
	Workers  []workerJSON  `json:"job_workers"`
	Failures []failureJSON `json:"failures"`
}

func jobPageOf(j models.JobDetail, workers []models.JobWorker, failures []models.FailureGroup) jobPageJSON {
	return jobPageJSON{jobJSON: jobOf(j), Workers: each(workers, workerOf), Failures: each(failures, failureOf)}
}

type workerJSON struct {
	Name           string  `json:"name"`
	StageID        int64   `json:"stage_id"`
	State          string  `json:"state"`
	ItemID         *int64  `json:"item_id"`
	ItemTitle      string  `json:"item_title,omitempty"`
	ProgressDone   int64   `json:"progress_done"`
	ProgressTotal  int64   `json:"progress_total"`
	ProgressText   string  `json:"progress_text,omitempty"`
	BytesPerSecond float64 `json:"bytes_per_second"`
	ItemsPerSecond float64 `json:"items_per_second"`
	EtaMS          int64   `json:"eta_ms"`
	ItemsDone      int64   `json:"items_done"`
	BytesDone      int64   `json:"bytes_done"`
	HeartbeatAt    instant `json:"heartbeat_at"`
}

func workerOf(w models.JobWorker) workerJSON {
	return workerJSON{
		Name: w.Name, StageID: w.JobStageID, State: w.State, ItemID: w.ItemID, ItemTitle: w.ItemTitle,
		ProgressDone: w.ProgressDone, ProgressTotal: w.ProgressTotal, ProgressText: w.ProgressText,
		BytesPerSecond: w.BytesPerSecond, ItemsPerSecond: w.ItemsPerSecond, EtaMS: w.EtaMS,
		ItemsDone: w.ItemsDone, BytesDone: w.BytesDone, HeartbeatAt: instant(w.HeartbeatMS),
	}
}

type failureJSON struct {
	Stage  models.StageName `json:"stage"`
	Source string           `json:"source"`
	Code   models.Code      `json:"code"`
	Count  int64            `json:"count"`
	Sample string           `json:"sample"`
}

func failureOf(f models.FailureGroup) failureJSON {
	return failureJSON{Stage: f.Stage, Source: f.Source, Code: f.ErrorCode, Count: f.Count, Sample: f.Sample}
}

type itemJSON struct {
	ID            int64            `json:"id"`
	StageID       int64            `json:"stage_id"`
	Key           string           `json:"key"`
	Title         string           `json:"title"`
	Source        string           `json:"source"`
	PlaylistID    *int64           `json:"playlist_id"`
	SongID        *int64           `json:"song_id"`
	State         models.ItemState `json:"state"`
	Attempts      int              `json:"attempts"`
	NotBefore     instant          `json:"not_before"`
	WaitReason    string           `json:"wait_reason,omitempty"`
	WaitSource    string           `json:"wait_source,omitempty"` // its end of blocking is waited for
	Error         *faultJSON       `json:"error,omitempty"`
	ProgressDone  int64            `json:"progress_done"`
	ProgressTotal int64            `json:"progress_total"`
	ProgressUnit  string           `json:"progress_unit,omitempty"`
	ProgressText  string           `json:"progress_text,omitempty"`
	ResultSource  string           `json:"result_source,omitempty"`
	StartedAt     instant          `json:"started_at"`
	FinishedAt    instant          `json:"finished_at"`
}

func itemOf(i models.JobItem) itemJSON {
	return itemJSON{
		ID: i.ID, StageID: i.JobStageID, Key: i.ItemKey, Title: i.Title, Source: i.Source, PlaylistID: i.PlaylistID, SongID: i.SongID,
		State: i.State, Attempts: i.Attempts, NotBefore: instant(i.NotBeforeMS), WaitReason: i.WaitReason, WaitSource: i.WaitSource, Error: faultOf(i.ErrorCode, i.ErrorText),
		ProgressDone: i.ProgressDone, ProgressTotal: i.ProgressTotal, ProgressUnit: i.ProgressUnit, ProgressText: i.ProgressText,
		ResultSource: i.ResultSource, StartedAt: instant(i.StartedAtMS), FinishedAt: instant(i.FinishedAtMS),
	}
}

type commandJSON struct {
	ID         int64               `json:"id"`
	JobID      int64               `json:"job_id"`
	Kind       models.CommandKind  `json:"kind"`
	ItemID     *int64              `json:"item_id,omitempty"`
	Priority   int                 `json:"priority,omitempty"`
	Stage      models.StageName    `json:"stage,omitempty"`
	Source     string              `json:"source,omitempty"`
	ErrorCode  models.Code         `json:"error_code,omitempty"`
	State      models.CommandState `json:"state"`
	Reason     string              `json:"reason,omitempty"`
	CreatedAt  instant             `json:"created_at"`
	AnsweredAt instant             `json:"answered_at"`
}

func commandOf(c models.JobCommand) commandJSON {
	return commandJSON{
		ID: c.ID, JobID: c.JobRunID, Kind: c.Kind, ItemID: c.ItemID, Priority: c.Priority, Stage: c.Stage, Source: c.Source, ErrorCode: c.ErrorCode, State: c.State, Reason: c.Reason,
		CreatedAt: instant(c.CreatedAtMS), AnsweredAt: instant(c.AnsweredMS),
	}
}

// runningJSON is an item in a worker's hands, from memory.
type runningJSON struct {
	ItemID         int64            `json:"item_id"`
	JobID          int64            `json:"job_id"`
	Stage          models.StageName `json:"stage"`
	Worker         string           `json:"worker"`
	Title          string           `json:"title"`
	Source         string           `json:"source"`
	SongID         int64            `json:"song_id,omitempty"`
	PlaylistID     int64            `json:"playlist_id,omitempty"`
	Done           int64            `json:"done"`
	Total          int64            `json:"total"`
	Unit           string           `json:"unit"`
	Text           string           `json:"text,omitempty"`
	BytesPerSecond float64          `json:"bytes_per_second"`
	EtaMS          int64            `json:"eta_ms"`
	Attempt        int              `json:"attempt"`
	StartedAt      instant          `json:"started_at"`
}

func runningOf(r jobs.RunningItem) runningJSON {
	return runningJSON{
		ItemID: r.ItemID, JobID: r.JobID, Stage: r.Stage, Worker: r.Worker, Title: r.Title, Source: r.Source, SongID: r.SongID,
		PlaylistID: r.PlaylistID, Done: r.Done, Total: r.Total, Unit: r.Unit, Text: r.Text, BytesPerSecond: r.BytesPerSecond,
		EtaMS: r.EtaMS, Attempt: r.Attempt, StartedAt: instant(r.StartedAtMS),
	}
}
