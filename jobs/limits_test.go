package jobs_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// A list of ten thousand songs takes minutes at a polite pace, and tells nothing meanwhile.
func TestLongPlaylistIsNotTakenForAHungItem(t *testing.T) {
	inWorld(t, func(w *world) {
		x := &jobstest.Executor{Items: jobstest.Items(1)}
		x.OnRun = func(ctx context.Context, _ models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
			select {
			case <-ctx.Done():
				return jobs.Outcome{}, ctx.Err()
			case <-time.After(8 * time.Minute):
				return jobs.Outcome{}, nil
			}
		}
		w.start(all(x))
		require.Equal(w, models.JobCompleted, w.wait(w.enqueue(models.JobSyncOnly).ID).State)
		require.Equal(w, 1, x.Runs("item-0000"))
	})
}
