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

// gate is an executor whose items wait until they are let through or their context ends.
type gate struct {
	jobstest.Executor
	open chan struct{}
	in   chan string
}

func newGate(items []models.JobItem) *gate {
	g := &gate{open: make(chan struct{}), in: make(chan string, 1000)}
	g.Items = items
	g.OnRun = func(ctx context.Context, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
		g.in <- item.ItemKey
		select {
		case <-g.open:
			return jobs.Outcome{}, nil
		case <-ctx.Done():
			return jobs.Outcome{}, ctx.Err()
		}
	}
	return g
}

// fill waits until n items are inside.
func (g *gate) fill(n int) {
	for range n {
		<-g.in
	}
}

func TestPauseDrainsAndResumeGoesOn(t *testing.T) {
	inWorld(t, func(w *world) {
		g := newGate(jobstest.Items(30))
		w.start(all(&g.Executor))
		id := w.enqueue(models.JobDownloadOnly).ID
		g.fill(10)
		require.Equal(w, models.CommandApplied, w.command(id, models.CommandPause).State)
		require.Equal(w, models.JobPauseRequested, w.job(id).State)
		require.EqualValues(w, 10, w.job(id).Stages[0].Running, "running items are not interrupted")

		again := w.command(id, models.CommandPause)
		require.Equal(w, models.CommandRejected, again.State)
		require.Contains(w, again.Reason, "pause_requested")

		close(g.open)
		time.Sleep(time.Second)
		require.Equal(w, models.JobPaused, w.job(id).State)
		require.EqualValues(w, 10, w.job(id).Stages[0].Succeeded)
		require.EqualValues(w, 20, w.job(id).Stages[0].Pending)
		require.Equal(w, models.CommandRejected, w.command(id, models.CommandPause).State)

		require.Equal(w, models.CommandApplied, w.command(id, models.CommandResume).State)
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.Equal(w, models.CommandRejected, w.command(id, models.CommandResume).State)
	})
}

func TestCancelEndsRunningItemsAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		g := newGate(jobstest.Items(30))
		w.start(all(&g.Executor))
		id := w.enqueue(models.JobDownloadOnly).ID
		g.fill(10)
		start := time.Now()
		require.Equal(w, models.CommandApplied, w.command(id, models.CommandCancel).State)
		job := w.job(id)
		require.Equal(w, models.JobCanceled, job.State)
		require.EqualValues(w, 30, job.Stages[0].Canceled)
		require.Equal(w, models.StageCanceled, job.Stages[0].State)

		close(g.open)
		next := newJobAfter(w)
		require.Equal(w, models.JobCompleted, w.wait(next).State)
		require.Less(w, time.Since(start), 2*time.Second)

		again := w.command(id, models.CommandCancel)
		require.Equal(w, models.CommandRejected, again.State)
		require.Contains(w, again.Reason, "finished")
		require.Equal(w, models.CommandRejected, w.command(id, models.CommandRetryFailed).State)
	})
}

func newJobAfter(w *world) int64 { return w.enqueue(models.JobDownloadOnly).ID }

func TestCancelDoesNotWaitForAnItemThatDoesNotObey(t *testing.T) {
	var release chan struct{}
	x := &jobstest.Executor{Items: jobstest.Items(1)}
	var stubborn atomic.Bool
	stubborn.Store(true)
	x.OnRun = func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
		if stubborn.CompareAndSwap(true, false) {
			<-release
		}
		return jobs.Outcome{}, nil
	}
	inWorld(t, func(w *world) {
		release = make(chan struct{})
		w.start(all(x))
		id := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(time.Second)
		start := time.Now()
		w.command(id, models.CommandCancel)
		require.Equal(w, models.JobCompleted, w.wait(newJobAfter(w)).State, "the lane is free again")
		require.Less(w, time.Since(start), 4*time.Second)
		close(release)
		time.Sleep(time.Second)
		require.Equal(w, models.ItemCanceled, w.items(id)[0].State, "what it returned late is ignored")
	})
}

func TestCancelQueuedAndPausedJobs(t *testing.T) {
	inWorld(t, func(w *world) {
		g := newGate(jobstest.Items(12))
		w.start(all(&g.Executor))
		first := w.enqueue(models.JobDownloadOnly).ID
		g.fill(10)
		second := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(time.Second)
		require.Equal(w, models.JobQueued, w.job(second).State)
		require.Equal(w, models.CommandRejected, w.command(second, models.CommandPause).State)
		require.Equal(w, models.CommandApplied, w.command(second, models.CommandCancel).State)
		require.Equal(w, models.JobCanceled, w.job(second).State)

		w.command(first, models.CommandPause)
		close(g.open)
		time.Sleep(time.Second)
		require.Equal(w, models.CommandApplied, w.command(first, models.CommandCancel).State)
		require.Equal(w, models.JobCanceled, w.wait(first).State)
	})
}

func TestRetryFailedReopensAFinishedJob(t *testing.T) {
	broken := true
	x := &jobstest.Executor{Items: jobstest.Items(20)}
	x.OnRun = func(_ context.Context, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
		if broken && item.ItemKey < "item-0005" {
			return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "unreadable")
		}
		return jobs.Outcome{}, nil
	}
	inWorld(t, func(w *world) {
		w.start(all(x))
		id := w.enqueue(models.JobSyncDownload).ID
		require.Equal(w, models.JobCompletedWithErrors, w.wait(id).State)
		require.EqualValues(w, 10, w.job(id).ItemsFailed, "five in each stage; the second stage began all the same")

		broken = false
		require.Equal(w, models.CommandApplied, w.command(id, models.CommandRetryFailed).State)
		done := w.wait(id)
		require.Equal(w, models.JobCompleted, done.State)
		require.Zero(w, done.ItemsFailed)
		require.EqualValues(w, 40, done.ItemsDone)
		require.Equal(w, 2, x.Runs("item-0019"), "once a stage: what succeeded is not run again")

		again := w.command(id, models.CommandRetryFailed)
		require.Equal(w, models.CommandRejected, again.State)
		require.Contains(w, again.Reason, "no item")
	})
}

func TestRetryOneItem(t *testing.T) {
	x := &jobstest.Executor{Items: jobstest.Items(2)}
	failing := true
	x.OnRun = func(_ context.Context, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
		if failing && item.ItemKey == "item-0000" {
			return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeNotAudio, "no audio")
		}
		return jobs.Outcome{}, nil
	}
	inWorld(t, func(w *world) {
		w.start(all(x))
		id := w.enqueue(models.JobDownloadOnly).ID
		require.Equal(w, models.JobCompletedWithErrors, w.wait(id).State)
		items := w.items(id)
		failed, good := items[0].ID, items[1].ID

		c, err := w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandRetryItem, ItemID: &good, Origin: "cli"})
		require.NoError(w, err)
		require.Equal(w, models.CommandRejected, c.State, "only force runs a succeeded item again")
		require.Contains(w, c.Reason, "succeeded")

		failing = false
		c, err = w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandRetryItem, ItemID: &failed, Origin: "cli"})
		require.NoError(w, err)
		require.Equal(w, models.CommandApplied, c.State)
		require.Equal(w, models.JobCompleted, w.wait(id).State)

		c, err = w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandForceRetryItem, ItemID: &good, Origin: "cli"})
		require.NoError(w, err)
		require.Equal(w, models.CommandApplied, c.State)
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.Equal(w, 2, x.Runs("item-0001"))

		unknown := int64(99999)
		c, err = w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandRetryItem, ItemID: &unknown, Origin: "cli"})
		require.NoError(w, err)
		require.Equal(w, models.CommandRejected, c.State)
		require.Contains(w, c.Reason, "no item 99999")
	})
}

func TestRetryOfAnEarlierStagePlansTheLaterOneAgain(t *testing.T) {
	sync := &jobstest.Executor{Items: jobstest.Items(1)}
	download := &jobstest.Executor{Items: jobstest.Items(3)}
	broken := true
	sync.OnRun = func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
		if broken {
			return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "unreadable")
		}
		download.Items = jobstest.Items(7) // the playlist's songs are known now
		return jobs.Outcome{}, nil
	}
	executors := map[models.StageName]jobs.Executor{models.StageSync: sync, models.StageDownload: download}
	inWorld(t, func(w *world) {
		w.start(executors)
		id := w.enqueue(models.JobSyncDownload).ID
		require.Equal(w, models.JobCompletedWithErrors, w.wait(id).State)
		broken = false
		require.Equal(w, models.CommandApplied, w.command(id, models.CommandRetryFailed).State)
		done := w.wait(id)
		require.Equal(w, models.JobCompleted, done.State)
		require.EqualValues(w, 7, done.Stages[1].Succeeded)
		require.Equal(w, 1, download.Runs("item-0000"))
	})
}

func TestReprioritize(t *testing.T) {
	inWorld(t, func(w *world) {
		g := newGate(jobstest.Items(1))
		w.start(all(&g.Executor))
		w.enqueue(models.JobDownloadOnly)
		g.fill(1)
		second, third := w.enqueue(models.JobDownloadOnly).ID, w.enqueue(models.JobDownloadOnly).ID
		c, err := w.runner.Command(w.Context(), models.JobCommand{JobRunID: third, Kind: models.CommandReprioritize, Priority: 5, Origin: "web"})
		require.NoError(w, err)
		require.Equal(w, models.CommandApplied, c.State)
		c, err = w.runner.Command(w.Context(), models.JobCommand{JobRunID: third, Kind: models.CommandReprioritize, Priority: 5, Origin: "web"})
		require.NoError(w, err)
		require.Equal(w, models.CommandRejected, c.State)
		close(g.open)
		w.wait(third)
		w.wait(second)
		require.LessOrEqual(w, w.job(third).StartedAtMS, w.job(second).StartedAtMS)
		require.LessOrEqual(w, w.job(third).FinishedAtMS, w.job(second).StartedAtMS)
	})
}

func TestBadCommandsAreRefusedBeforeTheyAreWritten(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start(all(&jobstest.Executor{}))
		id := w.enqueue(models.JobSyncOnly).ID
		w.wait(id)
		_, err := w.runner.Command(w.Context(), models.JobCommand{JobRunID: 4711, Kind: models.CommandPause, Origin: "api"})
		require.Equal(w, models.ClassNotFound, models.ClassOf(err))
		_, err = w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: "explode", Origin: "api"})
		require.Equal(w, models.ClassInvalid, models.ClassOf(err))
		_, err = w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandRetryItem, Origin: "api"})
		require.Equal(w, models.ClassInvalid, models.ClassOf(err))
		_, err = w.runner.Enqueue(w.Context(), jobs.NewJob{Type: "make_coffee"})
		require.Equal(w, models.ClassInvalid, models.ClassOf(err))
		list, err := w.store.ListJobCommands(w.Context(), id, 10)
		require.NoError(w, err)
		require.Empty(w, list)
	})
}

func TestCommandsInOneGoAreAnsweredInOrder(t *testing.T) {
	inWorld(t, func(w *world) {
		g := newGate(jobstest.Items(3))
		w.start(all(&g.Executor))
		id := w.enqueue(models.JobDownloadOnly).ID
		g.fill(3)
		for _, kind := range []models.CommandKind{models.CommandPause, models.CommandResume, models.CommandPause, models.CommandCancel, models.CommandResume} {
			_, err := w.store.AddCommand(w.Context(), models.JobCommand{JobRunID: id, Kind: kind, Origin: "cli"})
			require.NoError(w, err)
		}
		require.Equal(w, models.JobCanceled, w.wait(id).State, "found by polling, nobody rang")
		time.Sleep(time.Second)
		list, err := w.store.ListJobCommands(w.Context(), id, 10)
		require.NoError(w, err)
		var states []models.CommandState
		for _, c := range list {
			states = append([]models.CommandState{c.State}, states...)
		}
		require.Equal(w, []models.CommandState{"applied", "applied", "applied", "applied", "rejected"}, states)
	})
}
