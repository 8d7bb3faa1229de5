package jobs_test

import (
	"context"
	"sync/atomic"
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

// overlapping is an executor that bounds the middle of its items itself.
type overlapping struct{ *jobstest.Executor }

func (overlapping) Overlap(workers int) int { return 2 * workers }

// An executor that needs workers for a part of its items' way only has more in hand.
func TestMoreItemsThanWorkersAreInHandWhereTheyOverlap(t *testing.T) {
	inWorld(t, func(w *world) {
		var now, most atomic.Int64
		x := &jobstest.Executor{Items: jobstest.Items(40)}
		x.OnRun = func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second)
			now.Add(-1)
			return jobs.Outcome{}, nil
		}
		w.start(map[models.StageName]jobs.Executor{models.StageDownload: overlapping{x}})
		job, err := w.runner.Enqueue(w.Context(), jobs.NewJob{Type: models.JobDownloadOnly, Scope: models.JobScope{Workers: 3}, Origin: "web"})
		require.NoError(w, err)
		done := w.wait(job.ID)
		require.EqualValues(w, 3+6, most.Load())
		require.Equal(w, 3, done.Stages[0].Workers, "the operator's number is what is told")
	})
}
