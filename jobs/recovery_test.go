package jobs_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// steady is an executor whose items take a while each.
func steady(n int) *jobstest.Executor {
	x := &jobstest.Executor{Items: jobstest.Items(n, "netease", "qq"), Batch: 7}
	x.OnRun = func(ctx context.Context, _ models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
		select {
		case <-time.After(300 * time.Millisecond):
			return jobs.Outcome{Bytes: 1}, nil
		case <-ctx.Done():
			return jobs.Outcome{}, ctx.Err()
		}
	}
	return x
}

// The process dies after every possible number of writes; whatever the moment, the next
// one goes on, nothing is lost and every count is right.
func TestDeathAtAnyWrite(t *testing.T) {
	for writes := int64(1); writes <= 60; writes += 3 {
		t.Run(fmt.Sprint(writes), func(t *testing.T) {
			inWorld(t, func(w *world) {
				x := steady(25)
				w.start(all(x))
				w.stop()
				id := w.enqueue(models.JobSyncDownload).ID
				for life := 0; w.job(id).State.Live(); life++ {
					require.Less(w, life, 200, "it gets on in each life")
					mortal := jobstest.NewMortal(w.store, writes+15) // enough to plan once
					w.start(all(x), func(o *jobs.Options) { o.Store = mortal })
					for !mortal.Dead() && w.job(id).State.Live() {
						time.Sleep(50 * time.Millisecond)
					}
					mortal.Kill()
					_ = w.runner.Stop(ended()) // fails: it cannot write any more
					jobstest.CheckCounters(w, w.db)
				}
				done := w.job(id)
				require.Equal(w, models.JobCompleted, done.State)
				require.EqualValues(w, 50, done.ItemsDone)
				for _, item := range w.items(id) {
					require.Equal(w, models.ItemSucceeded, item.State)
					require.Equal(w, 1, item.Attempts, "a death costs no attempt")
				}
			})
		})
	}
}

// ended is a context that is over.
func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestRecoveryTable(t *testing.T) {
	inWorld(t, func(w *world) {
		g := newGate(jobstest.Items(15))
		w.start(all(&g.Executor))
		running := w.enqueue(models.JobSyncOnly).ID
		g.fill(8)
		pausing := w.enqueue(models.JobSyncOnly).ID
		g.fill(8)
		require.Equal(w, models.CommandApplied, w.command(pausing, models.CommandPause).State)
		require.NoError(w, w.runner.Stop(ended()))
		for _, id := range []int64{running, pausing} {
			require.EqualValues(w, 8, w.job(id).Stages[0].Interrupted, "interrupted at the end of the process")
			require.EqualValues(w, 7, w.job(id).Stages[0].Pending)
		}

		found, err := w.store.RecoverJobs(w.Context(), false)
		require.NoError(w, err)
		require.Equal(w, models.JobRecovery{Jobs: 2, Items: 16}, found)
		require.Equal(w, models.JobRunning, w.job(running).State)
		require.Equal(w, models.JobPaused, w.job(pausing).State)
		require.EqualValues(w, 15, w.job(running).Stages[0].Pending)
		for _, item := range w.items(running) {
			require.Zero(w, item.Attempts)
		}
		again, err := w.store.RecoverJobs(w.Context(), false)
		require.NoError(w, err)
		require.Zero(w, again.Items)

		_, err = w.store.RecoverJobs(w.Context(), true)
		require.NoError(w, err)
		require.Equal(w, models.JobPaused, w.job(running).State, "as asked by the setting")
		require.Contains(w, w.job(running).PauseReason, "started again")
	})
}

func TestStopDrainsBeforeItInterrupts(t *testing.T) {
	inWorld(t, func(w *world) {
		x := steady(100)
		w.start(all(x))
		id := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(time.Second)
		w.stop()
		stage := w.job(id).Stages[0]
		require.Zero(w, stage.Running+stage.Interrupted)
		require.NotZero(w, stage.Succeeded)
		require.NotZero(w, stage.Pending)
		require.Len(w, x.Order(), int(stage.Succeeded), "what ran was let through, nothing new began")

		w.start(all(x))
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.Len(w, x.Order(), 100)
	})
}

func TestStopDoesNotHangOnAnItemThatDoesNotObey(t *testing.T) {
	inWorld(t, func(w *world) {
		release := make(chan struct{})
		x := &jobstest.Executor{Items: jobstest.Items(1)}
		x.OnRun = func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
			<-release
			return jobs.Outcome{}, nil
		}
		w.start(all(x))
		w.enqueue(models.JobDownloadOnly)
		time.Sleep(time.Second)
		start := time.Now()
		require.NoError(w, w.runner.Stop(ended()))
		require.Less(w, time.Since(start), 4*time.Second)
		close(release)
	})
}

func TestCommandsGivenWhileNobodyRunsAreAnsweredAtTheNextStart(t *testing.T) {
	inWorld(t, func(w *world) {
		x := steady(50)
		w.start(all(x))
		id := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(time.Second)
		w.stop()
		_, err := w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandCancel, Origin: "cli"})
		require.Equal(w, models.CodeTimeout, models.CodeOf(err))
		w.start(all(x))
		require.Equal(w, models.JobCanceled, w.wait(id).State)
	})
}

// The loop itself breaks: it is started again, and says so.
func TestLoopIsStartedAgainAfterErrors(t *testing.T) {
	inWorld(t, func(w *world) {
		x := steady(60)
		mortal := jobstest.NewMortal(w.store, 1<<40)
		w.start(all(x), func(o *jobs.Options) { o.Store = mortal })
		id := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(500 * time.Millisecond)
		mortal.Kill()
		time.Sleep(20 * time.Second)
		health := w.runner.Live().Health
		require.False(w, health.OK)
		require.NotZero(w, health.Restarts)
		require.Contains(w, health.LastError, "dead")

		mortal.Revive(1 << 40)
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.True(w, w.runner.Live().Health.OK)
		require.EqualValues(w, 60, w.job(id).ItemsDone)
	})
}
