package models

// ThroughputHour is what one kind of stage did in one hour.
type ThroughputHour struct {
	HourMS    int64     `gorm:"primaryKey;autoIncrement:false"` // the hour's begin
	Stage     StageName `gorm:"primaryKey"`
	Succeeded int64
	Skipped   int64
	Failed    int64
	Bytes     int64
}

// TableName names the table.
func (ThroughputHour) TableName() string { return "throughput_hours" }

// QueueWait is why items of unfinished jobs do not run now.
type QueueWait string

// The reasons, in the order in which they are shown.
const (
	QueueReady   QueueWait = "ready"   // they run as soon as a worker is free
	QueueLater   QueueWait = "later"   // they are tried again at a set time
	QueueSource  QueueWait = "source"  // their source does not serve
	QueueStage   QueueWait = "stage"   // their stage waits, and says for what
	QueueBehind  QueueWait = "behind"  // a stage before theirs is not done, or their job has not begun
	QueuePaused  QueueWait = "paused"  // their job is paused
	QueueRunning QueueWait = "running" // they do run
)

// QueueWaits lists all reasons in the order in which they are shown.
var QueueWaits = []QueueWait{QueueRunning, QueueReady, QueueLater, QueueSource, QueueStage, QueueBehind, QueuePaused}

// QueueShare is how many items of unfinished jobs have one reason.
type QueueShare struct {
	Wait QueueWait
	// Detail is the source of QueueSource, and what the stage of QueueStage says.
	Detail string
	Items  int64
}
