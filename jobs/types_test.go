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

func TestTypesWithoutExecutorsAreNotOfferedAndRefusedInWords(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start(all(&jobstest.Executor{}))
		require.Equal(w, []models.JobType{models.JobCatalogSync, models.JobCollectOnly, models.JobSyncOnly, models.JobSyncDownload, models.JobDownloadOnly}, w.runner.Types())
		for name, want := range map[models.JobType]string{
			models.JobUploadOnly: "cannot upload yet", models.JobDownloadUpload: "cannot upload yet",
			models.JobScan: "cannot scan storage yet", models.JobBeatsync: "cannot align videos with songs yet",
		} {
			_, err := w.runner.Enqueue(w.Context(), jobs.NewJob{Type: name})
			require.Equal(w, models.CodeNotInThisBuild, models.CodeOf(err))
			require.Equal(w, models.ClassInvalid, models.ClassOf(err))
			require.ErrorContains(w, err, want)
		}
		require.Equal(w, models.CodeBadValue, models.CodeOf(w.runner.CheckType("make_coffee")))
		require.NoError(w, w.runner.CheckType(models.JobSyncOnly))
	})
}

func TestEveryStageOfATypeIsDefined(t *testing.T) {
	t.Parallel()
	for _, d := range jobs.Definitions {
		for _, name := range d.Stages {
			s, ok := jobs.StageDefinitions[name]
			require.True(t, ok, name)
			require.Equal(t, name, s.Name)
			require.Positive(t, s.Workers)
			require.Positive(t, s.Attempts)
			require.Positive(t, s.SoftLimit)
			require.Greater(t, s.HardLimit, s.SoftLimit)
			require.NotEmpty(t, s.Does)
		}
	}
}

// A planning that hangs has a time limit too, whether it obeys or not.
func TestHangingPlanningIsEndedAndTriedAgain(t *testing.T) {
	for name, hang := range map[string]func(context.Context) error{
		"obeys":         func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"does not obey": func(context.Context) error { time.Sleep(30 * time.Second); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			x := &jobstest.Executor{Items: jobstest.Items(3)}
			x.OnPlan = func(ctx context.Context, _ jobs.Stage) error {
				if x.Plans() == 1 {
					return hang(ctx)
				}
				return nil
			}
			inWorld(t, func(w *world) {
				w.start(all(x), func(o *jobs.Options) { o.Stages = limits() })
				require.Equal(w, models.JobCompleted, w.wait(w.enqueue(models.JobSyncOnly).ID).State)
				require.Equal(w, 2, x.Plans())
				time.Sleep(time.Minute) // so that the one that hung ends
			})
		})
	}
}

// Of the failed items those of one cause alone are queued again; their stage and those
// behind it are reopened, another that failed is not.
func TestRetryByCause(t *testing.T) {
	x := &jobstest.Executor{Items: jobstest.Items(6, "qq", "kuwo")}
	x.OnRun = func(_ context.Context, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
		if item.Source == "qq" {
			return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeNotAudio, "no audio")
		}
		return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "unreadable")
	}
	inWorld(t, func(w *world) {
		w.start(all(x))
		id := w.enqueue(models.JobDownloadOnly).ID
		require.Equal(w, models.JobCompletedWithErrors, w.wait(id).State)
		retry := func(cause models.FailureCause) models.JobCommand {
			c, err := w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandRetryFailed, FailureCause: cause, Origin: "web"})
			require.NoError(w, err)
			w.wait(id)
			return c
		}
		require.Equal(w, models.CommandApplied, retry(models.FailureCause{Stage: models.StageDownload, Source: "qq", ErrorCode: models.CodeNotAudio}).State)
		require.Equal(w, 2, x.Runs("item-0000"))
		require.Equal(w, 1, x.Runs("item-0001"))
		require.Equal(w, models.CommandApplied, retry(models.FailureCause{ErrorCode: models.CodeUpstreamShape}).State)
		require.Equal(w, 2, x.Runs("item-0001"))
		for _, cause := range []models.FailureCause{{ErrorCode: models.CodeDiskFull}, {Source: "netease"}, {Stage: models.StageSync}, {Source: "qq", ErrorCode: models.CodeUpstreamShape}} {
			c := retry(cause)
			require.Equal(w, models.CommandRejected, c.State)
			require.Contains(w, c.Reason, "for that cause")
		}
		require.Equal(w, models.CommandApplied, retry(models.FailureCause{}).State)
		require.Equal(w, 3, x.Runs("item-0000"))
		require.Equal(w, 3, x.Runs("item-0001"))
		_, err := w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandPause, FailureCause: models.FailureCause{Source: "qq"}})
		require.Equal(w, models.ClassInvalid, models.ClassOf(err))
	})
}

// A job that failed as a whole is not done when one of its items is: its failed stage goes
// on too, and what fails in it is told.
func TestRetryOfAnItemTakesUpAFailedStage(t *testing.T) {
	first, second := &jobstest.Executor{Items: jobstest.Items(3)}, &jobstest.Executor{Items: jobstest.Items(2)}
	first.OnRun = func(_ context.Context, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
		if item.ItemKey == "item-0000" {
			return jobs.Outcome{}, models.NewError(models.ClassPermanent, models.CodeNotAudio, "no audio")
		}
		return jobs.Outcome{}, nil
	}
	first.OnFinish = func(context.Context, jobs.Stage) error {
		if first.Finishes() == 2 {
			return models.NewError(models.ClassPermanent, models.CodeInternal, "cannot finish")
		}
		return nil
	}
	inWorld(t, func(w *world) {
		w.start(map[models.StageName]jobs.Executor{models.StageSync: first, models.StageDownload: second})
		id := w.enqueue(models.JobSyncDownload).ID
		require.Equal(w, models.JobCompletedWithErrors, w.wait(id).State)
		w.command(id, models.CommandRetryFailed)
		require.Equal(w, models.JobFailed, w.wait(id).State)
		var last int64
		for _, item := range w.items(id) {
			last = max(last, item.ID)
		}
		c, err := w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandForceRetryItem, ItemID: &last})
		require.NoError(w, err)
		require.Equal(w, models.CommandApplied, c.State, c.Reason)
		require.Equal(w, models.JobCompletedWithErrors, w.wait(id).State)
		require.Equal(w, models.StageCompletedWithErrors, w.job(id).Stages[0].State)
		require.Equal(w, 3, first.Finishes())
	})
}

// Without a running runner a command is answered on the spot, and nothing is left in motion.
func TestCommandsAtRest(t *testing.T) {
	inWorld(t, func(w *world) {
		g := newGate(jobstest.Items(12))
		w.start(all(&g.Executor))
		id := w.enqueue(models.JobDownloadOnly).ID
		g.fill(10)
		_, err := w.runner.CommandAtRest(w.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandPause})
		require.ErrorContains(w, err, "runs")
		require.NoError(w, w.runner.Stop(ended()))
		give := func(kind models.CommandKind, want models.CommandState, state models.JobState) {
			c, err := w.runner.CommandAtRest(w.Context(), models.JobCommand{JobRunID: id, Kind: kind, Origin: "cli"})
			require.NoError(w, err)
			require.Equal(w, want, c.State, c.Reason)
			require.Equal(w, state, w.job(id).State)
		}
		give(models.CommandPause, models.CommandApplied, models.JobPaused)
		give(models.CommandPause, models.CommandRejected, models.JobPaused)
		give(models.CommandResume, models.CommandApplied, models.JobRunning)
		give(models.CommandCancel, models.CommandApplied, models.JobCanceled)
		require.EqualValues(w, 12, w.job(id).Stages[0].Canceled)
		give(models.CommandRetryFailed, models.CommandRejected, models.JobCanceled)
	})
}

// Stopping while a source blocks waits for what runs, and for nothing else.
func TestStopDuringAnOutageComesToRest(t *testing.T) {
	x := &jobstest.Executor{Items: jobstest.Items(2, "netease", "qq")}
	x.OnRun = func(_ context.Context, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
		if item.Source == "netease" {
			return jobs.Outcome{}, models.NewError(models.ClassRiskControl, models.CodeRiskControl, "captcha")
		}
		time.Sleep(8 * time.Second) // within the grace, beyond the next probe
		return jobs.Outcome{}, nil
	}
	inWorld(t, func(w *world) {
		w.start(all(x), func(o *jobs.Options) {
			o.Backoff = jobs.Backoff{Cooldown: time.Second, CooldownMax: time.Second}
			o.Prober = func(string) jobs.Prober { return blocked{} }
		})
		id := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(500 * time.Millisecond)
		began := time.Now()
		require.NoError(w, w.runner.Stop(context.Background()))
		require.Less(w, time.Since(began), 10*time.Second)
		require.EqualValues(w, 1, w.job(id).Stages[0].Succeeded)
	})
}

// blocked is a source that never serves again.
type blocked struct{}

func (blocked) Probe(context.Context) error {
	return models.NewError(models.ClassRiskControl, models.CodeRiskControl, "captcha")
}
