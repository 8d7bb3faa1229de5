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

func TestDownloadLaneRunsOneStageAtATime(t *testing.T) {
	inWorld(t, func(w *world) {
		g := newGate(jobstest.Items(4))
		sync := &jobstest.Executor{Items: jobstest.Items(3)}
		w.start(map[models.StageName]jobs.Executor{models.StageSync: sync, models.StageDownload: &g.Executor})
		first, second := w.enqueue(models.JobDownloadOnly).ID, w.enqueue(models.JobSyncDownload).ID
		g.fill(4)
		require.Equal(w, models.JobCompleted, w.wait(w.enqueue(models.JobSyncOnly).ID).State, "the general lane is free")

		time.Sleep(time.Minute)
		waiting := w.job(second)
		require.Equal(w, models.JobRunning, waiting.State)
		require.Equal(w, models.StageCompleted, waiting.Stages[0].State)
		require.Equal(w, models.StagePending, waiting.Stages[1].State)
		require.Contains(w, waiting.Stages[1].Message, "waits for the download lane")
		require.Len(w, g.Order(), 4)

		close(g.open)
		w.wait(first)
		done := w.wait(second)
		require.Equal(w, models.JobCompleted, done.State)
		require.Empty(w, done.Stages[1].Message)
	})
}

func TestPausedJobFreesItsLane(t *testing.T) {
	inWorld(t, func(w *world) {
		g := newGate(jobstest.Items(20))
		w.start(all(&g.Executor))
		first := w.enqueue(models.JobDownloadOnly).ID
		g.fill(10)
		second := w.enqueue(models.JobDownloadOnly).ID
		w.command(first, models.CommandPause)
		close(g.open)
		require.Equal(w, models.JobCompleted, w.wait(second).State)
		require.Equal(w, models.JobPaused, w.job(first).State)
		w.command(first, models.CommandResume)
		require.Equal(w, models.JobCompleted, w.wait(first).State)
	})
}

func TestGeneralLaneIsBounded(t *testing.T) {
	inWorld(t, func(w *world) {
		g := newGate(jobstest.Items(1))
		w.start(all(&g.Executor), func(o *jobs.Options) { o.GeneralStages = 2 })
		var ids []int64
		for range 3 {
			ids = append(ids, w.enqueue(models.JobSyncOnly).ID)
		}
		time.Sleep(time.Minute)
		require.Len(w, g.Order(), 2)
		require.Equal(w, models.JobQueued, w.job(ids[2]).State)
		close(g.open)
		for _, id := range ids {
			w.wait(id)
		}
	})
}

// One source hangs on every item; the others go on with the workers that it may not take.
func TestSlowSourceDoesNotTakeAllWorkers(t *testing.T) {
	inWorld(t, func(w *world) {
		slow := make(chan struct{})
		x := &jobstest.Executor{Items: append(jobstest.Items(40, "slow"), renamed(jobstest.Items(60, "quick"))...)}
		x.OnRun = func(_ context.Context, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
			if item.Source == "slow" {
				<-slow
				return jobs.Outcome{}, nil
			}
			time.Sleep(time.Second)
			return jobs.Outcome{}, nil
		}
		w.start(all(x))
		id := w.enqueue(models.JobDownloadOnly).ID
		// A few more slow items than their share may be taken before the quick ones are
		// planned, so leave time for a single free worker.
		time.Sleep(65 * time.Second)
		stage := w.job(id).Stages[0]
		require.EqualValues(w, 60, stage.Succeeded, "all of the quick source")
		require.EqualValues(w, 10, stage.Running, "nobody else wants the workers any more")
		close(slow)
		require.Equal(w, models.JobCompleted, w.wait(id).State)
	})
}

func renamed(items []models.JobItem) []models.JobItem {
	for i := range items {
		items[i].ItemKey = "other-" + items[i].ItemKey
	}
	return items
}

func TestItemsRunByPriorityThenInTheOrderOfThePlan(t *testing.T) {
	inWorld(t, func(w *world) {
		x := &jobstest.Executor{Items: jobstest.Items(6)}
		x.Items[4].Priority = 9
		w.start(all(x), func(o *jobs.Options) { o.Workers = map[models.StageName]int{models.StageDownload: 1} })
		w.wait(w.enqueue(models.JobDownloadOnly).ID)
		require.Equal(w, []string{"item-0004", "item-0000", "item-0001", "item-0002", "item-0003", "item-0005"}, x.Order())
	})
}

func TestItemsStartWhilePlanningGoesOn(t *testing.T) {
	inWorld(t, func(w *world) {
		x := &jobstest.Executor{Items: jobstest.Items(3)}
		x.OnPlan = func(ctx context.Context, _ jobs.Stage) error { time.Sleep(time.Minute); return nil }
		w.start(all(x))
		id := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(time.Second)
		stage := w.job(id).Stages[0]
		require.Equal(w, models.StagePlanning, stage.State)
		require.EqualValues(w, 3, stage.Succeeded)
		require.Equal(w, models.JobCompleted, w.wait(id).State)
	})
}

func TestJobWithoutItemsCompletes(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start(all(&jobstest.Executor{}))
		job := w.wait(w.enqueue(models.JobCatalogSync).ID)
		require.Equal(w, models.JobCompleted, job.State)
		require.Zero(w, job.ItemsTotal)
	})
}

func TestLiveShowsSpeedAndWorkers(t *testing.T) {
	inWorld(t, func(w *world) {
		song := int64(42)
		x := &jobstest.Executor{Items: []models.JobItem{{ItemKey: "song:42", Title: "Rain", Source: "qq", SongID: &song}}}
		x.OnRun = func(_ context.Context, _ models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
			for i := range int64(40) {
				r.Progress(i*500, 20_000, "bytes", "from qq")
				time.Sleep(500 * time.Millisecond)
			}
			return jobs.Outcome{Bytes: 20_000}, nil
		}
		w.start(all(x))
		id := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(100 * time.Millisecond)
		live := w.runner.Live()
		require.Len(w, live.Running, 1)
		require.Zero(w, live.Running[0].BytesPerSecond, "no speed is made up from one sample")

		time.Sleep(10 * time.Second)
		live = w.runner.Live()
		item := live.Running[0]
		require.InDelta(w, 1000, item.BytesPerSecond, 150)
		require.InDelta(w, 1000, live.BytesPerSecond, 150)
		require.InDelta(w, 10_000, item.EtaMS, 3000)
		require.Equal(w, int64(42), item.SongID)
		require.True(w, live.Health.OK)

		workers, err := w.store.ListJobWorkers(w.Context(), id)
		require.NoError(w, err)
		require.Len(w, workers, 10)
		require.Equal(w, "download-1", workers[0].Name)
		require.Equal(w, "running", workers[0].State)
		require.Equal(w, "Rain", workers[0].ItemTitle)
		require.Equal(w, "idle", workers[1].State)
		require.NotZero(w, w.items(id)[0].ProgressDone)

		w.wait(id)
		workers, err = w.store.ListJobWorkers(w.Context(), id)
		require.NoError(w, err)
		require.Empty(w, workers)
		require.Empty(w, w.runner.Live().Running)
	})
}
