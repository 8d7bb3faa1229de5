package jobs_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// world is a runner on a database of its own, inside a bubble with a clock of its own.
type world struct {
	*testing.T
	db     *database.DB
	store  *store.Store
	runner *jobs.Runner
}

// inWorld runs a test in a bubble: time passes at once when everybody waits. Channels
// have to be made inside.
func inWorld(t *testing.T, test func(w *world)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{T: t}
		w.store, w.db = jobstest.Open(t)
		test(w)
		w.stop()
		jobstest.CheckCounters(t, w.db)
	})
}

// start makes the runner and starts it.
func (w *world) start(executors map[models.StageName]jobs.Executor, change ...func(*jobs.Options)) {
	w.Helper()
	opts := jobs.Options{Store: w.store, Executors: executors, Logger: slog.New(slog.NewTextHandler(w.Output(), nil))}
	for _, c := range change {
		c(&opts)
	}
	var err error
	w.runner, err = jobs.NewRunner(opts)
	require.NoError(w, err)
	require.NoError(w, w.runner.Start(w.Context()))
	w.Cleanup(w.stop)
}

// stop stops the runner; stopping twice is no error.
func (w *world) stop() {
	w.Helper()
	require.NoError(w, w.runner.Stop(context.Background()))
}

func all(x *jobstest.Executor) map[models.StageName]jobs.Executor {
	return map[models.StageName]jobs.Executor{models.StageCollect: x, models.StageSync: x, models.StageDownload: x}
}

func (w *world) enqueue(t models.JobType) models.JobRun {
	w.Helper()
	run, err := w.runner.Enqueue(w.Context(), jobs.NewJob{Type: t, Origin: "web"})
	require.NoError(w, err)
	return run
}

func (w *world) wait(id int64) models.JobDetail {
	w.Helper()
	_, err := w.runner.Wait(w.Context(), id)
	require.NoError(w, err)
	return w.job(id)
}

func (w *world) job(id int64) models.JobDetail {
	w.Helper()
	detail, err := w.store.GetJob(w.Context(), id)
	require.NoError(w, err)
	return detail
}

func (w *world) command(id int64, kind models.CommandKind) models.JobCommand {
	w.Helper()
	c, err := w.runner.Command(w.Context(), models.JobCommand{JobRunID: id, Kind: kind, Origin: "web"})
	require.NoError(w, err)
	return c
}

func (w *world) items(id int64) []models.JobItem {
	w.Helper()
	items, _, err := w.store.ListJobItems(w.Context(), id, models.ItemFilter{})
	require.NoError(w, err)
	return items
}

func TestJobRunsItsStagesInOrder(t *testing.T) {
	collect := &jobstest.Executor{Items: jobstest.Items(3)}
	sync := &jobstest.Executor{Items: jobstest.Items(25), Batch: 4}
	download := &jobstest.Executor{Items: jobstest.Items(120)}
	var order []models.StageName
	note := func(x *jobstest.Executor) {
		x.OnFinish = func(_ context.Context, s jobs.Stage) error {
			order = append(order, s.Row.Name)
			return nil
		}
	}
	note(collect)
	note(sync)
	note(download)
	executors := map[models.StageName]jobs.Executor{models.StageCollect: collect, models.StageSync: sync, models.StageDownload: download}
	inWorld(t, func(w *world) {
		w.start(executors)
		start := time.Now()
		done := w.wait(w.enqueue(models.JobCatalogSync).ID)
		require.Equal(w, models.JobCompleted, done.State)
		require.Equal(w, []models.StageName{models.StageCollect, models.StageSync, models.StageDownload}, order)
		require.EqualValues(w, 148, done.ItemsTotal)
		require.EqualValues(w, 148, done.ItemsDone)
		for _, stage := range done.Stages {
			require.Equal(w, models.StageCompleted, stage.State)
			require.NotZero(w, stage.StartedAtMS)
			require.NotZero(w, stage.FinishedAtMS)
		}
		require.Equal(w, 1, sync.Runs("item-0024"))
		require.Less(w, time.Since(start), 50*time.Millisecond, "nothing waits for a timer")

		events, err := w.store.ListJobEvents(w.Context(), done.ID, 0, 100)
		require.NoError(w, err)
		require.Equal(w, "job_created", events[0].Kind)
		require.Equal(w, "job_finished", events[len(events)-1].Kind)
	})
}
