package jobs

import (
	"errors"
	"fmt"
	"time"

	"catalogsync/models"
)

// Why an item's context ended, or a task's. They are causes of contexts, never results.
var (
	errCanceled  = models.ErrJobCanceled
	errPaused    = errors.New("the job was paused")
	errJobFailed = errors.New("the job failed")
	errStopping  = errors.New("the program stops")
	errOutdated  = errors.New("an earlier stage has work again")
)

// toldToEnd says that a task ended because the runner told it to.
func toldToEnd(err error) bool {
	return errors.Is(err, errCanceled) || errors.Is(err, errPaused) || errors.Is(err, errJobFailed) ||
		errors.Is(err, errStopping) || errors.Is(err, errOutdated)
}

// errTimeLimit makes the error of an item that hung or took too long.
func errTimeLimit(what string, limit time.Duration) error {
	return models.NewError(models.ClassTransient, models.CodeItemTimeout, "%s for %s; it is tried again", what, limit)
}

// errPanic makes the error of an executor that panicked.
func errPanic(value any) error {
	return models.NewError(models.ClassPermanent, models.CodePanic, "the program made a mistake at this item: %s", clip(fmt.Sprint(value), maxErrorText/2))
}

func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

// plainReason is the message of a refusal without the wrapping of the way it came.
func plainReason(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Message
	}
	return clip(err.Error(), maxErrorText)
}

// refused says that the store did not allow a change, rather than failing at it.
func refused(err error) bool {
	c := models.ClassOf(err)
	return err != nil && (c == models.ClassConflict || c == models.ClassNotFound)
}

// Bounds of texts that go into the database, in runes.
const (
	maxErrorText    = 1000
	maxProgressText = 200
	maxTitle        = 300
	maxLogText      = 4000
)

// clip bounds a text without cutting a character.
func clip(s string, runes int) string {
	if len(s) <= runes {
		return s
	}
	n := 0
	for i := range s {
		if n == runes {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
