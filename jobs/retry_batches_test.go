package jobs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// brittle is a store that fails once, after the first batch of a retry.
type brittle struct {
	jobs.Store
	batches int
}

func (b *brittle) ChangeJob(ctx context.Context, c models.JobChange) (models.JobChanged, error) {
	if c.Items == nil {
		return b.Store.ChangeJob(ctx, c)
	}
	if b.batches++; b.batches == 2 {
		return models.JobChanged{}, errors.New("the disk was full for a moment")
	}
	return b.Store.ChangeJob(ctx, c)
}

func TestRetryThatIsCutShortGoesOnWithWhatIsLeft(t *testing.T) {
	const n = 5000
	inWorld(t, func(w *world) {
		x := &jobstest.Executor{Items: jobstest.Items(n, "qq")}
		broken := true
		x.OnRun = func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
			if broken {
				return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeInternal, "no")
			}
			return jobs.Outcome{}, nil
		}
		store := &brittle{Store: w.store}
		w.start(all(x), func(o *jobs.Options) { o.Store = store })
		job := w.wait(w.enqueue(models.JobDownloadOnly).ID)
		require.EqualValues(t, n, job.ItemsFailed)
		broken = false
		require.Equal(t, models.CommandApplied, w.command(job.ID, models.CommandRetryFailed).State)
		done := w.wait(job.ID)
		require.Equal(t, models.JobCompleted, done.State)
		require.Greater(t, store.batches, 3)
		for _, key := range []string{"item-0000", "item-2500", "item-4999"} {
			require.Equal(t, 2, x.Runs(key))
		}
	})
}
