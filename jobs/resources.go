package jobs

import (
	"context"
	"time"

	"catalogsync/models"
)

// Resources says whether the machine has room for a stage. Check is asked from the
// scheduler's loop and has to answer from memory.
type Resources interface {
	// Check allows a kind of stage to begin, or gives the reason why it has to wait.
	Check(stage models.StageName) (ok bool, reason string)
}

// resourceWait is the time after which a stage that waits for the machine asks again.
const resourceWait = 3 * time.Second

// hasResources says whether a stage may begin as far as the machine is concerned. If not,
// the stage says why; moved tells that this was news.
func (e *engine) hasResources(ctx context.Context, job *models.JobDetail, stage models.JobStage) (ok, moved bool, err error) {
	if e.opts.Resources == nil {
		return true, false, nil
	}
	now := e.opts.Clock()
	if asked, waits := e.asked[stage.ID]; waits && !now.Before(asked) && now.Sub(asked) < resourceWait {
		return false, false, nil
	}
	free, reason := e.opts.Resources.Check(stage.Name)
	if free {
		delete(e.asked, stage.ID)
		return true, false, nil
	}
	e.asked[stage.ID] = now
	moved, err = e.tellMessage(ctx, job, stage, reason)
	return false, moved, err
}
