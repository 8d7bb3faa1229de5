package models

// JobFilter narrows a list of jobs; zero fields do not narrow.
type JobFilter struct {
	States []JobState
	Page   Page
}

// JobDetail is a job with its stages in order.
type JobDetail struct {
	JobRun
	Stages []JobStage
}

// JobPlaylistRow is one playlist of a job: the second level of the task tree.
type JobPlaylistRow struct {
	Playlist
	Position     int
	RunningSongs int64 // items of this job, of this playlist's songs
	FailedSongs  int64
	// SyncState is the state of the playlist's own item in the job's sync stage, "" when
	// there is none; SyncError its error.
	SyncState ItemState
	SyncError string
}

// JobSongRow is one song of a playlist inside one job: the third level of the tree.
type JobSongRow struct {
	SongID       int64
	Position     int
	Name         string
	Singers      string
	DurationMS   int64
	Availability Availability
	Downloaded   bool
	// The song's item in this job; ItemID 0 = none (it was there before, or is not planned).
	ItemID        int64
	ItemState     ItemState
	ErrorCode     Code
	ErrorText     string
	WaitReason    string
	NotBeforeMS   int64
	ProgressDone  int64
	ProgressTotal int64
	ProgressText  string
	ResultSource  string
}

// FailureGroup counts the failed items of a job that share a reason.
type FailureGroup struct {
	Stage     StageName
	Source    string
	ErrorCode Code
	Count     int64
	Sample    string // one of the error texts
}

// Cause is what the group's items have in common.
func (g FailureGroup) Cause() FailureCause {
	return FailureCause{Stage: g.Stage, Source: g.Source, ErrorCode: g.ErrorCode}
}

// Includes says whether the items of a group failed for the cause.
func (c FailureCause) Includes(g FailureGroup) bool {
	return (c.Stage == "" || c.Stage == g.Stage) && (c.Source == "" || c.Source == g.Source) && (c.ErrorCode == "" || c.ErrorCode == g.ErrorCode)
}

// ItemFilter narrows the items of a job.
type ItemFilter struct {
	States []ItemState
	Cause  FailureCause
	Page   Page
}
