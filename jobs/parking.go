package jobs

import (
	"context"

	"catalogsync/models"
)

// parkStages takes their places from stages that can do nothing until a blocked source
// serves again: the stages behind go on with what the other sources gave, and the lane is
// free for other jobs. They are placed again when the outage ends.
func (e *engine) parkStages(ctx context.Context, job *models.JobDetail) (bool, error) {
	if job.State != models.JobRunning {
		return false, nil
	}
	for _, stage := range job.Stages {
		s := e.stages[stage.ID]
		if s == nil || !e.stuck(s) {
			continue
		}
		if moved, err := e.tellMessage(ctx, job, stage, "waits for "+e.blockedNames()); moved || err != nil {
			return moved, err
		}
		e.parked[stage.ID] = true
		e.dismiss(s)
		return true, nil
	}
	return false, nil
}

// stuck says that all that is left of a stage waits for blocked sources.
func (e *engine) stuck(s *stageRun) bool {
	row := &s.row
	return row.State == models.StageRunning && row.PlannedAtMS > 0 && row.Pending > 0 && row.Running+row.Interrupted == 0 &&
		!s.look && s.nextMS == 0 && len(e.claimable(s)) == 0 && !s.busy() && e.blockedNames() != ""
}

// ownSource says that an item can be served by its own source alone, so that none is begun
// while that blocks. Songs are downloaded from whoever has them.
func (d StageDefinition) ownSource() bool { return d.Lane != models.LaneDownload }

// claimable lists the sources of a stage's ready items, without those that are waited for.
func (e *engine) claimable(s *stageRun) []string {
	if !s.def.ownSource() {
		return s.ready
	}
	var list []string
	for _, source := range s.ready {
		if !e.waitedFor(source) {
			list = append(list, source)
		}
	}
	return list
}

// replanBehind plans the stages again that went ahead of stage i while it was parked:
// what it did since may add to their items.
func replanBehind(stages []models.JobStage, i int) []models.StageChange {
	var changes []models.StageChange
	for _, stage := range stages[i+1:] {
		switch {
		case stage.State.Final():
			changes = append(changes, models.StageChange{StageID: stage.ID, To: models.StagePending, Replan: true})
		case stage.State == models.StageRunning:
			changes = append(changes, models.StageChange{StageID: stage.ID, To: models.StagePlanning, Replan: true})
		}
	}
	return changes
}
