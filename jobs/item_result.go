package jobs

import (
	"errors"
	"fmt"
	"time"

	"catalogsync/models"
)

// resultOf turns a finished item into the row that is written. pause is the error that
// the job has to pause for, nil mostly.
func (e *engine) resultOf(f finished, attempts int) (row models.ItemResult, pause error) {
	row = models.ItemResult{
		ItemID: f.item.ID, StageID: f.item.JobStageID, JobID: f.item.JobRunID,
		Attempts: f.item.Attempts, Waits: f.item.Waits,
		ProgressDone: f.progress.done, ProgressTotal: f.progress.total,
		ProgressUnit: f.progress.unit, ProgressText: f.progress.text,
	}
	switch {
	case f.returned:
		row.To, row.Attempts = models.ItemPending, untried(f.item)
	case f.err == nil:
		deliver(&row, f)
	case errors.Is(f.cause, errCanceled):
		row.To, row.FinishedAtMS = models.ItemCanceled, models.NowMS(f.at)
	case errors.Is(f.cause, errStopping):
		row.To, row.Attempts = models.ItemInterrupted, untried(f.item)
	case errors.Is(f.cause, errJobFailed):
		row.To, row.Attempts = models.ItemPending, untried(f.item)
	default:
		pause = e.settle(&row, f, attempts)
	}
	return row, pause
}

// untried is the number of attempts without the one that was cut short by no fault of
// the item.
func untried(item models.JobItem) int { return max(item.Attempts-1, 0) }

// deliver fills in how an item ended without an error.
func deliver(row *models.ItemResult, f finished) {
	row.To, row.FinishedAtMS = models.ItemSucceeded, models.NowMS(f.at)
	row.ResultSource, row.Bytes = f.outcome.ResultSource, f.outcome.Bytes
	if f.outcome.Text != "" {
		row.ProgressText = clip(f.outcome.Text, maxProgressText)
	}
	if f.outcome.Skipped {
		row.To = models.ItemSkipped
		row.ErrorCode, row.ErrorText = f.outcome.Code, clip(f.outcome.Reason, maxErrorText)
	}
}

// settle lets the policy decide about an error.
func (e *engine) settle(row *models.ItemResult, f finished, attempts int) (pause error) {
	err := f.err
	if f.cause != nil {
		err = f.cause // its time was up; what the executor said of that does not matter
	}
	d := e.opts.Backoff.decide(err, f.item.Attempts, f.item.Waits, attempts, e.opts.Random)
	if source := sourceOf(err, f.item); verdictOf(err) == verdictWait && e.prober(source) != nil {
		e.await(row, &d, source, f)
	}
	row.To, row.Attempts, row.Waits, row.WaitReason = d.to, d.attempts, d.waits, d.reason
	row.ErrorClass, row.ErrorCode, row.ErrorText = models.ClassOf(err), models.CodeOf(err), clip(err.Error(), maxErrorText)
	switch {
	case d.to.Ended():
		row.FinishedAtMS = models.NowMS(f.at)
	case d.delay > 0:
		row.NotBeforeMS = models.NowMS(e.opts.Clock().Add(max(d.delay, time.Millisecond)))
	}
	if d.pause {
		return err
	}
	return nil
}

// await lets the item wait for the end of its source's outage instead of a time of its
// own. It fails when it did so too often, or when the source has blocked for too long.
func (e *engine) await(row *models.ItemResult, d *decision, source string, f finished) {
	o := e.stop(source, f.err, f.item)
	switch {
	case d.to != models.ItemPending:
		return
	case !e.waitedFor(source):
		*d = decision{to: models.ItemFailed, attempts: f.item.Attempts, waits: f.item.Waits}
		return
	}
	d.delay, d.reason = 0, fmt.Sprintf("waits for %s (%s)", source, models.CodeOf(f.err))
	row.WaitSource, row.NotBeforeMS = source, o.row.UntilMS
}
