package jobs_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// disk is a gate that closes when an item finds no room on it.
type disk struct{ full, closed atomic.Bool }

func (d *disk) Closed() (string, bool) { return "waits for disk space", d.closed.Load() }

// write is an item that needs the disk.
func (d *disk) write() error {
	if !d.full.Load() {
		return nil
	}
	d.closed.Store(true)
	return models.NewError(models.ClassLocal, models.CodeDiskFull, "full")
}

func TestAFullDiskHoldsTheWholeLaneBack(t *testing.T) {
	inWorld(t, func(w *world) {
		d := &disk{}
		var begun atomic.Int64
		x := &jobstest.Executor{Items: jobstest.Items(60)}
		x.OnRun = func(_ context.Context, _ models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
			if begun.Add(1) == 12 {
				d.full.Store(true)
			}
			time.Sleep(time.Second)
			return jobs.Outcome{}, d.write()
		}
		w.start(all(x), func(o *jobs.Options) {
			o.Executors = all(&jobstest.Executor{Items: jobstest.Items(3)})
			o.Executors[models.StageDownload] = x
			o.DownloadGate, o.Workers = d, map[models.StageName]int{models.StageDownload: 10}
			o.Poll, o.Watch, o.Flush = time.Minute, time.Minute, time.Minute // an hour passes
		})
		first, second := w.enqueue(models.JobDownloadOnly), w.enqueue(models.JobSyncDownload)
		time.Sleep(time.Hour)
		synctest.Wait()
		require.LessOrEqual(t, begun.Load(), int64(20), "only what was under way found the disk full")
		for _, id := range []int64{first.ID, second.ID} {
			job := w.job(id)
			stage := job.Stages[len(job.Stages)-1]
			require.NotEqual(t, models.JobPaused, job.State, "nobody has to resume anything")
			require.Equal(t, "waits for disk space", stage.Message)
			require.Zero(t, stage.Failed)
			require.Zero(t, stage.Running)
		}
		require.Equal(t, models.StageCompleted, w.job(second.ID).Stages[0].State, "what needs no disk goes on")

		d.full.Store(false)
		d.closed.Store(false)
		require.Equal(t, models.JobCompleted, w.wait(first.ID).State)
		require.Equal(t, models.JobCompleted, w.wait(second.ID).State)
		done := w.job(first.ID)
		require.EqualValues(t, 60, done.Stages[0].Succeeded)
		require.Empty(t, done.Stages[0].Message)
	})
}
