package models

import "time"

// EventHistoryPruned marks a finished job whose items, logs and events were removed for
// their age. Its sums still tell what it did, so they no longer equal a count of its items.
const EventHistoryPruned = "history_pruned"

// PruneStep is what one transaction of pruning did.
type PruneStep struct {
	Rows int64
	// Held is how long the writer was held.
	Held time.Duration
	// Done says that nothing of the job is left to remove.
	Done bool
}
