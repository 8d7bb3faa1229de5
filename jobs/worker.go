package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"catalogsync/models"
)

// runItem lets an executor do one item. A panic ends this item alone; its stack goes to
// the job's log.
func runItem(exec Executor, stage Stage, h *held) (f finished) {
	f.item = h.item
	defer func() {
		if value := recover(); value != nil {
			f.err = errPanic(value)
			h.tracker.Log(slog.LevelError, fmt.Sprintf("panic: %v\n%s", value, debug.Stack()))
		}
		f.at = h.tracker.now()
		f.progress = h.tracker.look(f.at, false)
		f.cause = causeOf(h)
	}()
	f.outcome, f.err = exec.Run(h.ctx, stage, h.item, h.tracker)
	return f
}

// causeOf is why the item's context was ended, nil when it was not.
func causeOf(h *held) error {
	if h.ctx.Err() == nil {
		return nil
	}
	return context.Cause(h.ctx)
}

func workerName(stage models.StageName, slot int) string {
	return fmt.Sprintf("%s-%d", stage, slot+1)
}
