package jobs_test

import (
	"context"
	"log/slog"
	"maps"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// failing is an executor whose only item fails with err the first times.
func failing(err error, times int64) *jobstest.Executor {
	var tries atomic.Int64
	x := &jobstest.Executor{Items: jobstest.Items(1, "qq")}
	x.OnRun = func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
		if tries.Add(1) <= times {
			return jobs.Outcome{}, err
		}
		return jobs.Outcome{ResultSource: "qq", Bytes: 7, Text: "there"}, nil
	}
	return x
}

// What becomes of an item and its job, by the class of its error.
func TestPolicy(t *testing.T) {
	const always = 1 << 30
	blocked := models.NewError(models.ClassRiskControl, models.CodeRiskControl, "captcha")
	asked := models.NewError(models.ClassRateLimited, models.CodeRateLimited, "slow down")
	asked.RetryAfter = 90 * time.Second
	transient := models.NewError(models.ClassTransient, models.CodeNetwork, "reset")
	for name, c := range map[string]struct {
		err          error
		times        int64
		item         models.ItemState
		job          models.JobState
		runs         int
		code         models.Code
		least, limit time.Duration
	}{
		"transient, gone after two tries": {transient, 2, "succeeded", "completed", 3, "", 2 * time.Second, 4 * time.Second},
		"transient for good":              {transient, always, "failed", "completed_with_errors", 4, "network", 5 * time.Second, 9 * time.Second},
		"risk control for a while":        {blocked, 3, "succeeded", "completed", 4, "", 26 * time.Second, 44 * time.Second},
		"risk control for good":           {blocked, always, "failed", "completed_with_errors", 7, "risk_control", 3 * time.Minute, 8 * time.Minute},
		"the upstream names the time":     {asked, 1, "succeeded", "completed", 2, "", 90 * time.Second, 110 * time.Second},
		"unavailable":                     {models.NewError(models.ClassUnavailable, models.CodePaid, "paid"), always, "skipped", "completed", 1, "paid", 0, time.Second},
		"permanent":                       {models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "odd"), always, "failed", "completed_with_errors", 1, "upstream_shape", 0, time.Second},
		"an error of no class":            {context.DeadlineExceeded, always, "failed", "completed_with_errors", 1, "internal", 0, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				x := failing(c.err, c.times)
				w.start(all(x))
				start := time.Now()
				job := w.wait(w.enqueue(models.JobDownloadOnly).ID)
				took := time.Since(start)
				item := w.items(job.ID)[0]
				require.Equal(w, c.job, job.State)
				require.Equal(w, c.item, item.State)
				require.Equal(w, c.code, item.ErrorCode)
				require.Equal(w, c.runs, x.Runs("item-0000"))
				require.GreaterOrEqual(w, took, c.least)
				require.LessOrEqual(w, took, c.limit)
				require.NotZero(w, item.FinishedAtMS)
				if item.State == models.ItemSucceeded {
					require.Equal(w, "qq", item.ResultSource)
					require.EqualValues(w, 7, job.BytesDone)
				}
			})
		})
	}
}

func TestWaitingItemSaysWhyAndUntilWhen(t *testing.T) {
	inWorld(t, func(w *world) {
		err := models.NewError(models.ClassRiskControl, models.CodeRiskControl, "captcha")
		err.RetryAfter = time.Minute
		w.start(all(failing(err, 1)))
		start := time.Now()
		id := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(5 * time.Second)
		item := w.items(id)[0]
		require.Equal(w, models.ItemPending, item.State)
		require.Contains(w, item.WaitReason, "risk_control")
		require.GreaterOrEqual(w, item.NotBeforeMS, start.Add(time.Minute).UnixMilli())
		require.Contains(w, item.ErrorText, "captcha")
		require.Zero(w, item.Attempts, "waiting for a blocked source costs no attempt")
		w.wait(id)
	})
}

func TestLocalErrorPausesTheJobWithAPrompt(t *testing.T) {
	inWorld(t, func(w *world) {
		full := true
		x := &jobstest.Executor{Items: jobstest.Items(40)}
		x.OnRun = func(context.Context, models.JobItem, jobs.Reporter) (jobs.Outcome, error) {
			if full {
				return jobs.Outcome{}, models.NewError(models.ClassLocal, models.CodeDiskFull, "the disk is full; free some space")
			}
			return jobs.Outcome{}, nil
		}
		w.start(all(x))
		id := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(time.Minute)
		job := w.job(id)
		require.Equal(w, models.JobPaused, job.State)
		require.Contains(w, job.PauseReason, "free some space")
		require.EqualValues(w, 40, job.Stages[0].Pending, "nothing is lost")
		require.Less(w, len(x.Order()), 40, "the others were not tried")

		full = false
		require.Equal(w, models.CommandApplied, w.command(id, models.CommandResume).State)
		job = w.wait(id)
		require.Equal(w, models.JobCompleted, job.State)
		require.Empty(w, job.PauseReason)
	})
}

func TestPanicFailsItsItemAlone(t *testing.T) {
	inWorld(t, func(w *world) {
		x := &jobstest.Executor{Items: jobstest.Items(20)}
		x.OnRun = func(_ context.Context, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
			if item.ItemKey == "item-0007" {
				panic("boom")
			}
			return jobs.Outcome{}, nil
		}
		w.start(all(x))
		job := w.wait(w.enqueue(models.JobDownloadOnly).ID)
		require.Equal(w, models.JobCompletedWithErrors, job.State)
		require.EqualValues(w, 1, job.ItemsFailed)
		groups, err := w.store.GroupFailedItems(w.Context(), job.ID)
		require.NoError(w, err)
		require.Len(w, groups, 1)
		require.Equal(w, models.CodePanic, groups[0].ErrorCode)
		time.Sleep(2 * time.Second)
		logs, err := w.store.ListJobLogs(w.Context(), job.ID, 0, 10)
		require.NoError(w, err)
		require.Len(w, logs, 1)
		require.Contains(w, logs[0].Text, "policy_test.go", "the stack is kept")
		require.True(w, w.runner.Live().Health.OK)
	})
}

func TestHungItemIsInterruptedAndTriedAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		release := make(chan struct{})
		var tries atomic.Int64
		x := &jobstest.Executor{Items: jobstest.Items(3)}
		x.OnRun = func(ctx context.Context, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
			switch {
			case item.ItemKey == "item-0000" && tries.Add(1) == 1:
				<-release // does not even look at its context
			case item.ItemKey == "item-0001":
				for i := range 10 { // slow, but alive
					time.Sleep(time.Minute)
					r.Progress(int64(i), 10, "bytes", "on its way")
				}
			}
			return jobs.Outcome{}, nil
		}
		w.start(all(x))
		start := time.Now()
		job := w.wait(w.enqueue(models.JobDownloadOnly).ID)
		require.Equal(w, models.JobCompleted, job.State)
		require.Equal(w, 2, x.Runs("item-0000"))
		require.Equal(w, 1, x.Runs("item-0001"))
		require.Less(w, time.Since(start), 11*time.Minute)
		close(release)
	})
}

func TestItemThatTakesTooLongFails(t *testing.T) {
	inWorld(t, func(w *world) {
		x := &jobstest.Executor{Items: jobstest.Items(1)}
		x.OnRun = func(ctx context.Context, _ models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
			for ctx.Err() == nil {
				r.Progress(1, 0, "bytes", "")
				time.Sleep(time.Second)
			}
			return jobs.Outcome{}, ctx.Err()
		}
		w.start(all(x), func(o *jobs.Options) {
			o.Stages = maps.Clone(jobs.StageDefinitions)
			short := o.Stages[models.StageDownload]
			short.HardLimit = 30 * time.Second
			o.Stages[models.StageDownload] = short
		})
		job := w.wait(w.enqueue(models.JobDownloadOnly).ID)
		require.Equal(w, models.JobCompletedWithErrors, job.State)
		item := w.items(job.ID)[0]
		require.Equal(w, models.CodeItemTimeout, item.ErrorCode)
		require.Equal(w, 4, item.Attempts)
	})
}

func TestPlanningErrors(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		times int
		want  models.JobState
	}{
		"transient is tried again":   {models.NewError(models.ClassTransient, models.CodeNetwork, "reset"), 2, models.JobCompleted},
		"transient for good fails":   {models.NewError(models.ClassTransient, models.CodeNetwork, "reset"), 99, models.JobFailed},
		"bad scope fails at once":    {models.Invalid("sources", models.CodeUnknownSource, "no such source"), 99, models.JobFailed},
		"a full disk pauses the job": {models.NewError(models.ClassLocal, models.CodeDiskFull, "full"), 99, models.JobPaused},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				x := &jobstest.Executor{Items: jobstest.Items(5)}
				x.OnPlan = func(context.Context, jobs.Stage) error {
					if x.Plans() <= c.times {
						return c.err
					}
					return nil
				}
				w.start(all(x))
				id := w.enqueue(models.JobSyncDownload).ID
				time.Sleep(10 * time.Minute)
				job := w.job(id)
				require.Equal(w, c.want, job.State)
				if job.State == models.JobFailed {
					require.Equal(w, models.CodeOf(c.err), job.ErrorCode)
					require.Equal(w, models.StageFailed, job.Stages[0].State)
					require.Equal(w, models.StagePending, job.Stages[1].State, "the next stage did not begin")
				}
			})
		})
	}
}

func TestFailedJobCanBeTakenUpAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		gone := true
		g := newGate(jobstest.Items(30))
		g.OnPlan = func(context.Context, jobs.Stage) error {
			if gone {
				g.fill(10)
				return models.NewError(models.ClassPermanent, models.CodeLibraryUnwritable, "the library folder is gone")
			}
			return nil
		}
		w.start(all(&g.Executor))
		id := w.enqueue(models.JobDownloadOnly).ID
		require.Equal(w, models.JobFailed, w.wait(id).State)
		time.Sleep(time.Second)
		require.EqualValues(w, 30, w.job(id).Stages[0].Pending, "running items went back to the queue")

		gone = false
		close(g.open)
		require.Equal(w, models.CommandApplied, w.command(id, models.CommandRetryFailed).State)
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.EqualValues(w, 30, w.job(id).Stages[0].Succeeded)
	})
}

func TestFinisherIsCalledOnceAfterTheLastItem(t *testing.T) {
	inWorld(t, func(w *world) {
		x := &jobstest.Executor{Items: jobstest.Items(12)}
		tries := 0
		x.OnFinish = func(context.Context, jobs.Stage) error {
			require.Len(w, x.Order(), 12)
			if tries++; tries == 1 {
				return models.NewError(models.ClassTransient, models.CodeNetwork, "reset")
			}
			return nil
		}
		w.start(all(x))
		require.Equal(w, models.JobCompleted, w.wait(w.enqueue(models.JobDownloadOnly).ID).State)
		require.Equal(w, 2, x.Finishes(), "again after an error, once in all when it succeeds")
	})
}

func TestLogsAreKeptAndBounded(t *testing.T) {
	inWorld(t, func(w *world) {
		x := &jobstest.Executor{Items: jobstest.Items(1, "kuwo")}
		x.OnRun = func(_ context.Context, _ models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
			for range 5000 {
				r.Log(slog.LevelInfo, "page 1: +30, total 30")
			}
			return jobs.Outcome{}, nil
		}
		w.start(all(x))
		job := w.wait(w.enqueue(models.JobCollectOnly).ID)
		time.Sleep(2 * time.Second)
		var n int64
		require.NoError(w, w.db.Read.Model(&models.JobLog{}).Where("job_run_id = ?", job.ID).Count(&n).Error)
		require.EqualValues(w, 2001, n)
		logs, err := w.store.ListJobLogs(w.Context(), job.ID, 0, 2)
		require.NoError(w, err)
		require.Equal(w, "page 1: +30, total 30", logs[0].Text)
		require.Equal(w, "kuwo", logs[0].Source)
		require.Equal(w, "info", logs[0].Level)
		require.Contains(w, logs[1].Text, "3000 further lines")
	})
}
