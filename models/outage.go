package models

// OutageState says whether an outage is over.
type OutageState string

const (
	OutageOpen   OutageState = "open"
	OutageClosed OutageState = "closed"
)

// SourceOutage is a time during which a source blocked this program. While it is open,
// the items that it stopped (JobItem.WaitSource) wait for a probe to succeed. Unique by
// (source, since_ms): a source that blocks again before it delivered anything goes on
// with the same outage. At most one is open for each source.
type SourceOutage struct {
	Source     string `gorm:"primaryKey"`
	SinceMS    int64  `gorm:"primaryKey;autoIncrement:false"`
	State      OutageState
	UntilMS    int64 // when the source is probed next
	Code       Code  // of the error that began it
	Reason     string
	Probes     int // sent and failed so far
	ClosedAtMS int64
}

func (SourceOutage) TableName() string { return "source_outages" }
