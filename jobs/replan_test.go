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

// A retry of an earlier stage while the next one is being planned: what that planning has
// read is old, so it has to be planned again when the earlier stage is done.
func TestRetryDuringPlanningPlansAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		broken, entered, release := true, make(chan struct{}, 9), make(chan struct{})
		sync := &jobstest.Executor{Items: jobstest.Items(1)}
		sync.OnRun = func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
			if broken {
				return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "broken")
			}
			return jobs.Outcome{}, nil
		}
		download := &jobstest.Executor{Items: jobstest.Items(2)}
		download.OnPlan = func(ctx context.Context, _ jobs.Stage) error {
			entered <- struct{}{}
			select {
			case <-release:
			case <-ctx.Done():
			}
			return ctx.Err()
		}
		w.start(map[models.StageName]jobs.Executor{models.StageSync: sync, models.StageDownload: download})
		id := w.enqueue(models.JobSyncDownload).ID
		<-entered
		broken = false
		require.Equal(w, models.CommandApplied, w.command(id, models.CommandRetryFailed).State)
		time.Sleep(time.Second)
		require.Equal(w, models.StageCompleted, w.job(id).Stages[0].State)
		close(release)
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.Equal(w, 2, download.Plans(), "the retried sync may have found more songs")
	})
}
