package models

// JobChange is one atomic change of a job, its stages and its items. It is refused whole
// (ClassConflict) when the job's state does not allow Event, or when Items was asked for
// and nothing could be changed.
type JobChange struct {
	JobID int64
	// Event moves the job by JobTransitions; "" leaves its state.
	Event JobEvent
	// PauseReason is kept while the job is paused; ErrorCode and ErrorText when it fails.
	PauseReason string
	ErrorCode   Code
	ErrorText   string
	Priority    *int
	AnyHour     bool // from now on; false leaves it
	// CurrentStage is "" when it stays.
	CurrentStage StageName
	Stages       []StageChange
	Items        *ItemsChange
	// Answer answers the command that asked for the change, in the same transaction.
	Answer *CommandAnswer
	Events []JobEventRow
}

// StageChange moves one stage.
type StageChange struct {
	StageID int64
	To      StageState // "" = stays
	// Planned says that all items are written; Replan that they have to be written (again).
	Planned, Replan bool
	Message         *string // nil = stays
}

// ItemsChange moves many items of a job at once.
type ItemsChange struct {
	Event ItemEvent
	// From are the states that are moved; each must allow Event.
	From []ItemState
	// ItemID narrows to one item, 0 = all of the job; Cause narrows the items that failed.
	ItemID int64
	Cause  FailureCause
	// Optional says that it is no fault when there is nothing to change.
	Optional bool
}

// JobChanged is a job after a change, and the number of items that the change moved.
type JobChanged struct {
	JobDetail
	Items int64
	// More says that only a batch of the items was moved, and the command is not answered:
	// Items and Answer of the change are to be asked for again.
	More bool
}

// CommandAnswer is the runner's answer to a command.
type CommandAnswer struct {
	CommandID int64
	State     CommandState
	Reason    string
	// Event tells of it in the audit trail; a zero one is not written.
	Event JobEventRow
}

// ItemResult is what became of a running item. It is written only when the item is
// still running.
type ItemResult struct {
	ItemID, StageID, JobID int64
	To                     ItemState
	Attempts, Waits        int
	NotBeforeMS            int64
	WaitReason             string
	WaitSource             string // the source whose outage stopped it; one that is open or in ItemTurn.Outages
	ErrorClass             ErrorClass
	ErrorCode              Code
	ErrorText              string
	ProgressDone           int64
	ProgressTotal          int64
	ProgressUnit           string
	ProgressText           string
	ResultSource           string
	Bytes                  int64 // delivered, added to the stage's and the job's sums
	FinishedAtMS           int64 // 0 while it has not ended
}

// ItemDemand asks for ready items of one source of a stage.
type ItemDemand struct {
	JobID, StageID int64
	Source         string
	Limit          int
}

// ItemTurn is one turn of the dispatcher, one transaction: results are recorded, due
// items are released, new ones are claimed.
type ItemTurn struct {
	// Outages began or changed by the results; they are written together with them.
	Outages []SourceOutage
	Results []ItemResult
	// Stages are those to look at: their due items become ready, and their rows come back.
	Stages []int64
	Claims []ItemDemand
	NowMS  int64
	// MaxWaitMS bounds every wait: a not-before time further away than that comes from a
	// clock that jumped, and is taken as due.
	MaxWaitMS int64
}

// ItemTurned is what a turn did.
type ItemTurned struct {
	Recorded int64     // results whose item was still running
	Claimed  []JobItem // in the order of their stage's plan
	Stages   []StageNow
}

// StageNow is a stage's row and what can be claimed of it.
type StageNow struct {
	JobStage
	// ReadySources have at least one item that can be claimed now.
	ReadySources []string
	// NextMS is when the first waiting item is due, 0 = none waits.
	NextMS int64
}

// ItemProgress is a running item's progress as the runner saves it about once a second.
type ItemProgress struct {
	ItemID      int64
	Done, Total int64
	Unit, Text  string
}

// JobProgress is what the runner keeps in memory and saves about once a second.
type JobProgress struct {
	Items   []ItemProgress
	Workers []JobWorker
	Logs    []JobLog
}

// JobRecovery tells what a start found and mended.
type JobRecovery struct {
	Jobs     int   // unfinished jobs
	Items    int64 // items that were running when the last process ended
	Canceled int64 // leftovers of canceled jobs
}
