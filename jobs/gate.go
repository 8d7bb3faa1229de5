package jobs

import "catalogsync/models"

// Gate holds all downloads back for a reason that is none of the single job's, such as a
// full disk. It is asked from the scheduler's loop and has to answer from memory.
type Gate interface {
	// Closed says whether no download may begin, and why.
	Closed() (reason string, closed bool)
}

// heldBack is the error of an item for which the gate closes: it is no fault of the item,
// and its job need not pause.
type heldBack struct{ error }

func (h heldBack) Unwrap() error { return h.error }

// withheld says why a job's items in a lane may not begin now, "" when they may.
func (e *engine) withheld(job *models.JobDetail, lane models.Lane) string {
	if lane != models.LaneDownload {
		return ""
	}
	if e.opts.DownloadGate != nil {
		if reason, closed := e.opts.DownloadGate.Closed(); closed {
			return reason
		}
	}
	if e.outOfHours(job, lane) {
		return e.hoursMessage()
	}
	return ""
}

// atGate marks the errors of a full disk in a lane that a gate holds back.
func (e *engine) atGate(lane models.Lane, err error) error {
	if e.opts.DownloadGate == nil || lane != models.LaneDownload || models.CodeOf(err) != models.CodeDiskFull {
		return err
	}
	return heldBack{err}
}
