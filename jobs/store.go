package jobs

import (
	"context"

	"catalogsync/models"
)

// Store is what the runner needs of the database. Every method is one transaction; each
// change of a job or an item is a compare-and-set on its former state.
type Store interface {
	CreateJob(ctx context.Context, run models.JobRun, stages []models.JobStage, event models.JobEventRow) (models.JobDetail, error)
	GetJob(ctx context.Context, id int64) (models.JobDetail, error)
	GetJobItem(ctx context.Context, jobID, itemID int64) (models.JobItem, error)
	GroupFailedItems(ctx context.Context, jobID int64) ([]models.FailureGroup, error)
	// LiveJobs lists unfinished jobs, the highest priority first.
	LiveJobs(ctx context.Context) ([]models.JobDetail, error)

	// ChangeJob answers a change that is not allowed with a ClassConflict error.
	ChangeJob(ctx context.Context, change models.JobChange) (models.JobChanged, error)
	// AddItems adds the items whose key the stage has not, and counts them.
	AddItems(ctx context.Context, jobID, stageID int64, items []models.JobItem) (int64, error)
	TurnItems(ctx context.Context, turn models.ItemTurn) (models.ItemTurned, error)
	SaveProgress(ctx context.Context, progress models.JobProgress) error
	// FinishJobPlaylists marks the playlists of which one of the songs was the last.
	FinishJobPlaylists(ctx context.Context, jobID int64, songIDs []int64) error
	// CancelLeftovers cancels a batch of a canceled job's waiting items; more says that
	// some are left.
	CancelLeftovers(ctx context.Context, jobID int64) (more bool, err error)

	// OpenOutages lists the sources that blocked when they were last heard of. SaveOutage
	// writes one as it is now; ReleaseStopped makes a batch of the items ready that it
	// stopped, by job, and closes it with the last; FailStopped gives a batch of them up.
	OpenOutages(ctx context.Context) ([]models.SourceOutage, error)
	SaveOutage(ctx context.Context, outage models.SourceOutage) error
	ReleaseStopped(ctx context.Context, outage models.SourceOutage) (byJob map[int64]int64, more bool, err error)
	FailStopped(ctx context.Context, source, reason string) (failed []models.JobItem, more bool, err error)

	AddCommand(ctx context.Context, command models.JobCommand) (models.JobCommand, error)
	GetCommand(ctx context.Context, id int64) (models.JobCommand, error)
	PendingCommands(ctx context.Context, limit int) ([]models.JobCommand, error)
	// ForeignWrites is a number that changes when another process wrote to the database.
	ForeignWrites(ctx context.Context) (int64, error)
	AnswerCommand(ctx context.Context, answer models.CommandAnswer, event models.JobEventRow) error

	// RecoverJobs mends what the end of the last process left behind.
	RecoverJobs(ctx context.Context, pause bool) (models.JobRecovery, error)
	// RequeueLost queues again the running items that this process does not hold.
	RequeueLost(ctx context.Context, held []int64) (int64, error)
}
