package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"catalogsync/models"
)

// queueCounted bounds how many waiting items of a stage or source are counted one by one;
// the numbers of a longer queue are taken from the stages' counters.
const queueCounted = 100_000

// queueStage is a stage of an unfinished job with its counters.
type queueStage struct {
	ID               int64
	State            models.StageState
	JobState         models.JobState
	Message          string
	Pending, Running int64
}

// CountQueue tells why the items of unfinished jobs wait, reasons in their order, largest
// first within one. It reads the counters of stages and two small partial indexes; how
// many items ever ended makes no difference.
func (s *Store) CountQueue(ctx context.Context) ([]models.QueueShare, error) {
	var stages []queueStage
	err := s.read(ctx).Raw(`SELECT st.id, st.state, r.state AS job_state, st.message, st.pending + st.interrupted AS pending, st.running
		FROM job_runs r JOIN job_stages st ON st.job_run_id = r.id
		WHERE r.state IN ? AND st.pending + st.running + st.interrupted > 0`, models.LiveJobStates).Scan(&stages).Error
	if err != nil {
		return nil, fmt.Errorf("count queue: %w", err)
	}
	counts := map[models.QueueShare]int64{}
	for _, st := range stages {
		counts[models.QueueShare{Wait: models.QueueRunning}] += st.Running
		if wait, whole := st.waits(); whole {
			counts[wait] += st.Pending
			continue
		}
		if err := s.countStage(ctx, st, counts); err != nil {
			return nil, fmt.Errorf("count queue of stage %d: %w", st.ID, err)
		}
	}
	return queueShares(counts), nil
}

// waits is the reason that all of a stage's items share, if they share one.
func (st queueStage) waits() (share models.QueueShare, whole bool) {
	switch {
	case st.JobState == models.JobPaused || st.JobState == models.JobPauseRequested:
		return models.QueueShare{Wait: models.QueuePaused}, true
	case st.Message != "":
		return models.QueueShare{Wait: models.QueueStage, Detail: st.Message}, true
	case st.State != models.StageRunning:
		return models.QueueShare{Wait: models.QueueBehind}, true
	}
	return share, false
}

// countStage divides the waiting items of a stage that runs by what they wait for.
func (s *Store) countStage(ctx context.Context, st queueStage, counts map[models.QueueShare]int64) error {
	var later int64
	err := s.read(ctx).Raw(`SELECT count(*) FROM (SELECT 1 FROM job_items
		WHERE job_stage_id = ? AND state = 'pending' AND not_before_ms > 0 AND wait_source = '' LIMIT ?) AS waiting`, st.ID, queueCounted).Scan(&later).Error
	if err != nil {
		return err
	}
	var stopped []struct {
		WaitSource string
		Items      int64
	}
	err = s.read(ctx).Raw(`SELECT wait_source, count(*) AS items FROM (SELECT wait_source FROM job_items
		WHERE state = 'pending' AND wait_source <> '' AND wait_source IN (SELECT source FROM source_outages WHERE state = 'open')
		AND job_stage_id = ? LIMIT ?) AS stopped GROUP BY wait_source`, st.ID, queueCounted).Scan(&stopped).Error
	if err != nil {
		return err
	}
	ready := st.Pending - later
	counts[models.QueueShare{Wait: models.QueueLater}] += later
	for _, o := range stopped {
		counts[models.QueueShare{Wait: models.QueueSource, Detail: o.WaitSource}] += o.Items
		ready -= o.Items
	}
	counts[models.QueueShare{Wait: models.QueueReady}] += max(0, ready)
	return nil
}

// queueShares lists what was counted in the order in which it is shown.
func queueShares(counts map[models.QueueShare]int64) []models.QueueShare {
	var shares []models.QueueShare
	for share, n := range counts {
		if n > 0 {
			share.Items = n
			shares = append(shares, share)
		}
	}
	slices.SortFunc(shares, func(a, b models.QueueShare) int {
		return cmp.Or(
			cmp.Compare(slices.Index(models.QueueWaits, a.Wait), slices.Index(models.QueueWaits, b.Wait)),
			cmp.Compare(b.Items, a.Items), cmp.Compare(a.Detail, b.Detail))
	})
	return shares
}
