package models

import "errors"

// JobType names a row of the job definitions.
type JobType string

const (
	JobCatalogSync  JobType = "catalog_sync"
	JobCollectOnly  JobType = "collect_only"
	JobSyncOnly     JobType = "sync_only"
	JobSyncDownload JobType = "sync_download"
	JobDownloadOnly JobType = "download_only"

	JobUploadOnly     JobType = "upload_only"
	JobDownloadUpload JobType = "download_upload"
	JobScan           JobType = "scan"
	JobBeatsync       JobType = "beatsync"

	JobReconcile JobType = "reconcile"
	JobImport    JobType = "import"
	JobParts     JobType = "parts"
	JobBulk      JobType = "bulk"
	JobDedupe    JobType = "dedupe"
	JobBackup    JobType = "backup"
	JobSimilar   JobType = "similar"
)

// StageName names a kind of work; one executor does it.
type StageName string

const (
	StageCollect  StageName = "collect"
	StageSync     StageName = "sync"
	StageDownload StageName = "download"
	StageUpload   StageName = "upload"
	StageScan     StageName = "scan"
	StageNotify   StageName = "notify"
	StageAlign    StageName = "align"
	StageTrim     StageName = "trim"

	StageReconcile StageName = "reconcile"
	StageImport    StageName = "import"
	StageParts     StageName = "parts"
	StageBulk      StageName = "bulk"
	StageDedupe    StageName = "dedupe"
	StageBackup    StageName = "backup"
	StageSimilar   StageName = "similar"
)

// Lane is the worker pool that a stage runs in.
type Lane string

const (
	// LaneDownload is exclusive: one download stage at a time.
	LaneDownload Lane = "download"
	// LaneGeneral runs collect, sync and the like, several stages at once.
	LaneGeneral Lane = "general"
)

// JobScope says what a job is about. Empty fields do not narrow.
type JobScope struct {
	Sources         []string   `json:"sources,omitempty"`          // platforms to collect, sync, and whose songs to download
	DownloadSources []string   `json:"download_sources,omitempty"` // providers in order of preference
	PoolKinds       []PoolKind `json:"pool_kinds,omitempty"`
	PlaylistIDs     []int64    `json:"playlist_ids,omitempty"`
	WantedOnly      bool       `json:"wanted_only,omitempty"`
	// SongIDs are the only songs of a download_only job; Replace fetches them although they
	// are in the library, and puts the new file in the place of the old one.
	SongIDs []int64 `json:"song_ids,omitempty"`
	Replace bool    `json:"replace,omitempty"`
	// Limit bounds the playlists of collect (a source and pool each) and sync, and in a
	// download_only job the songs; 0 = no limit. In a job that syncs and downloads, the
	// songs of exactly the synced playlists are downloaded.
	Limit int `json:"limit,omitempty"`
	// DownloadOrder overrides the configured order of downloads; "" = configured.
	DownloadOrder DownloadOrder `json:"download_order,omitempty"`
	// Workers overrides the configured number of download workers; 0 = configured.
	Workers int `json:"workers,omitempty"`
	// Reconcile, Import and Similar are what jobs of these types do; nil = the usual.
	Reconcile *ReconcileScope `json:"reconcile,omitempty"`
	Import    *ImportScope    `json:"import,omitempty"`
	// Bulk is the action on many playlists that a bulk job carries out.
	Bulk *BulkScope `json:"bulk,omitempty"`
	// Upload says where jobs that upload do so; nil = to the only storage there is.
	Upload  *UploadScope  `json:"upload,omitempty"`
	Similar *SimilarScope `json:"similar,omitempty"`
}

// JobRun is one run of a job type.
type JobRun struct {
	ID           int64
	Type         JobType
	State        JobState
	Title        string
	ScopeJSON    string // JobScope
	Origin       string // web | api | cli | schedule | demo
	Priority     int
	AnyHour      bool // downloads do not wait for the hours of the day that are set for them
	CurrentStage StageName
	PauseReason  string // why the runner itself paused it, if it did
	ErrorCode    Code
	ErrorText    string
	ItemsTotal   int64 // sums over the stages, kept by the runner
	ItemsDone    int64 // succeeded + skipped + failed + canceled
	ItemsFailed  int64
	ItemsSkipped int64
	BytesDone    int64
	CreatedAtMS  int64
	StartedAtMS  int64
	FinishedAtMS int64
	UpdatedAtMS  int64
}

func (JobRun) TableName() string { return "job_runs" }

// JobStage is one phase of a job. The counters are kept in the transactions that
// change its items. Unique by (job_run_id, ordinal).
type JobStage struct {
	ID           int64
	JobRunID     int64
	Ordinal      int
	Name         StageName
	Lane         Lane
	State        StageState
	Workers      int
	Total        int64
	Pending      int64
	Running      int64
	Succeeded    int64
	Skipped      int64
	Failed       int64
	Interrupted  int64
	Canceled     int64
	BytesDone    int64
	Message      string // e.g. why it waits
	PlannedAtMS  int64  // when all items were written
	StartedAtMS  int64
	FinishedAtMS int64
	UpdatedAtMS  int64
}

func (JobStage) TableName() string { return "job_stages" }

// Count is the counter of items in one state.
func (s *JobStage) Count(state ItemState) int64 {
	switch state {
	case ItemPending:
		return s.Pending
	case ItemRunning:
		return s.Running
	case ItemSucceeded:
		return s.Succeeded
	case ItemSkipped:
		return s.Skipped
	case ItemFailed:
		return s.Failed
	case ItemInterrupted:
		return s.Interrupted
	case ItemCanceled:
		return s.Canceled
	}
	return 0
}

// JobItem is the smallest unit of work. Unique by (job_stage_id, item_key).
type JobItem struct {
	ID             int64
	JobRunID       int64
	JobStageID     int64
	ItemKey        string
	Title          string
	Source         string // platform, for fairness and circuits
	PlaylistID     *int64
	SongID         *int64
	FileLocationID *int64
	State          ItemState
	Priority       int
	Rank           int // order among items of the same priority, low first
	Attempts       int
	Waits          int    // times it went back because its source was blocked; no attempts
	NotBeforeMS    int64  // not claimed earlier; 0 = ready
	WaitReason     string // why NotBeforeMS is set
	WaitSource     string // the source whose outage stopped it, "" = none; its end makes it ready
	ErrorClass     ErrorClass
	ErrorCode      Code
	ErrorText      string
	ProgressDone   int64
	ProgressTotal  int64
	ProgressUnit   string // bytes | songs | pages
	ProgressText   string
	ResultSource   string // the source that delivered
	RestUntilMS    int64  // no source has the song, and none is asked before; 0 = asked at once
	StartedAtMS    int64
	FinishedAtMS   int64
	UpdatedAtMS    int64
}

func (JobItem) TableName() string { return "job_items" }

// JobPlaylist links a job and a playlist that it works on: the second level of the
// task tree. Written when a stage is planned.
type JobPlaylist struct {
	JobRunID   int64 `gorm:"primaryKey"`
	PlaylistID int64 `gorm:"primaryKey"`
	Position   int
	// FinishedAtMS is when the last song of it ended in this job.
	FinishedAtMS int64
}

func (JobPlaylist) TableName() string { return "job_playlists" }

// JobWorker is one worker's live state. Unique by (job_run_id, name).
type JobWorker struct {
	ID             int64
	JobRunID       int64
	JobStageID     int64
	Name           string // e.g. download-3
	ItemID         *int64
	ItemTitle      string
	State          string // idle | running
	ProgressText   string
	ProgressDone   int64
	ProgressTotal  int64
	BytesPerSecond float64
	ItemsPerSecond float64
	EtaMS          int64 // of the current item, 0 = unknown
	ItemsDone      int64
	BytesDone      int64
	HeartbeatMS    int64
}

func (JobWorker) TableName() string { return "job_workers" }

// CommandKind is a command to the runner.
type CommandKind string

const (
	CommandPause          CommandKind = "pause"
	CommandResume         CommandKind = "resume"
	CommandCancel         CommandKind = "cancel"
	CommandRetryItem      CommandKind = "retry_item"
	CommandForceRetryItem CommandKind = "force_retry_item"
	CommandRetryFailed    CommandKind = "retry_failed"
	CommandReprioritize   CommandKind = "reprioritize"
	CommandDownloadNow    CommandKind = "download_now" // whatever the hours of the day
)

// CommandKinds lists all commands.
var CommandKinds = []CommandKind{CommandPause, CommandResume, CommandCancel, CommandRetryItem, CommandForceRetryItem, CommandRetryFailed, CommandReprioritize, CommandDownloadNow}

// CommandState is a command's answer.
type CommandState string

const (
	CommandPending  CommandState = "pending"
	CommandApplied  CommandState = "applied"
	CommandRejected CommandState = "rejected"
)

// FailureCause narrows failed items to those of one cause; an empty field does not narrow.
type FailureCause struct {
	Stage     StageName
	Source    string
	ErrorCode Code
}

// JobCommand is one command, written by web, API and CLI, consumed by the runner alone,
// in order, each answered.
type JobCommand struct {
	ID       int64
	JobRunID int64
	Kind     CommandKind
	ItemID   *int64
	Priority int // of reprioritize
	// FailureCause narrows retry_failed.
	FailureCause `gorm:"embedded"`
	Origin       string
	State        CommandState
	Reason       string // why rejected, or what it did
	CreatedAtMS  int64
	AnsweredMS   int64
}

func (JobCommand) TableName() string { return "job_commands" }

// JobEventRow is the audit trail: who did what to a job, and each change of its state.
type JobEventRow struct {
	ID         int64
	JobRunID   int64
	JobStageID *int64
	Kind       string // e.g. job_started, stage_finished, catalog_export_started
	Actor      string // runner | web | api | cli | recovery
	Text       string
	DataJSON   string
	AtMS       int64
}

func (JobEventRow) TableName() string { return "job_events" }

// JobLog is one line of a job's log.
type JobLog struct {
	ID         int64
	JobRunID   int64
	JobStageID *int64
	ItemID     *int64
	Level      string // debug | info | warn | error
	Source     string
	Text       string
	DataJSON   string
	AtMS       int64
}

func (JobLog) TableName() string { return "job_logs" }

// ErrJobCanceled is why an item's context ended when somebody canceled its job.
var ErrJobCanceled = errors.New("the job was canceled")
