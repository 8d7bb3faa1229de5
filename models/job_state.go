package models

import "slices"

// JobState is a job's state. JobTransitions is the only authority on its changes.
type JobState string

const (
	// JobQueued: waits for its lane; the scheduler moves it on. The operator sees its place.
	JobQueued JobState = "queued"
	// JobRunning: its stages run, one after the other.
	JobRunning JobState = "running"
	// JobPauseRequested: takes no new items; becomes paused when the running ones have drained.
	JobPauseRequested JobState = "pause_requested"
	// JobPaused: rests until somebody resumes or cancels it.
	JobPaused JobState = "paused"
	// JobCompleted: every item succeeded or was skipped.
	JobCompleted JobState = "completed"
	// JobCompletedWithErrors: all items ended, some failed.
	JobCompletedWithErrors JobState = "completed_with_errors"
	// JobFailed: an unrecoverable error ended it, such as a vanished library folder.
	JobFailed JobState = "failed"
	// JobCanceled: ended by the operator.
	JobCanceled JobState = "canceled"
)

// JobStates lists all job states in the order of a job's life.
var JobStates = []JobState{JobQueued, JobRunning, JobPauseRequested, JobPaused, JobCompleted, JobCompletedWithErrors, JobFailed, JobCanceled}

// JobEvent is what may happen to a job.
type JobEvent string

const (
	JobStart            JobEvent = "start"              // the scheduler gives it its lane
	JobPause            JobEvent = "pause"              // command
	JobDrained          JobEvent = "drained"            // the last running item ended
	JobResume           JobEvent = "resume"             // command
	JobCancel           JobEvent = "cancel"             // command
	JobFinish           JobEvent = "finish"             // all items succeeded or skipped
	JobFinishWithErrors JobEvent = "finish_with_errors" // all items ended, some failed
	JobFail             JobEvent = "fail"               // unrecoverable
	JobRecover          JobEvent = "recover"            // the process started again
	JobReopen           JobEvent = "reopen"             // a retry command gave a finished job work again
)

// JobTransitions is the job state machine: state → event → next state. An event that
// is not listed for a state is refused.
var JobTransitions = map[JobState]map[JobEvent]JobState{
	JobQueued: {
		JobStart:   JobRunning,
		JobCancel:  JobCanceled,
		JobFail:    JobFailed,
		JobRecover: JobQueued,
	},
	JobRunning: {
		JobPause:            JobPauseRequested,
		JobCancel:           JobCanceled,
		JobFinish:           JobCompleted,
		JobFinishWithErrors: JobCompletedWithErrors,
		JobFail:             JobFailed,
		JobRecover:          JobRunning,
	},
	JobPauseRequested: {
		JobDrained: JobPaused,
		JobResume:  JobRunning,
		JobCancel:  JobCanceled,
		// The last running item may have been the last of the job.
		JobFinish:           JobCompleted,
		JobFinishWithErrors: JobCompletedWithErrors,
		JobFail:             JobFailed,
		JobRecover:          JobPaused,
	},
	JobPaused: {
		JobResume:  JobRunning,
		JobCancel:  JobCanceled,
		JobFail:    JobFailed,
		JobRecover: JobPaused,
	},
	JobCompleted:           {JobReopen: JobQueued},
	JobCompletedWithErrors: {JobReopen: JobQueued},
	JobFailed:              {JobReopen: JobQueued},
	JobCanceled:            {},
}

// Next is the state after event e, false when e is refused in state s.
func (s JobState) Next(e JobEvent) (JobState, bool) {
	next, ok := JobTransitions[s][e]
	return next, ok
}

// Allows says whether event e is allowed in state s; buttons are drawn from it.
func (s JobState) Allows(e JobEvent) bool {
	_, ok := JobTransitions[s][e]
	return ok
}

// Live says that the job is not finished.
func (s JobState) Live() bool { return slices.Contains(LiveJobStates, s) }

// LiveJobStates are the states of unfinished jobs.
var LiveJobStates = []JobState{JobQueued, JobRunning, JobPauseRequested, JobPaused}

// JobStatesAllowing lists the states in which event e is allowed, for the WHERE clause
// of a compare-and-set.
func JobStatesAllowing(e JobEvent) []JobState {
	var out []JobState
	for _, s := range JobStates {
		if s.Allows(e) {
			out = append(out, s)
		}
	}
	return out
}

// StageState is a stage's state.
type StageState string

const (
	StagePending             StageState = "pending"  // an earlier stage is not done
	StagePlanning            StageState = "planning" // its items are being written
	StageRunning             StageState = "running"
	StageCompleted           StageState = "completed"
	StageCompletedWithErrors StageState = "completed_with_errors"
	StageFailed              StageState = "failed"
	StageCanceled            StageState = "canceled"
)

// Final says that the stage is over.
func (s StageState) Final() bool {
	return s != StagePending && s != StagePlanning && s != StageRunning
}
