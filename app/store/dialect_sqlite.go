package store

import "gorm.io/gorm"

// SQLite takes a partial index for no better than a full one, and then reads all items that
// a job, or all jobs, ever had. These names of the table say by which index to go; the
// conditions that go with them imply those of the index.
const (
	// activeItems and runningItems belong together, as do failedItems and state = 'failed'.
	activeItems  = `job_items AS i INDEXED BY job_items_active`
	runningItems = `i.state IN ('running', 'interrupted') AND i.state = 'running'`
	failedItems  = `job_items AS i INDEXED BY job_items_failed`
)

// foreignWrites is SQLite's data_version, which on one and the same connection changes
// with the commits of all others; the writer is the only one of this process that commits.
func foreignWrites(writer *gorm.DB) (int64, error) {
	var n int64
	err := writer.Raw("PRAGMA data_version").Scan(&n).Error
	return n, err
}
